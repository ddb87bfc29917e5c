import type { ApiStyle } from '../apiStyle';
import { clock, SECOND_MS } from '../clock';
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
import { isQuotaExceeded } from '../responses/knownErrors';
import { mayHaveBeenAccepted } from '../responses/refusal';
import { isConnectError, isNetworkError, isSuccess, readShouldRetry } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { parseVideoResponse } from '../responses/video';
import type { Video } from '../responses/video';
import type { OperationContext, Request, RequestContext } from '../types';
import { keyOf, sendInLearnedStyle } from './adaptStyle';
import type { LearnedStyle } from './adaptStyle';
import { listRequest, parsePage } from './listVideos';
import {
	addValidation,
	firstValidationError,
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

/** A slot may only free up when another video finishes, which takes minutes. */
const RATE_LIMIT_MAX_RETRY_MS = 600 * SECOND_MS;

/** Costs money: retried only if the server cannot have accepted it. */
export const retryPolicyForCreate: RetryPolicy = (result) => {
	if (isNetworkError(result)) return isConnectError(result) ? UNREACHABLE_MAX_RETRY_MS : 0;
	if (result.statusCode !== 429 || readShouldRetry(result) === false) return 0;
	return isQuotaExceeded(result) ? 0 : RATE_LIMIT_MAX_RETRY_MS;
};

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
	if (created) return created;
	throwIfUncertain(run, item);

	const invalid = await firstValidationError(context, run);
	if (isAbandoned(context, run)) return undefined;
	if (invalid) throw rememberFailure(run, item, invalid, false);

	const valid = await params;
	const since = clock.now();
	// An earlier try may still be waiting for its response, if n8n has ended it early.
	const pending =
		run.requests.get(item) ??
		sendCreate(context, request, run, valid, (style) => toRequest(valid, style));
	run.requests.set(item, pending);
	const { result, style } = await pending.catch((cancelled: unknown) => {
		throw rememberFailure(run, item, toVideosError(cancelled), true);
	});
	const video = run.created.get(item);
	if (video) return video;

	const error = await toError(result, { ...valid, style });
	if (!mayHaveBeenAccepted(result)) throw rememberFailure(run, item, error, false);
	const lostVideoIds = await findLostVideos(context, request, run, { ...valid, since });
	throw rememberFailure(run, item, new VideosError({ ...error.info, lostVideoIds }), true);
}

async function sendCreate(
	context: OperationContext,
	request: Request,
	run: RunState,
	params: VideoParams & StyleParams,
	toRequest: (style: ApiStyle) => RequestBody & { url?: string },
): Promise<SentRequest> {
	const send = async (style: ApiStyle, onResponse: (response: HttpResponse) => void) => {
		const { headers, ...options } = toRequest(style);
		const create = withOptions(request, {
			...options,
			headers: {
				...request.options.headers,
				...headers,
				'Idempotency-Key': idempotencyKey(context, run, params),
			},
		});
		const parse = (response: HttpResponse) => {
			onResponse(response);
			return parseCreatedVideo(response, params.videoId);
		};
		return await sendWithRetry(context, create, parse, retryPolicyForCreate);
	};
	const sent = params.isStyleAssumed
		? await sendInLearnedStyle(learnedStyle(run, params.style), send)
		: { ...(await send(params.style, () => {})), style: params.style };
	const { result, value: video, style } = sent;
	const item = context.getItemIndex();
	if (video) {
		rememberCreated(run, item, video);
		// n8n 2 forgets everything about an execution when its worker is killed; the worker's log does not.
		context.logger.info(`Created video '${video.id}' in execution ${context.getExecutionId()}`);
	} else if (!mayHaveBeenAccepted(result)) run.requests.delete(item);
	return { result, style };
}

/** What the run has learned since it began with this style. */
function learnedStyle({ learnedStyles }: RunState, style: ApiStyle): LearnedStyle {
	const learned = learnedStyles.get(keyOf(style)) ?? { style, isProven: false };
	learnedStyles.set(keyOf(style), learned);
	return learned;
}

/**
 * The created video, even in an error response, if that has an id. But then it is not the source
 * video, which an error may name.
 */
function parseCreatedVideo(response: HttpResponse, sourceId?: string): Video | undefined {
	const video = parseVideoResponse(response);
	return !isSuccess(response) && video?.id === sourceId ? undefined : video;
}

const LOOKUP_TIMEOUT_MS = 10 * SECOND_MS;
const LOOKUP_MAX_RETRY_MS = 60 * SECOND_MS;
/** Servers give whole seconds. */
const ROUNDING_MS = 2 * SECOND_MS;
/** Assumed clock error of a server that sends no Date. */
const CLOCK_SKEW_MS = 60 * SECOND_MS;

interface LostVideoQuery {
	prompt: string;
	/** Clock ms at which the video was requested. */
	since: number;
}

/** Ids of the videos on the server that may be the one whose Create got no response, newest first. */
async function findLostVideos(
	context: OperationContext,
	request: Request,
	run: RunState,
	query: LostVideoQuery,
): Promise<string[]> {
	await Promise.allSettled(run.requests.values());
	const videos = await listSince(context, request, query);
	// Until then a sibling's video, also one of a later batch, could be taken for the lost one.
	await Promise.allSettled(run.requests.values());
	const siblings = [...run.created.values()].map(({ id }) => id);
	return videos.map(({ id }) => id).filter((id) => !siblings.includes(id));
}

/** Videos begun since then, with the prompt if the server gives it. Empty if it has no list. */
async function listSince(
	context: RequestContext,
	request: Request,
	{ prompt, since }: LostVideoQuery,
): Promise<Video[]> {
	const { result, value: page } = await sendWithRetry(
		context,
		listRequest(request, { timeout: LOOKUP_TIMEOUT_MS }),
		parsePage,
		retryPolicyForReads(LOOKUP_MAX_RETRY_MS, { wasReached: true }),
	);
	const serverNow = isNetworkError(result) ? NaN : Date.parse(String(result.headers.date ?? ''));
	const earliest = Number.isNaN(serverNow)
		? since - CLOCK_SKEW_MS
		: since - (clock.now() - serverNow) - ROUNDING_MS;
	// A form's text has CRLF line ends by its standard, and servers trim it.
	const plain = (text: string) => text.replace(/\r\n/g, '\n').trim();
	const hasPrompt = (value: unknown) =>
		typeof value !== 'string' || ['', plain(prompt)].includes(plain(value));
	return (page?.videos ?? []).filter(
		(video) =>
			hasPrompt(video.prompt) &&
			typeof video.created_at === 'number' &&
			video.created_at * SECOND_MS >= earliest,
	);
}
