import type { INodeProperties } from 'n8n-workflow';

import { routed } from '../api/operation';
import { createDescription, createVideo } from './create';
import { deleteDescription, deleteVideo } from './delete';
import { downloadDescription, downloadVideo } from './download';
import { editDescription, editVideo } from './edit';
import { extendDescription, extendVideo } from './extend';
import { generateDescription, generateVideo } from './generate';
import { getAllDescription, getAllVideos } from './getAll';
import { getStatus, getStatusDescription } from './getStatus';
import { remixDescription, remixVideo } from './remix';
import { waitUntilDone, waitUntilDoneDescription } from './waitUntilDone';

/** Ids may hold `/`, `:` or `=`. */
const VIDEO_PATH = '/videos/{{ encodeURIComponent(String($parameter.videoId).trim()) }}';

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['video'] } },
	default: 'create',
	options: [
		{
			name: 'Create',
			value: 'create',
			action: 'Create video',
			description: 'Start making a video from a prompt, and from a picture if you like',
			routing: routed({ method: 'POST', url: '/videos' }, createVideo),
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete video',
			description: 'Delete a finished video from the server',
			routing: routed({ method: 'DELETE', url: `=${VIDEO_PATH}` }, deleteVideo),
		},
		{
			name: 'Download',
			value: 'download',
			action: 'Download video',
			description: 'Get the file of a finished video',
			routing: routed(
				{ method: 'GET', url: `=${VIDEO_PATH}/content`, encoding: 'stream' },
				downloadVideo,
			),
		},
		{
			name: 'Edit',
			value: 'edit',
			action: 'Edit video',
			description: 'Start making a new video with changes in a finished one',
			routing: routed({ method: 'POST', url: '/videos/edits' }, editVideo),
		},
		{
			name: 'Extend',
			value: 'extend',
			action: 'Extend video',
			description: 'Start making a new video that goes on where a finished one ends',
			routing: routed({ method: 'POST', url: '/videos/extensions' }, extendVideo),
		},
		{
			name: 'Generate',
			value: 'generate',
			action: 'Generate video',
			description: 'Create a video, wait until it is done, and get its file',
			routing: routed({ method: 'POST', url: '/videos' }, generateVideo),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many videos',
			description: 'Get many videos of the server, the newest first',
			routing: routed({ method: 'GET', url: '/videos' }, getAllVideos),
		},
		{
			name: 'Get Status',
			value: 'getStatus',
			action: 'Get status of video',
			description: 'Look once how far a video is',
			routing: routed({ method: 'GET', url: `=${VIDEO_PATH}` }, getStatus),
		},
		{
			name: 'Remix',
			value: 'remix',
			action: 'Remix video',
			description: 'Start making a new video out of a finished one, from a new prompt',
			routing: routed({ method: 'POST', url: `=${VIDEO_PATH}/remix` }, remixVideo),
		},
		{
			name: 'Wait Until Done',
			value: 'waitUntilDone',
			action: 'Wait until video is done',
			description: 'Ask again and again until a video is finished',
			routing: routed({ method: 'GET', url: `=${VIDEO_PATH}` }, waitUntilDone),
		},
	],
};

export const videoDescription: INodeProperties[] = [
	operation,
	...createDescription,
	...deleteDescription,
	...downloadDescription,
	...editDescription,
	...extendDescription,
	...generateDescription,
	...getAllDescription,
	...getStatusDescription,
	...remixDescription,
	...waitUntilDoneDescription,
];
