import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { failedVideo } from '../api/failedVideo';
import { fetchFile } from '../api/file';
import { fileNameFromId } from '../api/media';
import { outputItem, requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import { problem, problemInServerWords } from '../api/problem';
import { readVideo } from '../api/read';
import { describeState } from '../api/video';
import { videoId } from './videoId';

/** For all tries together; a single try may take as long as the file needs. */
const PATIENCE_MS = 300_000;

const properties: INodeProperties[] = [
	videoId,
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: '',
				placeholder: 'e.g. kitten',
				description:
					'Name of the file; the video ID if empty. The ending is added where it is missing.',
			},
		],
	},
];

export const downloadDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['download'] } },
	properties,
);

/** Puts a finished video's file into a binary field, beside the video's own data. */
export const downloadVideo: Work = async (context, request) => {
	const subject = requireVideo(context, request);
	const field = String(context.getNodeParameter('binaryPropertyName', 'data') ?? '').trim();
	if (field === '') {
		throw problem(context, {
			message: "'Put Output File in Field' is empty",
			next: 'Enter a name for the binary field, for example data.',
		});
	}

	const statusRequest = {
		...request,
		options: {
			...request.options,
			url: `/videos/${encodeURIComponent(subject.videoId)}`,
			encoding: undefined,
		},
	};
	const { video } = await readVideo(context, statusRequest, subject, PATIENCE_MS);
	if (video.status === 'failed') {
		throw await problemInServerWords(context, { ...failedVideo(video), video });
	}
	if (video.status !== 'completed') {
		throw problem(context, {
			message: `Video '${video.id}' is not finished yet (${describeState(video)})`,
			next: 'Put Wait Until Done before Download, or run this step again later.',
			video,
		});
	}

	const name = String(context.getNodeParameter('options.fileName', '') ?? '').trim();
	const file = await fetchFile(context, {
		request,
		subject,
		video,
		name: name || fileNameFromId(video.id),
		patienceMs: PATIENCE_MS,
	});
	const { fileName, fileExtension, mimeType, fileSize } = file;
	return [
		outputItem(
			context,
			{ ...video, fileName, fileExtension, mimeType, fileSize },
			{ [field]: file },
		),
	];
};
