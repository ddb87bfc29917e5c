import { clock, SECOND_MS } from '../clock';
import { commonErrorInfo, getMessages, videoNotFound } from '../errors/messages';
import type { ErrorInfo } from '../errors/nodeError';
import { responseError } from '../errors/responseError';
import { retryPolicyForReads, sendWithRetry, withOptions } from '../http/request';
import type { Attempt } from '../http/request';
import {
	errorMessageOf,
	isVideoNotFound,
	mentionsMissingRoute,
	mentionsMissingVideo,
} from '../responses/errorBody';
import { matchKnownError } from '../responses/knownErrors';
import { fileFieldsOf, namesFile } from '../responses/fileLocation';
import { isNetworkError, isSuccess, readRetryAfter } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { hasUnknownStatus, isFinished, parseVideoResponse } from '../responses/video';
import type { Video } from '../responses/video';
import type { OperationContext, Request, RequestContext, VideoRef } from '../types';

/** For a small response: a request that takes longer is retried. */
const MAX_REQUEST_MS = 30 * SECOND_MS;
/** The last poll before a deadline still gets this long for its response. */
const MIN_REQUEST_MS = 5 * SECOND_MS;
const RECENT_MS = 60 * SECOND_MS;

/** How long to wait for a small response, in ms; the user's own 'Timeout' may be shorter. */
export const requestTimeout = ({ options }: Pick<Request, 'options'>): number =>
	Math.min(options.timeout ?? MAX_REQUEST_MS, MAX_REQUEST_MS);

/** A GET with the settings of the request that n8n described for the operation. */
export const getRequest = (request: Request, url: string, encoding?: 'stream'): Request =>
	withOptions(request, { method: 'GET', url, body: undefined, encoding });

/** The request for a video's status. */
export const statusRequest = (request: Request, videoId: string): Request =>
	getRequest(request, `/videos/${encodeURIComponent(videoId)}`);

/** One poll of a video. */
export interface VideoPoll {
	video: Video;
	/** When the server wants to be polled next, in ms from now, if it says so. */
	retryAfterMs?: number;
	/** Whether its file is where `known` says, and the server has not repeated that. */
	holdsFile?: boolean;
	/** Whether the server has described the video; else it is what `known` says. */
	wasPolled?: boolean;
}

interface GetOptions {
	/** For how long transient errors are retried. */
	maxRetryMs: number;
	/** The video as an earlier step or request returned it. */
	known?: Video;
	/** Whether `known` will do, if it is finished and the server has nothing to poll. */
	orKnown?: boolean;
	/** Whether the server has responded about this video before. */
	wasReached?: boolean;
}

/** Gets a video's status; throws a VideosError if there is none. */
export async function getVideo(
	context: RequestContext,
	request: Request,
	{ baseUrl, videoId }: VideoRef,
	{ maxRetryMs, known, orKnown = false, wasReached = false }: GetOptions,
): Promise<VideoPoll> {
	const timeout = Math.min(requestTimeout(request), Math.max(MIN_REQUEST_MS, maxRetryMs));
	const { result, value: video } = await sendWithRetry(
		context,
		withOptions(request, { timeout }),
		(response) => parseGetResponse(response, videoId),
		retryPolicyForReads(maxRetryMs, {
			isRecent: known !== undefined && isRecent(known),
			wasReached: wasReached || known !== undefined,
		}),
	);
	if (!video || isNetworkError(result)) {
		if (orKnown && known && isAllThatIsKnown(result, known)) {
			const isDone = isFinished(known);
			return {
				video: isDone ? known : { ...known, status: 'completed', progress: 100 },
				holdsFile: true,
			};
		}
		const knownVideo = { id: videoId, expires_at: known?.expires_at };
		throw responseError(result, {
			baseUrl,
			videoId,
			video: knownVideo,
			messages: getMessages(videoId, knownVideo),
		});
	}
	const now = clock.now();
	const holdsFile =
		video.status === 'completed' &&
		known?.status === 'completed' &&
		namesFile(known) &&
		!namesFile(video);
	// What it cost may have been in the response to its Create only.
	const cost = video.cost ?? known?.cost;
	return {
		video: {
			// Its other fields may be those of an input item, such as its own progress.
			...(holdsFile && fileFieldsOf(known)),
			...video,
			...(cost !== undefined && { cost }),
		},
		retryAfterMs: readRetryAfter(result, now) ?? readRetryAfter({ ...result, body: video }, now),
		holdsFile,
		wasPolled: true,
	};
}

/** For how long after its Create a video is what the Create said, if the server has nothing to poll. */
const DONE_AT_ONCE_MS = 3_600 * SECOND_MS;
/** The server has no such request: it is done with a video when it answers its Create. */
const NO_POLLS_STATUSES = [405, 501];
/** The same, or there is no such video any more. */
const NOT_FOUND_STATUSES = [400, 404];

/** Whether a video is finished as far as is known, and the server has nothing to poll. */
function isAllThatIsKnown(result: HttpResult, known: Video): boolean {
	if (isNetworkError(result)) return false;
	const { statusCode } = result;
	if (NO_POLLS_STATUSES.includes(statusCode) && isFinished(known)) return true;
	const hasNone =
		isSuccess(result) || [...NO_POLLS_STATUSES, ...NOT_FOUND_STATUSES].includes(statusCode);
	if (!hasNone) return false;
	if (namesFile(known)) return isFinished(known) || hasUnknownStatus(known);
	// An older video was deleted, or has expired.
	return known.status === 'completed' && wasCreatedWithin(known, DONE_AT_ONCE_MS);
}

/** The video in a response; a finished one also in an error response (vLLM-Omni). */
export function parseGetResponse(response: HttpResponse, videoId: string): Video | undefined {
	const video = parseVideoResponse(response, videoId);
	return isSuccess(response) || (video && isFinished(video)) ? video : undefined;
}

/** Whether an error response says that the server has no such video, or no longer. */
export const isVideoGone = (response: HttpResponse): boolean =>
	isVideoNotFound(response) || response.statusCode === 410;

/** The input item, if it is this very video as this node returned it. */
export function inputVideo(context: OperationContext, videoId: string): Video | undefined {
	const { json } = context.getInputData();
	return json.id === videoId && json.object === 'video' ? (json as Video) : undefined;
}

/** Created so recently that the server may not find it yet. */
function isRecent(video: Video): boolean {
	// A server that is done at once may have nothing to poll.
	return !isFinished(video) && wasCreatedWithin(video, RECENT_MS);
}

/** Also if the server does not say when. */
const wasCreatedWithin = ({ created_at: createdAt }: Video, ms: number): boolean =>
	createdAt === undefined || Math.abs(clock.now() - Number(createdAt) * SECOND_MS) < ms;

const EXISTS_TIMEOUT_MS = 10 * SECOND_MS;

/** Whether the server has a video; undefined if it does not say. */
export async function videoExists(
	context: RequestContext,
	request: Request,
	videoId: string,
): Promise<boolean | undefined> {
	return (await lookForVideo(context, request, videoId)).value;
}

async function lookForVideo(
	context: RequestContext,
	request: Request,
	videoId: string,
): Promise<Attempt<boolean>> {
	const get = withOptions(statusRequest(request, videoId), { timeout: EXISTS_TIMEOUT_MS });
	return await sendWithRetry(
		context,
		get,
		(response) => {
			if (parseVideoResponse(response, videoId)) return true;
			return isVideoGone(response) ? false : undefined;
		},
		retryPolicyForReads(EXISTS_TIMEOUT_MS),
	);
}

/** Something that not every server can do. */
interface UnsupportedOperation {
	/** As in "This server does not ...". */
	what: string;
	/** What to do instead. */
	alternative: string;
}

/**
 * Tells an unknown video from an operation that the server does not support: both may be a bare 404,
 * and then the video's status shows which it is. Undefined if the result is neither.
 */
export async function unsupportedOrMissing(
	context: RequestContext,
	request: Request,
	result: HttpResult,
	{ what, alternative }: UnsupportedOperation,
	videoId?: string,
): Promise<ErrorInfo | undefined> {
	if (isNetworkError(result) || isSuccess(result)) return undefined;
	const unsupported: ErrorInfo = {
		message: `This server does not ${what}`,
		nextStep: alternative,
	};
	const known = matchKnownError(result.body);
	const saysSo = known === 'notSupported' && result.statusCode >= 500;
	if (saysSo || [405, 501].includes(result.statusCode)) return unsupported;
	if (!isVideoGone(result) || (known && known !== 'notSupported')) return undefined;
	if (videoId === undefined) return unsupported;
	if (result.statusCode === 410 || mentionsMissingVideo(result)) return videoNotFound(videoId);

	const look = await lookForVideo(context, request, videoId);
	if (look.value === true) return unsupported;
	// Whether this request is unknown there, or all of them are.
	const hasNoRoute = mentionsMissingRoute(result) && !isMissingRoute(look.result);
	if (look.value === false) return hasNoRoute ? unsupported : videoNotFound(videoId);
	return (
		refusedKeyInfo(look.result, videoId) ?? {
			message: `The server does not know video '${videoId}', or does not ${what}`,
			nextStep: `Check 'Video ID'. ${alternative}`,
		}
	);
}

const isMissingRoute = (result: HttpResult): boolean =>
	!isNetworkError(result) && mentionsMissingRoute(result);

/** A server may look at the key only where it has something to give. */
function refusedKeyInfo(result: HttpResult, videoId: string): ErrorInfo | undefined {
	if (isNetworkError(result) || ![401, 402, 403].includes(result.statusCode)) return undefined;
	const { statusCode, body } = result;
	const info = commonErrorInfo(result, videoId);
	return info && { ...info, statusCode, serverMessage: errorMessageOf(body) };
}
