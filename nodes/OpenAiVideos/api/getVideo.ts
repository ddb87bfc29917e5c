import { clock, SECOND_MS } from '../clock';
import {
	commonErrorInfo,
	getMessages,
	OTHER_KEY_HINT,
	RERUN_LATER,
	videoNotFound,
} from '../errors/messages';
import { VideosError } from '../errors/nodeError';
import type { ErrorInfo } from '../errors/nodeError';
import { responseError } from '../errors/responseError';
import { isFinalRefusal, retryPolicyForReads, sendWithRetry, withOptions } from '../http/request';
import type { Attempt, RetryPolicy } from '../http/request';
import {
	errorMessageOf,
	isExpired,
	isUpstreamError,
	isVideoNotFound,
	mentionsMissingRoute,
	mentionsMissingVideo,
	parseErrorBody,
} from '../responses/errorBody';
import { isQuotaExceeded, matchKnownError } from '../responses/knownErrors';
import { fileFieldsOf, namesFile } from '../responses/fileLocation';
import { isFetchBlocked } from '../responses/fileRefusal';
import { mayHaveBeenAccepted } from '../responses/refusal';
import { isHtml, isNetworkError, isSuccess, readRetryAfter } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import {
	endOf,
	hasUnknownStatus,
	isFinished,
	judgeByContents,
	parseVideoResponse,
	tellsState,
} from '../responses/video';
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
	/** Whether the server says, in a known word, how far the video is. */
	tellsState?: boolean;
	/** What the video has become, if such a word never comes. */
	verdict?: Video;
	/** Whether the server did not know it at first, and then did. */
	wasMissing?: boolean;
}

interface GetOptions {
	/** For how long transient errors are retried. */
	maxRetryMs: number;
	/** The video as an earlier step or request returned it. */
	known?: Video;
	/** Whether `known` will do, if it is finished and the server has nothing to poll. */
	orKnown?: boolean;
	/** Whether this run has read the video before, or created it: then the server has it. */
	wasRead?: boolean;
	/** Whether an earlier poll did not find it at first. */
	wasMissing?: boolean;
}

/** Gets a video's status; throws a VideosError if there is none. */
export async function getVideo(
	context: RequestContext,
	request: Request,
	{ baseUrl, videoId }: VideoRef,
	options: GetOptions,
): Promise<VideoPoll> {
	const { maxRetryMs, known, orKnown = false } = options;
	const timeout = Math.min(requestTimeout(request), Math.max(MIN_REQUEST_MS, maxRetryMs));
	const start = clock.now();
	let wasMissing = false;
	const { result, value: video } = await sendWithRetry(
		context,
		withOptions(request, { timeout }),
		(response) => {
			wasMissing ||= isVideoNotFound(response);
			return parseGetResponse(response, videoId);
		},
		retryPolicy(options),
	);
	if (!video || isNetworkError(result)) {
		if (orKnown && known && isAllThatIsKnown(result, known)) {
			const isDone = isFinished(known);
			return {
				video: isDone ? known : { ...known, status: 'completed', progress: 100 },
				holdsFile: true,
			};
		}
		const knownVideo = { ...expiryOf(known), id: videoId };
		const { info } = responseError(result, {
			baseUrl,
			videoId,
			video: knownVideo,
			messages: {
				...getMessages(videoId, knownVideo, options.wasRead),
				diagnosis: diagnose(result, videoId, { ...options, lastedMs: clock.now() - start }),
			},
		});
		throw new VideosError({
			...info,
			// Nobody has seen a video that only its ID speaks of.
			isVideoKept:
				info.isVideoKept && (options.wasRead || (known !== undefined && wasSeenRecently(known))),
			isVideoForgotten: info.isVideoForgotten ?? isGoneForGood(result, known),
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
	// A file has expired, and not a job.
	const wasCompleted = endOf(video) === 'ranOutOfTime' && known?.status === 'completed';
	return {
		video: {
			// Its other fields may be those of an input item, such as its own progress.
			...(holdsFile && fileFieldsOf(known)),
			...video,
			...(cost !== undefined && { cost }),
			...(wasCompleted && { progress: 100 }),
		},
		retryAfterMs: readRetryAfter(result, now) ?? readRetryAfter({ ...result, body: video }, now),
		holdsFile,
		wasPolled: true,
		tellsState: tellsState(result.body, videoId),
		verdict: isFinished(video) ? undefined : judgeByContents(video, result.body),
		wasMissing,
	};
}

/** What is known about when a video expires. */
const expiryOf = (known: Video | undefined): Partial<Video> => ({
	expires_at: known?.expires_at,
	...(known?.provider_expires_at !== undefined && {
		provider_expires_at: known.provider_expires_at,
	}),
});

/** Right after its Create, a server may not find a video yet that it has nothing to say of. */
const LAG_MAX_RETRY_MS = 10 * SECOND_MS;

/** Two processes that do not know of each other refuse for good. */
const CONFLICT_MAX_RETRY_MS = 30 * SECOND_MS;

/** Whether the server refuses for a reason that has nothing to do with how far the video is. */
const isConflict = ({ statusCode, body }: HttpResponse): boolean =>
	statusCode === 409 &&
	!/\bnot (?:yet )?(?:ready|completed?|finished|done)\b|in.?progress|processing|\bpending\b/i.test(
		errorMessageOf(body),
	);

/** As for all reads; whatever the server says of a video that it surely has may pass. */
function retryPolicy(options: GetOptions): RetryPolicy {
	const { maxRetryMs, known, orKnown = false, wasRead = false } = options;
	const wasSeen = wasRead || known !== undefined;
	const plain = retryPolicyForReads(maxRetryMs, { wasReached: wasSeen });
	const isExpected = wasRead || (known !== undefined && wasSeenRecently(known));
	const patient = retryPolicyForReads(maxRetryMs, { isExpected, wasReached: wasSeen });
	return (result) => {
		if (isNetworkError(result)) return plain(result);
		// A bare 410 may pass as well.
		const isSureToBeGone = !wasRead || isExpired({ ...result, statusCode: 400 }, known);
		if (isGoneForGood(result, known) && isSureToBeGone) return 0;
		if (isConflict(result)) return Math.min(plain(result), CONFLICT_MAX_RETRY_MS);
		const isMissing = isVideoNotFound(result);
		if (orKnown && known && isAllThatIsKnown(result, known)) {
			const isLag = isMissing && !isFinished(known) && wasCreatedWithin(known, RECENT_MS);
			return isLag ? Math.min(maxRetryMs, LAG_MAX_RETRY_MS) : plain(result);
		}
		// A server that is done at once may have nothing to poll.
		const isOver = !wasRead && known !== undefined && isFinished(known);
		return isOver && isMissing ? plain(result) : patient(result);
	};
}

/** Whether a refusal says that the video has expired. */
const isGoneForGood = (result: HttpResult, known?: Video): boolean =>
	!isNetworkError(result) &&
	!isSuccess(result) &&
	result.statusCode < 500 &&
	isExpired(result, known);

/** From here on, a refusal has lasted too long for a hiccup. */
const LASTING_MS = 45 * SECOND_MS;

/** What a refusal means after the server has had the video; undefined if that changes nothing. */
function diagnose(
	result: HttpResult,
	videoId: string,
	{ known, wasRead = false, wasMissing, lastedMs }: GetOptions & { lastedMs: number },
): ErrorInfo | undefined {
	if (isNetworkError(result) || isSuccess(result)) return undefined;
	const { statusCode } = result;
	if (isConflict(result)) {
		return {
			message: `The server reports a conflict for video '${videoId}'`,
			...RERUN_LATER,
			ifItPersists: ASK_ABOUT_REPLICAS,
		};
	}
	if (isQuotaExceeded(result)) return commonErrorInfo(result, videoId);
	if (wasRead && statusCode === 410 && !isExpired({ ...result, statusCode: 400 }, known)) {
		return forgottenInfo(videoId);
	}
	if (isGoneForGood(result, known) || isFinalRefusal(result)) return undefined;
	if (wasRead && isVideoNotFound(result) && !matchKnownError(result.body)) {
		const isSame = !mentionsMissingRoute(result) && !isHtml(result.body);
		if (!wasMissing && (lastedMs < LASTING_MS || !isSame)) {
			return {
				message: `The server does not find video '${videoId}' at the moment`,
				isRerunnable: true,
				ifItPersists: ASK_ABOUT_REPLICAS,
			};
		}
		if (wasMissing) {
			return {
				message: `The server knows video '${videoId}' at one time and not at another`,
				...RERUN_LATER,
				ifItPersists: ASK_ABOUT_REPLICAS,
			};
		}
		return forgottenInfo(videoId);
	}
	if (wasRead && isAboutKey(result)) {
		return {
			message: `The server no longer accepts the API key for video '${videoId}', as it did before`,
			nextStep: `The key may be used up, disabled or expired. ${OTHER_KEY_HINT}`,
			isRerunnable: true,
		};
	}
	if (known && isVideoNotFound(result)) {
		const info = videoNotFound(videoId);
		return {
			...info,
			nextStep: `${info.nextStep} Or the server has forgotten it, perhaps in a restart: then create it again.`,
		};
	}
	return undefined;
}

const forgottenInfo = (videoId: string): ErrorInfo => ({
	message: `The server has forgotten video '${videoId}', which it had before`,
	nextStep:
		'It may have been restarted, or the video was deleted: create it again. If several servers may stand behind one address, run this step once more before that.',
	isVideoForgotten: true,
});

/** A refusal of the key itself, and not of the account, the model or an address. */
function isAboutKey(response: HttpResponse): boolean {
	const { statusCode, body } = response;
	if (![401, 403].includes(statusCode) || isHtml(body)) return false;
	const known = matchKnownError(body);
	const isOfKey = known === undefined || known === 'invalidKey';
	return isOfKey && !isUpstreamError(body) && !isFetchBlocked(response);
}

/** Some polls found the video, and others did not. */
export const ASK_ABOUT_REPLICAS =
	'there may be several servers behind one address; ask its operator to send all requests for a video to the same one.';

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
	if (isSuccess(response) || (video && isFinished(video))) return video;
	// CLIProxyAPI refuses the request in the place of the video.
	const isBlocked =
		[400, 422, 451].includes(response.statusCode) &&
		matchKnownError(response.body) === 'contentPolicy';
	if (!isBlocked) return undefined;
	return {
		id: videoId,
		object: 'video',
		status: 'failed',
		error: { ...parseErrorBody(response.body) },
	};
}

/** Whether an error response says that the server has no such video, or no longer. */
export const isVideoGone = (response: HttpResponse): boolean =>
	isVideoNotFound(response) || isGoneForGood(response);

/** The input item, if it is this very video as this node returned it. */
export function inputVideo(context: OperationContext, videoId: string): Video | undefined {
	const { json } = context.getInputData();
	return json.id === videoId && json.object === 'video' ? (json as Video) : undefined;
}

/** So recently that the server must still have it, and take the key. */
const wasSeenRecently = (video: Video): boolean =>
	isFinished(video)
		? [video.created_at, video.completed_at].some(
				(at) => at !== undefined && isWithin(at, RECENT_MS),
			)
		: wasCreatedWithin(video, RECENT_MS);

const isWithin = (time: unknown, ms: number): boolean =>
	Math.abs(clock.now() - Number(time) * SECOND_MS) < ms;

/** Also if the server does not say when. */
const wasCreatedWithin = ({ created_at: createdAt }: Video, ms: number): boolean =>
	createdAt === undefined || isWithin(createdAt, ms);

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
	const saysSo =
		known === 'notSupported' && result.statusCode >= 500 && !mayHaveBeenAccepted(result);
	if (saysSo || [405, 501].includes(result.statusCode)) return unsupported;
	if (!isVideoGone(result) || (known && known !== 'notSupported')) return undefined;
	if (videoId === undefined) return unsupported;
	if (isGoneForGood(result) || mentionsMissingVideo(result)) return videoNotFound(videoId);

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
