import type { ApiStyle } from '../apiStyle';
import { clock, SECOND_MS } from '../clock';
import { withOutcome } from '../errors/createOutcome';
import { toVideosError, VideosError } from '../errors/nodeError';
import type { RequestBody } from '../files/requestBody';
import {
	retryPolicyForReads,
	sendWithRetry,
	UNREACHABLE_MAX_RETRY_MS,
	withOptions,
} from '../http/request';
import type { RetryPolicy } from '../http/request';
import type { Server } from '../http/server';
import { isConcurrencyLimit } from '../responses/concurrencyLimit';
import { isQuotaExceeded } from '../responses/knownErrors';
import { mayHaveBeenAccepted } from '../responses/refusal';
import { isIdempotencyConflict, wasRepeatedByGateway } from '../responses/repeatedRequest';
import {
	isConnectError,
	isHtml,
	isNetworkError,
	isSuccess,
	readShouldRetry,
} from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { isObject, toText } from '../responses/values';
import { parseVideoResponse } from '../responses/video';
import type { Video } from '../responses/video';
import type { OperationContext, Request, RequestContext } from '../types';
import { keyOf, sendInLearnedStyle } from './adaptStyle';
import type { LearnedStyle } from './adaptStyle';
import { listRequest, listsNoVideos, MAX_PAGE_SIZE, parsePage } from './listVideos';
import { freePlace, RATE_LIMIT_MAX_RETRY_MS, sendWhenThereIsRoom, takePlace } from './places';
import {
	addValidation,
	countRefusal,
	firstValidationError,
	holdPlace,
	idempotencyKey,
	isAbandoned,
	rememberCreated,
	rememberFailure,
	runStateOf,
	throwIfUncertain,
} from './runState';
import type { RunState, SentRequest, VideoParams } from './runState';

/** A request that makes a video, and costs money. */
export interface CreateOptions<P extends VideoParams> {
	/** Reads all parameters of the item, and rejects invalid ones before anything is sent. */
	params: Promise<P & StyleParams>;
	/** The body, and the path if it is the style's own. */
	toRequest: (params: P, style: ApiStyle) => RequestBody & { url?: string };
	/** The error for a result without a video. */
	toError: (result: HttpResult, params: P & StyleParams) => VideosError | Promise<VideosError>;
}

/** Where the request is sent, and how it is written. */
type StyleParams = Pick<Server, 'baseUrl' | 'style' | 'isStyleAssumed'>;

/** Costs money: retried only if the server cannot have accepted it. */
export const retryPolicyForCreate: RetryPolicy = (result) => {
	if (isNetworkError(result)) return isConnectError(result) ? UNREACHABLE_MAX_RETRY_MS : 0;
	if (!isRateLimit(result) || readShouldRetry(result) === false) return 0;
	if (mayHaveBeenCreated(result) || isConcurrencyLimit(result)) return 0;
	return isQuotaExceeded(result) ? 0 : RATE_LIMIT_MAX_RETRY_MS;
};

/** 529 is a 429 by another number: "overloaded". */
const isRateLimit = (result: HttpResult): boolean =>
	!isNetworkError(result) && [429, 529].includes(result.statusCode);

/** Whether there may be a video, by this request or an earlier one with its key, although none was returned. */
const mayHaveBeenCreated = (result: HttpResult): boolean =>
	wasRepeatedByGateway(result) ||
	isIdempotencyConflict(result) ||
	(mayHaveBeenAccepted(result) && !isConcurrencyLimit(result));

/**
 * Creates one video per item: validates all items, then sends each of them once. Undefined if n8n
 * has already ended the node; see {@link isAbandoned}.
 */
export async function createVideo<P extends VideoParams>(
	context: OperationContext,
	request: Request,
	{ params, toRequest, toError }: CreateOptions<P>,
): Promise<Video | undefined> {
	const run = runStateOf(context);
	const item = context.getItemIndex();
	addValidation(run, item, params);

	const created = run.created.get(item);
	if (created) {
		holdPlace(run, item, created);
		return created;
	}
	throwIfUncertain(run, item);

	const invalid = await firstValidationError(context, run);
	if (isAbandoned(context, run)) return undefined;
	if (invalid) throw rememberFailure(run, item, invalid, false);

	const valid = await params;
	await takePlace(context, run, valid.videosAtATime ?? 0);
	// An earlier try may still be waiting for its response, if n8n has ended it early.
	const pending =
		run.requests.get(item) ??
		sendCreate(context, request, run, valid, (style) => toRequest(valid, style));
	run.requests.set(item, pending);
	const { result, style, since } = await pending.catch((cancelled: unknown) => {
		freePlace(run, item);
		throw rememberFailure(run, item, toVideosError(cancelled), true);
	});
	const video = run.created.get(item);
	if (video) return video;

	const error = await toError(result, { ...valid, style });
	// An item that waits for the place must not be sent if this one ends the run; it gets it before the
	// look for a lost video, which waits for the other items.
	const isUncertain = mayHaveBeenCreated(result);
	rememberFailure(run, item, error, isUncertain);
	freePlace(run, item);
	if (!isUncertain) {
		throw rememberFailure(
			run,
			item,
			isConcurrencyLimit(result) ? withOutcome(error, 'tooManyAtOnce') : error,
			false,
		);
	}
	const uncertain = await uncertainError(context, request, run, {
		...{ result, error, since },
		params: valid,
	});
	throw rememberFailure(run, item, uncertain, uncertain.info.billing !== 'nothingCreated');
}

interface Uncertain {
	result: HttpResult;
	error: VideosError;
	params: VideoParams;
	/** Clock ms at which the video was requested. */
	since: number;
}

/** The error for a Create after which a video may exist, with what the server's list tells of it. */
async function uncertainError(
	context: OperationContext,
	request: Request,
	run: RunState,
	{ result, error, params, since }: Uncertain,
): Promise<VideosError> {
	// The earlier request may have been sent at any time.
	if (isIdempotencyConflict(result)) return withOutcome(error, 'knownIdempotencyKey');
	const { lostVideoIds, isNothingLikeIt, isPage, hasNoList } = await findLostVideos(
		context,
		request,
		run,
		{ ...params, since },
	);
	const isSite = isPage && !isNetworkError(result) && isSuccess(result) && isHtml(result.body);
	if (isSite) return withOutcome(error, 'webSite');
	// JSON is what an API answers.
	const isText = !isNetworkError(result) && typeof result.body === 'string';
	if (isPage && isText) return withOutcome(error, 'perhapsWebSite');
	const billing = hasNoList ? 'uncertainUnlisted' : 'uncertain';
	if (wasRepeatedByGateway(result)) {
		const { info } = withOutcome(error, 'repeatedByGateway');
		return new VideosError({ ...info, lostVideoIds, billing });
	}
	// After any other result, the video may come into the list later.
	const isRefusal = !isNetworkError(result) && result.statusCode === 503;
	if (isRefusal && isNothingLikeIt) return withOutcome(error, 'notInList');
	return new VideosError({
		...error.info,
		lostVideoIds,
		...(error.info.billing === 'uncertain' && { billing }),
	});
}

/** Headers by which gateways are asked to send the request on only once: they repeat it by themselves. */
const SEND_ONCE_HEADERS = { 'x-litellm-num-retries': '0' };

async function sendCreate(
	context: OperationContext,
	request: Request,
	run: RunState,
	params: VideoParams & StyleParams,
	toRequest: (style: ApiStyle) => RequestBody & { url?: string },
): Promise<SentRequest> {
	const item = context.getItemIndex();
	let since = clock.now();
	const send = async (style: ApiStyle, onResponse: (response: HttpResponse) => void) => {
		const { headers, ...options } = toRequest(style);
		const parse = (response: HttpResponse) => {
			onResponse(response);
			return parseCreatedVideo(response, params.videoId);
		};
		return await sendWhenThereIsRoom(context, request, run, async () => {
			since = clock.now();
			const create = withOptions(request, {
				...options,
				headers: {
					...request.options.headers,
					...SEND_ONCE_HEADERS,
					...headers,
					'Idempotency-Key': idempotencyKey(context, run, params, style),
				},
			});
			const attempt = await sendWithRetry(context, create, parse, retryPolicyForCreate);
			if (isConcurrencyLimit(attempt.result) && !isRateLimit(attempt.result)) {
				countRefusal(run, item);
			}
			return attempt;
		});
	};
	const sent = params.isStyleAssumed
		? await sendInLearnedStyle(learnedStyle(run, params.style), send)
		: { ...(await send(params.style, () => {})), style: params.style };
	const { result, value: video, style } = sent;
	if (video) {
		rememberCreated(run, item, video);
		// n8n 2 forgets everything about an execution when its worker is killed; the worker's log does not.
		context.logger.info(`Created video '${video.id}' in execution ${context.getExecutionId()}`);
	} else if (!mayHaveBeenCreated(result)) {
		run.requests.delete(item);
		if (!isNetworkError(result)) countRefusal(run, item);
	}
	return { result, style, since };
}

/** What the run has learned since it began with this style. */
function learnedStyle({ learnedStyles }: RunState, style: ApiStyle): LearnedStyle {
	const learned = learnedStyles.get(keyOf(style)) ?? { style, isProven: false };
	learnedStyles.set(keyOf(style), learned);
	return learned;
}

/**
 * The created video, even in an error response, if that has an id. But then it is not the source
 * video, which an error may name, and with a 4xx it is none that failed, with an id made up for it.
 */
function parseCreatedVideo(response: HttpResponse, sourceId?: string): Video | undefined {
	const video = parseVideoResponse(response);
	if (!video || isSuccess(response)) return video;
	const isRefused = response.statusCode < 500 && (video.status === 'failed' || hasError(response));
	return isRefused || video.id === sourceId ? undefined : video;
}

const hasError = ({ body }: HttpResponse): boolean => isObject(body) && Boolean(body.error);

/** In all, the answer must not be long in coming. */
const LOOKUP_TIMEOUT_MS = 6 * SECOND_MS;
const LOOKUP_MAX_RETRY_MS = 9 * SECOND_MS;
const retryPolicyForLookup = retryPolicyForReads(LOOKUP_MAX_RETRY_MS, { wasReached: true });
/** Servers give whole seconds. */
const ROUNDING_MS = SECOND_MS;
/** Assumed clock error of a server that sends no Date. */
const CLOCK_SKEW_MS = 60 * SECOND_MS;

interface LostVideoQuery extends VideoParams {
	/** Clock ms at which the video was requested. */
	since: number;
}

interface LostVideos {
	/** Ids of the videos on the server that may be the one whose Create got no response, newest first. */
	lostVideoIds: string[];
	/** Whether the server's list shows that there is none. */
	isNothingLikeIt: boolean;
	/** Whether there is a web page in place of the list, so that the address may not be that of an API. */
	isPage: boolean;
	/** Whether the server does not list its videos. */
	hasNoList: boolean;
}

async function findLostVideos(
	context: OperationContext,
	request: Request,
	run: RunState,
	query: LostVideoQuery,
): Promise<LostVideos> {
	const known = [...run.created.values()].map(({ id }) => id);
	const { videos, isWhole, ids, isPage, hasNoList } = await listSince(context, request, query);
	// Until then a sibling's video, also one of a later batch, could be taken for the lost one.
	await Promise.allSettled(run.requests.values());
	const siblings = new Set([...run.created.values()].map(({ id }) => id));
	const lostVideoIds = videos.map(({ id }) => id).filter((id) => !siblings.has(id));
	// A list without the run's own videos is not the list of all.
	const isReliable = known.length === 0 || known.some((id) => ids.has(id));
	const isNothingLikeIt = isWhole && isReliable && lostVideoIds.length === 0;
	return { lostVideoIds, isNothingLikeIt, isPage, hasNoList };
}

/** Those of a web site for any address, and for one that it does not know. */
const PAGE_STATUSES = [200, 404];

interface RecentVideos {
	/** Those that may have been made by the request. */
	videos: Video[];
	/** Of all videos in the list. */
	ids: Set<string>;
	/** Whether the list tells of all videos since then. */
	isWhole: boolean;
	isPage: boolean;
	hasNoList: boolean;
}

/** The videos begun since then that agree with the request as far as the server tells. */
async function listSince(
	context: RequestContext,
	request: Request,
	query: LostVideoQuery,
): Promise<RecentVideos> {
	const { result, value: page } = await sendWithRetry(
		context,
		listRequest(request, { timeout: LOOKUP_TIMEOUT_MS }),
		parsePage,
		// A page in place of the list may be a proxy's that passes.
		(each) =>
			!isNetworkError(each) && !isSuccess(each) && listsNoVideos(each)
				? 0
				: retryPolicyForLookup(each),
	);
	const serverNow = isNetworkError(result) ? NaN : Date.parse(String(result.headers.date ?? ''));
	const earliest = Number.isNaN(serverNow)
		? query.since - CLOCK_SKEW_MS
		: query.since - (clock.now() - serverNow) - ROUNDING_MS;
	const videos = page?.videos ?? [];
	const alike = videos.filter((video) => agrees(video, query));
	const first = createdMs(videos[0]);
	const last = createdMs(videos.at(-1));
	const isAll =
		page?.hasMore === false || (page?.hasMore !== true && videos.length < MAX_PAGE_SIZE);
	return {
		videos: alike.filter((video) => createdMs(video) >= earliest),
		ids: new Set(videos.map(({ id }) => id)),
		hasNoList: listsNoVideos(result),
		isPage:
			!isNetworkError(result) && isHtml(result.body) && PAGE_STATUSES.includes(result.statusCode),
		isWhole:
			page !== undefined &&
			(isAll || (first >= last && last < earliest)) &&
			!alike.some((video) => Number.isNaN(createdMs(video))),
	};
}

const createdMs = (video?: Video): number =>
	typeof video?.created_at === 'number' ? video.created_at * SECOND_MS : NaN;

/** Whether a video may be what was requested, by what the server tells of it. */
function agrees(
	video: Video,
	{ prompt, model, size, seconds, extra = {}, ...source }: VideoParams,
) {
	const isFromSource = source.videoId !== undefined || source.video !== undefined;
	return (
		// A form's text has CRLF line ends by its standard, and servers trim it.
		isSame(extra.prompt ?? prompt, video.prompt, (text) => text.replace(/\r\n/g, '\n').trim()) &&
		isSame(extra.model ?? model, video.model, modelName) &&
		isSame(extra.size ?? size, video.size, (text) =>
			/^(\d+)\D(\d+)$/.exec(text)?.slice(1).join('x'),
		) &&
		// An extended video may have the length of both parts.
		(isFromSource ||
			isSame(extra.seconds ?? seconds, video.seconds, (text) => parseFloat(text) || undefined))
	);
}

/** Without what gateways put in front, and a date that servers append. */
const modelName = (text: string): string =>
	text
		.toLowerCase()
		.replace(/^.*[/:]/, '')
		.replace(/-\d{4}-?\d{2}-?\d{2}$/, '');

/** Whether both are the same in this form; also if one of them is unknown, or has another form. */
function isSame<T>(
	wanted: unknown,
	told: unknown,
	normalize: (text: string) => T | undefined,
): boolean {
	const [one, other] = [wanted, told].map((value) => {
		const text = toText(value)?.trim();
		return text ? normalize(text) : undefined;
	});
	return one === undefined || other === undefined || one === other;
}
