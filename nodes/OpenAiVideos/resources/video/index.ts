import type { INodeProperties } from 'n8n-workflow';

import { routing } from '../../operation';
import * as create from './create';
import * as deleteOperation from './delete';
import * as download from './download';
import * as edit from './edit';
import * as extend from './extend';
import * as generate from './generate';
import * as getAll from './getAll';
import * as getStatus from './getStatus';
import * as remix from './remix';
import * as waitUntilDone from './waitUntilDone';

/** IDs may contain `/`, `:` or `=`. */
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
			routing: routing({ method: 'POST', url: '/videos' }, create.execute),
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Delete video',
			description: 'Delete a finished video from the server',
			routing: routing({ method: 'DELETE', url: `=${VIDEO_PATH}` }, deleteOperation.execute),
		},
		{
			name: 'Download',
			value: 'download',
			action: 'Download video',
			description: 'Get the file of a finished video',
			routing: routing(
				{ method: 'GET', url: `=${VIDEO_PATH}/content`, encoding: 'stream' },
				download.execute,
			),
		},
		{
			name: 'Edit',
			value: 'edit',
			action: 'Edit video',
			description: 'Start making a new video with changes in a finished one',
			routing: routing({ method: 'POST', url: '/videos/edits' }, edit.execute),
		},
		{
			name: 'Extend',
			value: 'extend',
			action: 'Extend video',
			description: 'Start making a new video that goes on where a finished one ends',
			routing: routing({ method: 'POST', url: '/videos/extensions' }, extend.execute),
		},
		{
			name: 'Generate',
			value: 'generate',
			action: 'Generate video',
			description: 'Create a video, wait until it is done, and get its file',
			routing: routing({ method: 'POST', url: '/videos' }, generate.execute),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many videos',
			description: 'Get many videos of the server, the newest first',
			routing: routing({ method: 'GET', url: '/videos' }, getAll.execute),
		},
		{
			name: 'Get Status',
			value: 'getStatus',
			action: 'Get status of video',
			description: 'Look once how far a video is',
			routing: routing({ method: 'GET', url: `=${VIDEO_PATH}` }, getStatus.execute),
		},
		{
			name: 'Remix',
			value: 'remix',
			action: 'Remix video',
			description: 'Start making a new video out of a finished one, from a new prompt',
			routing: routing({ method: 'POST', url: `=${VIDEO_PATH}/remix` }, remix.execute),
		},
		{
			name: 'Wait Until Done',
			value: 'waitUntilDone',
			action: 'Wait until video is done',
			description: 'Ask again and again until a video is finished',
			routing: routing({ method: 'GET', url: `=${VIDEO_PATH}` }, waitUntilDone.execute),
		},
	],
};

export const videoDescription: INodeProperties[] = [
	operation,
	...create.description,
	...deleteOperation.description,
	...download.description,
	...edit.description,
	...extend.description,
	...generate.description,
	...getAll.description,
	...getStatus.description,
	...remix.description,
	...waitUntilDone.description,
];
