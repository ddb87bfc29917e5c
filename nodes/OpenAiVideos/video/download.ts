import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { describeState } from '../api/answers/video';
import type { Video } from '../api/answers/video';
import { fetchFile, VARIANTS } from '../api/files/file';
import { fileNameFromId } from '../api/files/media';
import { outputItem, requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import { failedVideo } from '../api/problems/failedVideo';
import { problem, problemInServerWords } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';
import type { Subject } from '../api/problems/refusal';
import { contentRequest, statusRequest } from '../api/requests/endpoint';
import { readVideo } from '../api/requests/read';
import type { Request } from '../api/requests/send';
import { requireChoice } from './choice';
import { optionsOf } from './options';
import { videoId } from './videoId';

/** For all tries together; a single try may take as long as the file needs. */
const PATIENCE_MS = 300_000;

export const fileFields: INodeProperties[] = [
	{
		displayName: 'File',
		name: 'variant',
		type: 'options',
		default: 'video',
		description: 'Which file of the video to get. Many servers have the video only.',
		options: [
			{ name: 'Spritesheet', value: 'spritesheet', description: 'Many small pictures in one' },
			{ name: 'Thumbnail', value: 'thumbnail', description: 'One picture out of the video' },
			{ name: 'Video', value: 'video' },
		],
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
	},
];

export const fileOptions: INodeProperties[] = [
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. kitten',
		description:
			'Name of the file; the video ID if empty. The ending is added where it is missing.',
	},
];

export const downloadDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['download'] } },
	[videoId, ...fileFields, optionsOf(...fileOptions)],
);

/** Puts a finished video's file into a binary field, beside the video's own data. */
export const downloadVideo: Work = async (context, request) => {
	const subject = requireVideo(context, request);
	requireFileFields(context);
	const look = statusRequest(request, subject.videoId);
	const { video } = await readVideo(context, look, subject, PATIENCE_MS);
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
	return [await fileItem(context, request, subject, video)];
};

/** The completed video with its file, in the binary field and under the name that the user chose. */
export async function fileItem(
	context: Context,
	request: Request,
	subject: Required<Subject>,
	video: Video,
): Promise<INodeExecutionData> {
	const { field, variant } = requireFileFields(context);
	const name = String(context.getNodeParameter('options.fileName', '') ?? '').trim();
	const ownName = fileNameFromId(video.id) + (variant === 'video' ? '' : `_${variant}`);
	const file = await fetchFile(context, {
		request: contentRequest(request, subject.videoId, variant),
		subject,
		video,
		variant,
		name: name || ownName,
		patienceMs: PATIENCE_MS,
	});
	const { fileName, fileExtension, mimeType, fileSize } = file;
	return outputItem(
		context,
		{ ...video, fileName, fileExtension, mimeType, fileSize },
		{ [field]: file },
	);
}

/** Which file, and the name of the binary field for it; throws when one of them is wrong. */
export function requireFileFields(context: Context) {
	const variant = requireChoice(context, { name: 'variant', label: 'File' }, VARIANTS);
	const field = String(context.getNodeParameter('binaryPropertyName', 'data') ?? '').trim();
	if (field !== '') return { field, variant };
	throw problem(context, {
		message: "'Put Output File in Field' is empty",
		next: 'Enter a name for the binary field, for example data.',
	});
}
