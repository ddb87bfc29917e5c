import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { createVideo } from '../../api/createVideo';
import type { CreateOptions } from '../../api/createVideo';
import { unsupportedOrMissing } from '../../api/getVideo';
import { serverOfRun } from '../../api/runState';
import type { VideoParams } from '../../api/runState';
import type { ApiStyle } from '../../apiStyle';
import { sourceVideoMessages, videoExpired } from '../../errors/messages';
import type { ErrorInfo, VideosError } from '../../errors/nodeError';
import { responseError } from '../../errors/responseError';
import { toSecondsFields, validateCreateFields } from '../../files/createFields';
import { readVideoFile } from '../../files/inputFile';
import type { UploadFile } from '../../files/mediaType';
import { encodeBody } from '../../files/requestBody';
import type { RequestBody } from '../../files/requestBody';
import { outputItem } from '../../operation';
import { errorMessageOf, isExpired } from '../../responses/errorBody';
import { matchKnownError } from '../../responses/knownErrors';
import { isNetworkError } from '../../responses/response';
import type { HttpResult } from '../../responses/response';
import type { OperationContext, Request } from '../../types';
import { model, readExtraFields, readModel, readPrompt, requireVideo, videoId } from './fields';
import { requireOption } from './parameters';

/** Where the source video is: on the server, or in the workflow. */
export const sourceFields: INodeProperties[] = [
	{
		displayName: 'Source Video',
		name: 'videoSource',
		type: 'options',
		default: 'id',
		description: 'The video to start from',
		options: [
			{
				name: 'Binary File',
				value: 'binary',
				description: 'Send a video from a binary field of the input item',
			},
			{
				name: 'Video ID',
				value: 'id',
				description: 'Use a completed video that the server has',
			},
		],
	},
	...updateDisplayOptions({ show: { videoSource: ['id'] } }, [videoId]),
	...updateDisplayOptions({ show: { videoSource: ['binary'] } }, [
		{
			displayName: 'Input Binary Field',
			name: 'videoBinaryField',
			type: 'string',
			required: true,
			default: 'data',
			placeholder: 'e.g. data',
			hint: 'The name of the input field containing the binary file data to be processed',
		},
		model,
	]),
];

const USE_VIDEO_ID =
	"If the video is on the server, set 'Source Video' to 'Video ID': then no file is sent.";

/** What is sent besides the prompt: the video's ID, or its file, for which the server needs a model. */
interface SourceVideoParams extends VideoParams {
	video?: UploadFile;
	extra: NonNullable<VideoParams['extra']>;
}

export async function readSourceParams(context: OperationContext): Promise<SourceVideoParams> {
	const params = { prompt: readPrompt(context), extra: readExtraFields(context) };
	const source = { name: 'videoSource', label: 'Source Video' };
	if (requireOption(context, source, ['id', 'binary']) === 'id') {
		return { videoId: (await requireVideo(context)).videoId, ...params };
	}
	const field = context.getNodeParameter('videoBinaryField', 'data') as unknown;
	return {
		model: readModel(context),
		...params,
		video: await readVideoFile(context, field, USE_VIDEO_ID),
	};
}

/** A form for a file, JSON for an ID. */
export const sourceBody = (
	{ videoId: id, video, model: modelId, prompt, seconds, extra }: SourceVideoParams,
	style: ApiStyle,
): RequestBody =>
	encodeBody(video ? 'multipart' : 'json', {
		video: video ?? { id },
		model: modelId,
		prompt,
		...toSecondsFields(seconds, style),
		...extra,
	});

/** An operation that creates a video from an existing one. */
export interface SourceVideoOperation {
	/** As in "This server does not ... videos". */
	verb: string;
	/** As in "Only a completed video can be ...". */
	participle: string;
	/** As shown to the user. */
	name: string;
	/** The fields that the server may have rejected. */
	fieldNames: string;
	/** What to do if the server has no such operation. */
	alternative: string;
}

/** Creates a video from a completed one, per item. */
export async function createFromSource<P extends VideoParams>(
	context: OperationContext,
	request: Request,
	operation: SourceVideoOperation,
	{ readParams, toRequest }: Pick<CreateOptions<P>, 'toRequest'> & { readParams: () => Promise<P> },
): Promise<INodeExecutionData[]> {
	const readAll = async () => {
		const { baseUrl, style } = await serverOfRun(context);
		const params = await readParams();
		validateCreateFields(params, style);
		return { ...params, baseUrl, style, isStyleAssumed: false };
	};
	const video = await createVideo(context, request, {
		params: readAll(),
		toRequest,
		toError: async (result, { baseUrl, videoId: sourceId }) =>
			await sourceVideoError(context, request, result, operation, { baseUrl, sourceId }),
	});
	return video ? [outputItem(context, video)] : [];
}

/** `sourceId` is undefined if the video was sent as a file. */
async function sourceVideoError(
	context: OperationContext,
	request: Request,
	result: HttpResult,
	{ verb, participle, name, fieldNames, alternative }: SourceVideoOperation,
	{ baseUrl, sourceId }: { baseUrl: string; sourceId?: string },
): Promise<VideosError> {
	const rejected: ErrorInfo =
		sourceId === undefined
			? {
					message: `The server did not ${verb} this video`,
					nextStep: `Compare the file, 'Model', ${fieldNames} with what the server offers.`,
				}
			: {
					message: `The server did not ${verb} video '${sourceId}'`,
					nextStep: `Only a completed video can be ${participle}: put Wait Until Done before ${name}, and check ${fieldNames}.`,
				};
	const unsupported = {
		what: `${verb} videos`,
		alternative: `Not every server can. ${alternative}`,
	};
	const diagnosis =
		sourceErrorInfo(result, sourceId) ??
		(isFileRejected(result, sourceId)
			? undefined
			: await unsupportedOrMissing(context, request, result, unsupported, sourceId));
	return responseError(result, {
		baseUrl,
		messages: sourceVideoMessages(rejected, diagnosis, sourceId === undefined),
	});
}

/** Without a video ID, "not found" with status 400 is about something in the form. */
const isFileRejected = (result: HttpResult, sourceId?: string): boolean =>
	sourceId === undefined && !isNetworkError(result) && result.statusCode === 400;

function sourceErrorInfo(result: HttpResult, sourceId?: string): ErrorInfo | undefined {
	if (isNetworkError(result) || result.statusCode < 400) return undefined;
	if (sourceId !== undefined) {
		return result.statusCode < 500 && isExpired(result) ? videoExpired(sourceId) : undefined;
	}
	if (result.statusCode === 413 || matchKnownError(result.body) === 'bodyTooLarge') {
		return {
			message: 'The file of the video is too large for the server',
			nextStep:
				"Make it smaller or, if the video is on the server, set 'Source Video' to 'Video ID'.",
		};
	}
	// Both were sent: a gateway that does not know this kind of request drops one of them.
	const isRefusal = result.statusCode === 400 || result.statusCode === 422;
	if (!isRefusal || !DROPPED_FIELD.test(errorMessageOf(result.body))) return undefined;
	return {
		message: 'The server did not read the file of the video, or its model',
		nextStep: `It may take a video by its ID only. ${USE_VIDEO_ID}`,
	};
}

const DROPPED_FIELD =
	/\b(?:model|video|file)\b['"`]?[:,]?.{0,20}\b(?:required|missing|not provided)\b|\b(?:missing|required)\b.{0,30}\b(?:model|video|file)\b/i;
