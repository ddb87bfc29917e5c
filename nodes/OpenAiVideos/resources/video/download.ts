import { updateDisplayOptions } from 'n8n-workflow';
import type {
	IBinaryKeyData,
	IDataObject,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { downloadFiles, VARIANTS } from '../../api/downloadFile';
import { getVideo, inputVideo, statusRequest } from '../../api/getVideo';
import { SECOND_MS } from '../../clock';
import { videoFailed } from '../../errors/messages';
import { VideosError } from '../../errors/nodeError';
import type { StoredFile } from '../../files/binaryStore';
import { fileNameFromId, toFileName } from '../../files/mediaType';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import { formatStatus } from '../../responses/video';
import type { Video } from '../../responses/video';
import type { OperationContext, Request, VideoRef } from '../../types';
import { optionsOf, requireVideo, videoId } from './fields';
import { readText, requireOption } from './parameters';

/** For all attempts together; a single attempt may take as long as the file needs. */
const MAX_RETRY_MS = 300 * SECOND_MS;

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

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['download'] } },
	[videoId, ...fileFields, optionsOf(...fileOptions)],
);

/** Puts a finished video's file into a binary field, beside the video's own data. */
export const execute: OperationHandler = async (context, request) => {
	const ref = await requireVideo(context);
	requireFileFields(context);
	const { video, holdsFile, wasPolled } = await getVideo(
		context,
		statusRequest(request, ref.videoId),
		ref,
		{
			maxRetryMs: MAX_RETRY_MS,
			known: inputVideo(context, ref.videoId),
			orKnown: true,
		},
	);
	if (video.status === 'failed') throw new VideosError(videoFailed(video));
	if (video.status !== 'completed') {
		throw new VideosError({
			message: `Video '${video.id}' is not finished yet (${formatStatus(video)})`,
			nextStep: 'Put Wait Until Done before Download.',
			isRerunnable: true,
			video,
		});
	}
	return [
		await downloadItem(context, request, ref, video, {
			hasDoubtfulFiles: holdsFile === true && wasPolled === true,
			isKeyUnproved: wasPolled !== true,
		}),
	];
};

/** The completed video with its file, in the binary field and under the name that the user chose. */
export async function downloadItem(
	context: OperationContext,
	request: Request,
	ref: VideoRef,
	video: Video,
	doubts: Pick<Parameters<typeof downloadFiles>[2], 'hasDoubtfulFiles' | 'isKeyUnproved'> = {},
): Promise<INodeExecutionData> {
	const { field, variant, fileName } = requireFileFields(context);
	const defaultName = fileNameFromId(video.id) + (variant === 'video' ? '' : `_${variant}`);
	const files = await downloadFiles(context, request, {
		ref,
		video,
		variant,
		...doubts,
		name: toFileName(fileName) || defaultName,
		maxRetryMs: MAX_RETRY_MS,
	});
	const binary: IBinaryKeyData = {};
	const details: IDataObject[] = files.map((each, index) => {
		const name = index === 0 ? field : `${field}_${index + 1}`;
		if ('error' in each) return { field: name, error: describeError(each.error) };
		binary[name] = each.file;
		return { field: name, ...detailsOf(each) };
	});
	return outputItem(
		context,
		{
			...video,
			...('file' in files[0] && detailsOf(files[0])),
			...(details.length > 1 && { files: details }),
		},
		{ binary },
	);
}

function detailsOf({ file, warning }: StoredFile): IDataObject {
	const { fileName, fileExtension, mimeType, fileSize } = file;
	return { fileName, fileExtension, mimeType, fileSize, ...(warning && { warning }) };
}

/** Without the words of the server, which may echo the API key. */
const describeError = ({ info: { message, statusCode = 0 } }: VideosError): string =>
	statusCode >= 300 ? `${message} (${statusCode})` : message;

/** Which file, the name of the binary field for it, and its own; throws when one of them is invalid. */
export function requireFileFields(context: OperationContext) {
	const variant = requireOption(context, { name: 'variant', label: 'File' }, VARIANTS);
	const output = { name: 'binaryPropertyName', label: 'Put Output File in Field' };
	const name = { name: 'options.fileName', label: 'File Name', takesNumbers: true };
	const fileName = readText(context, { ...name, keys: ['fileName', 'name', 'title'] }).trim();
	const field = readText(context, output).trim();
	// JavaScript drops a value under this name, and the file with it.
	if (field !== '' && field !== '__proto__') return { field, variant, fileName };
	throw new VideosError({
		message: `'Put Output File in Field' ${field === '' ? 'is empty' : `cannot be ${field}`}`,
		nextStep: 'Enter a name for the binary field, for example data.',
	});
}
