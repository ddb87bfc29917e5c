import { clock, SECOND_MS } from '../clock';
import {
	commonErrorInfo,
	describeBody,
	getMessages,
	RERUN_LATER,
	videoExpired,
	videoFailed,
} from '../errors/messages';
import { toVideosError, VideosError } from '../errors/nodeError';
import type { ErrorInfo } from '../errors/nodeError';
import { responseError } from '../errors/responseError';
import { BINARY_BODY, storeBytes, storeResponse } from '../files/binaryStore';
import type { StoredFile } from '../files/binaryStore';
import { getStream } from '../http/redirect';
import { retry, retryPolicyForReads, throwIfCancelled, toNetworkError } from '../http/request';
import type { Attempt } from '../http/request';
import { isExpired, parseErrorBody } from '../responses/errorBody';
import { findOutputs } from '../responses/fileLocation';
import type { FileLocation } from '../responses/fileLocation';
import {
	isFetchBlocked,
	saysFailed,
	saysNoFile,
	saysNoVariant,
	wrappedRefusal,
} from '../responses/fileRefusal';
import { isQuotaExceeded, matchKnownError } from '../responses/knownErrors';
import {
	isNetworkError,
	isProxyPage,
	isServerError,
	isSuccess,
	readRetryAfter,
	readShouldRetry,
} from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { formatExpiry } from '../responses/values';
import type { Video } from '../responses/video';
import type { OperationContext, Request, VideoRef } from '../types';
import { getRequest } from './getVideo';

/** The files of a video, as the spec calls them. */
export const VARIANTS = ['video', 'thumbnail', 'spritesheet'] as const;

type Variant = (typeof VARIANTS)[number];

interface DownloadOptions {
	ref: VideoRef;
	/** The completed video: some servers say in it where its file is. */
	video: Video;
	variant: Variant;
	/** Whether it may name files that are not of this video: the first one will do, if there is no other. */
	hasDoubtfulFiles?: boolean;
	/** Whether no request of this run shows that the server accepts the key for this video. */
	isKeyUnproved?: boolean;
	/** The name to store it under; the extension is added. */
	name: string;
	/** For all attempts together; a single attempt may take as long as the file needs. */
	maxRetryMs: number;
}

/** What a result without the file means. */
interface Verdict {
	/** For how many ms after the first attempt the file may still be asked for. */
	patience: number;
	/** What is said of files only; undefined if it is the same as for any request about a video. */
	info?: ErrorInfo;
}

/** A download that broke off. */
interface Break {
	received: number;
	afterMs: number;
}

/** One attempt to download from one location. */
interface LocationAttempt extends Attempt<StoredFile> {
	/** The URL that the result is from. */
	url: string;
	/** The outputs of the video that the response names, if it is no file. */
	named?: FileLocation[][];
	broken?: Break;
}

/** One output of a video, or why there is none. */
export type DownloadedFile = StoredFile | { error: VideosError };

/** How many outputs of one video are downloaded. */
const MAX_OUTPUTS = 20;
/** How many locations of a file to try; each may name yet another one. */
const MAX_LOCATIONS = 8;
/** Servers complete a video before its file is where they look for it. */
const NOT_READY_MAX_RETRY_MS = 90 * SECOND_MS;
/** A status that some servers cache for a few seconds, or one of several servers that lags behind. */
const UNFINISHED_MAX_RETRY_MS = 30 * SECOND_MS;
/** For a file that the server says it does not have. */
const NO_FILE_MAX_RETRY_MS = 20 * SECOND_MS;
/** For an image that may come a little after the video. */
const LAG_MAX_RETRY_MS = 10 * SECOND_MS;
/** For an output after the first: where that is ready, all are, and each could cost this time. */
const FURTHER_OUTPUT_MAX_RETRY_MS = 15 * SECOND_MS;

/**
 * Downloads the files of a video into n8n's binary store, in constant memory, and retries as long as the
 * time allows. Text, and what is surely cut off, is never stored. A video has one file, unless the server names several outputs: then there is at least one, and it comes first.
 */
export async function downloadFiles(
	context: OperationContext,
	request: Request,
	options: DownloadOptions,
): Promise<DownloadedFile[]> {
	const { ref, video, variant, hasDoubtfulFiles, name, maxRetryMs } = options;
	const content = contentRequest(request, ref.videoId, variant);
	const contentLocation = { url: `${ref.baseUrl}${content.options.url ?? ''}` };
	// A URL in the video object is always the video file.
	const named = variant === 'video' ? findOutputs(video, ref.baseUrl) : [];
	const known = hasDoubtfulFiles ? named.slice(0, 1) : named;
	const first = await downloadOutput(context, content, options, [
		contentLocation,
		...(known[0] ?? []),
	]);
	const outputs = variant === 'video' && known.length < 2 ? first.named : known;
	const files: DownloadedFile[] = [first];
	const stem = 'file' in first ? first.file.fileName?.replace(/\.[^.]+$/, '') : undefined;
	for (const [index, locations] of outputs.slice(1, MAX_OUTPUTS).entries()) {
		const further = {
			...options,
			name: `${stem ?? name}_${index + 2}`,
			maxRetryMs: Math.min(maxRetryMs, FURTHER_OUTPUT_MAX_RETRY_MS),
		};
		files.push(await downloadOutput(context, content, further, locations));
	}

	const found = files.findIndex((each) => 'file' in each);
	if ('error' in first && found < 1) throw first.error;
	const others = files.filter((_each, index) => index !== found);
	return [
		files[found],
		...others.filter((each) => !isPreview(each)),
		...(outputs.length > MAX_OUTPUTS ? [{ error: tooManyOutputsError(video) }] : []),
	];
}

const tooManyOutputsError = (video: Video) =>
	new VideosError({
		message: `The server names more than ${MAX_OUTPUTS} outputs; only the first ${MAX_OUTPUTS} were downloaded`,
		nextStep: "Get Status returns the server's addresses of the others.",
		video,
	});

/** An image beside a video is not a result of its own. */
const isPreview = (each: DownloadedFile): boolean =>
	'file' in each && each.file.mimeType.startsWith('image/');

/** Downloads one output from the first of its locations that has it. */
async function downloadOutput(
	context: OperationContext,
	content: Request,
	options: DownloadOptions,
	locations: FileLocation[],
): Promise<DownloadedFile & { named: FileLocation[][] }> {
	const start = clock.now();
	let named: FileLocation[][] = [];
	let breaks: Break[] = [];
	let patience = 0;
	try {
		const { value, last } = await retry(
			context,
			async () => {
				const attempts = await tryLocations(context, content, options, locations);
				named = attempts.map((each) => each.named ?? []).find((each) => each.length > 1) ?? [];
				breaks = alikeBreaks(breaks, attempts);
				const best = mostPromising(attempts, options);
				const isLimit = breaks.length >= MIN_ALIKE_BREAKS && clock.now() >= start + MIN_BREAKS_MS;
				patience = isLimit ? 0 : best.patience;
				const last = attempts[attempts.length - 1];
				return { result: best.result, value: last.value, last };
			},
			() => patience,
		);
		if (!value) throw downloadError(last, breaks, options);
		if (options.variant !== 'video' && value.file.mimeType.startsWith('video/')) {
			throw wrongVariantError(options);
		}
		return { ...value, named };
	} catch (error) {
		throwIfCancelled(context);
		return { error: toVideosError(error), named };
	}
}

/** So many breaks in a row at the same time or place are no accident. */
const MIN_ALIKE_BREAKS = 3;
/** For how long they must go on: a file that is still being copied grows. */
const MIN_BREAKS_MS = 20 * SECOND_MS;
/** A break before this says nothing by its time: any connection that fails does so at once. */
const MIN_BREAK_MS = 5 * SECOND_MS;

/** The last breaks in a row that were alike, with the one of these attempts. */
function alikeBreaks(before: Break[], attempts: LocationAttempt[]): Break[] {
	const broken = attempts.find((each) => each.broken)?.broken;
	if (!broken) return [];
	return before.every((each) => isSameTime(each, broken) || isSamePlace(each, broken))
		? [...before, broken]
		: [broken];
}

const isSameTime = (one: Break, other: Break): boolean =>
	one.afterMs >= MIN_BREAK_MS &&
	Math.abs(one.afterMs - other.afterMs) <= Math.max(SECOND_MS, one.afterMs / 20);

const isSamePlace = (one: Break, other: Break): boolean =>
	one.received > 0 && Math.abs(one.received - other.received) <= one.received / 50;

/** The result that may be retried longest: a location that has expired must not end the retries of another. */
const mostPromising = (attempts: LocationAttempt[], options: DownloadOptions) =>
	attempts
		.map(({ result, url }) => ({ result, patience: judge(result, url, options).patience }))
		.reduce((best, each) => (each.patience > best.patience ? each : best));

/** The request for a video's file; a server without variants gets no parameter. */
function contentRequest(request: Request, videoId: string, variant: Variant): Request {
	const query = variant === 'video' ? '' : `?variant=${variant}`;
	return getRequest(request, `/videos/${encodeURIComponent(videoId)}/content${query}`, 'stream');
}

/** Tries the locations, and those that a response names instead, once each. */
async function tryLocations(
	context: OperationContext,
	content: Request,
	options: DownloadOptions,
	locations: FileLocation[],
): Promise<LocationAttempt[]> {
	const attempts: LocationAttempt[] = [];
	const tried = new Set<string>();
	let remaining = locations;
	while (remaining.length > 0 && attempts.length < MAX_LOCATIONS) {
		const [location] = remaining;
		tried.add(locationKey(location));
		const attempt = await downloadFrom(context, content, options, location);
		attempts.push(attempt);
		if (attempt.value) break;
		remaining = [...(attempt.named?.[0] ?? []), ...remaining].filter(
			(each) => !tried.has(locationKey(each)),
		);
	}
	return attempts;
}

const locationKey = (location: FileLocation): string =>
	'url' in location ? location.url : location.base64.slice(0, 2_000);

/** Downloads the file from one location; without one, the result has the response as JSON or text. */
async function downloadFrom(
	context: OperationContext,
	request: Request,
	{ ref, video, name }: DownloadOptions,
	location: FileLocation,
): Promise<LocationAttempt> {
	if ('base64' in location) {
		const url = ref.baseUrl;
		const bytes = Buffer.from(location.base64, 'base64');
		const result = { statusCode: 200, headers: {}, body: 'base64 that is no file' };
		const stored = await wrapStorageError(context, video, storeBytes(context, bytes, name));
		if (stored && 'file' in stored) return { result, url, value: stored };
		return { result: stored?.truncated ?? result, url };
	}
	const start = clock.now();
	const { result, url } = await getStream(context, request, ref.baseUrl, location.url);
	if (isNetworkError(result)) return { result, url };
	const stored = await wrapStorageError(context, video, storeResponse(context, result, name));
	throwIfCancelled(context);
	if ('truncated' in stored) {
		const { truncated, received } = stored;
		return { result: truncated, url, broken: { received, afterMs: clock.now() - start } };
	}
	if ('file' in stored) return { result, url, value: stored };
	// Only a success names the file; an error may link to its documentation.
	const named = isSuccess(result) ? findOutputs(stored.response.body, ref.baseUrl) : [];
	return { result: stored.response, url, named };
}

/** A storage failure is for the user to fix. */
async function wrapStorageError<T>(
	context: OperationContext,
	video: Video,
	storing: Promise<T>,
): Promise<T> {
	return await storing.catch((error: unknown) => {
		throwIfCancelled(context);
		throw new VideosError({
			message: `n8n could not store the file of video '${video.id}': ${toNetworkError(error).message}`,
			nextStep: "Check the disk space and n8n's binary data settings.",
			...RERUN_LATER,
			video,
		});
	});
}

const VARIANT_UNAVAILABLE = "Not every server has such pictures. Choose 'Video' at 'File'.";

const wrongVariantError = ({ variant, video }: DownloadOptions) =>
	new VideosError({
		message: `The server sent the video in place of the ${variant} of video '${video.id}'`,
		nextStep: VARIANT_UNAVAILABLE,
		video,
	});

/** The error for a file that could not be downloaded, after the last attempt. */
const downloadError = (
	{ result, url }: LocationAttempt,
	breaks: Break[],
	options: DownloadOptions,
): VideosError =>
	responseError(result, {
		...options.ref,
		video: options.video,
		messages: {
			...getMessages(options.ref.videoId, options.video),
			diagnosis: breakInfo(breaks, options) ?? judge(result, url, options).info,
		},
	});

/** For a download that broke off at the same time or place again and again. */
function breakInfo(breaks: Break[], { ref: { videoId } }: DownloadOptions): ErrorInfo | undefined {
	if (breaks.length < MIN_ALIKE_BREAKS) return undefined;
	const last = breaks[breaks.length - 1];
	const seconds = Math.round(last.afterMs / SECOND_MS);
	const [where, why] = breaks.every((each) => isSameTime(each, last))
		? [
				`about ${seconds} seconds`,
				'The server, or a proxy before it, ends every download after that time: ask its operator, or create a shorter or smaller video.',
			]
		: [
				`${last.received.toLocaleString('en')} bytes`,
				'The file on the server is incomplete, or a proxy before it limits the size: ask its operator.',
			];
	return {
		message: `The download of video '${videoId}' breaks off each time after ${where}`,
		nextStep: why,
	};
}

/** How servers refuse an image beside the video that they do not make. */
const NO_VARIANT_STATUSES = [400, 404, 405, 409, 422, 425, 501];
/** How they say that a completed video has no file, or none yet. */
const NO_FILE_STATUSES = [400, 404, 405, 409, 422, 425, 501];

/** What a result without the file means, in one place: for how long to go on, and what to say then. */
function judge(result: HttpResult, url: string, options: DownloadOptions): Verdict {
	const { maxRetryMs } = options;
	const { patience, info } = isNetworkError(result)
		? judgeNetworkError(result, url, options)
		: judgeResponse(result, url, options);
	const isRetryable = isNetworkError(result) || readShouldRetry(result) !== false;
	return { patience: isRetryable ? Math.min(patience, maxRetryMs) : 0, info };
}

const usualPatience = (result: HttpResult, { maxRetryMs }: DownloadOptions): number =>
	retryPolicyForReads(maxRetryMs, { wasReached: true })(result);

const isElsewhere = (url: string, { ref: { baseUrl } }: DownloadOptions): boolean =>
	new URL(url).origin !== new URL(baseUrl).origin;

const kindOf = ({ variant }: DownloadOptions): string => (variant === 'video' ? 'file' : variant);

function judgeNetworkError(result: HttpResult, url: string, options: DownloadOptions): Verdict {
	const patience = usualPatience(result, options);
	if (!isElsewhere(url, options)) return { patience };
	return {
		patience,
		info: {
			message: `The ${kindOf(options)} of video '${options.ref.videoId}' could not be fetched from ${new URL(url).origin}, where the server keeps it`,
			nextStep: 'Check that n8n can reach that address.',
			...RERUN_LATER,
		},
	};
}

function judgeResponse(response: HttpResponse, url: string, options: DownloadOptions): Verdict {
	const { video, variant, isKeyUnproved, ref } = options;
	const { videoId } = ref;
	const kind = kindOf(options);
	const usual = usualPatience(response, options);
	const wrapped = isServerError(response) ? wrappedRefusal(response) : undefined;
	const meant = wrapped === undefined ? response : { ...response, statusCode: wrapped };
	const { statusCode } = meant;
	const hasNoFile = saysNoFile(response);

	if (isProxyPage(response)) return { patience: usual, info: commonErrorInfo(response, videoId) };
	const isFinal = isQuotaExceeded(response) || matchKnownError(response.body) === 'contentPolicy';
	if (!isSuccess(response) && isFinal && !isElsewhere(url, options)) {
		return { patience: 0, info: commonErrorInfo(response, videoId) };
	}
	if (!isSuccess(response) && saysFailed(response) && !isElsewhere(url, options)) {
		const error = parseErrorBody(response.body);
		return { patience: 0, info: videoFailed({ ...video, status: 'failed', error: { ...error } }) };
	}

	if (isSuccess(response)) {
		return {
			patience: hasNoFile ? NO_FILE_MAX_RETRY_MS : NOT_READY_MAX_RETRY_MS,
			info: {
				message: `The server sent ${describeBody(response.body)} instead of the ${kind} of video '${videoId}'`,
				nextStep: 'Nothing was stored.',
				isRerunnable: true,
				ifItPersists: 'tell the operator of the server.',
				...(response.body === BINARY_BODY && { serverMessage: '' }),
			},
		};
	}
	const isGone = isExpired(meant, video);
	if (isElsewhere(url, options) && !(isGone && formatExpiry(video))) {
		return {
			patience: [400, 404].includes(statusCode) ? NOT_READY_MAX_RETRY_MS : usual,
			info: {
				message: isServerError(response)
					? `The ${kind} of video '${videoId}' could not be fetched from ${new URL(url).origin}, where the server keeps it`
					: `The ${kind} of video '${videoId}' is refused by ${new URL(url).origin}, where the server keeps it`,
				nextStep: 'The node asks for the address anew in each run.',
				isRerunnable: true,
				...(!isServerError(response) && {
					ifItPersists:
						'the file may have expired, or that address lets no one in. Ask the operator of the server before you create the video again.',
				}),
			},
		};
	}
	if (isGone) {
		const isCertain = statusCode < 500;
		return {
			patience: isCertain ? 0 : NO_FILE_MAX_RETRY_MS,
			info: videoExpired(videoId, video),
		};
	}
	if (!isKeyUnproved && isFetchBlocked(response)) {
		return {
			patience: 0,
			info: {
				message: `The server's own settings do not let it fetch the ${kind} of video '${videoId}' from where it is kept`,
				nextStep: "Its operator must allow that address in the server's fetch (SSRF) settings.",
				isRerunnable: true,
			},
		};
	}
	if (
		variant !== 'video' &&
		(NO_VARIANT_STATUSES.includes(statusCode) || saysNoVariant(response))
	) {
		return {
			patience: variantPatience(meant, video),
			info: {
				message: `The server returns no ${variant} of video '${videoId}'`,
				nextStep: VARIANT_UNAVAILABLE,
			},
		};
	}
	if ([401, 403].includes(response.statusCode) && !isKeyUnproved && !isQuotaExceeded(response)) {
		return {
			patience: 0,
			info: {
				message: `The server refuses the ${kind} of video '${videoId}', although it accepts the API key for the video`,
				nextStep: "The key is not the reason: ask the server's operator.",
				isRerunnable: true,
			},
		};
	}
	if (NO_FILE_STATUSES.includes(statusCode)) {
		return { patience: noFilePatience(meant, usual), info: noFileInfo(options) };
	}
	if (hasNoFile || wrapped !== undefined) {
		return { patience: Math.min(usual, NO_FILE_MAX_RETRY_MS), info: noFileInfo(options) };
	}
	if (!isServerError(response)) return { patience: usual };
	return {
		patience: usual,
		info: {
			message: `The server answered with an error instead of the ${kind} of video '${videoId}'`,
			isRerunnable: true,
			ifItPersists: "ask the server's operator, before you create the video again.",
		},
	};
}

const noFileInfo = ({ ref: { videoId } }: DownloadOptions): ErrorInfo => ({
	message: `The server says that video '${videoId}' is completed, but returns no file`,
	isRerunnable: true,
	ifItPersists:
		"the file was never made, has expired, or is kept where the server does not tell. Ask the server's operator before you create the video again.",
});

/** A server completes a video before its file is where it looks for it, or before its other servers know. */
function noFilePatience(response: HttpResponse, usual: number): number {
	if ([409, 425].includes(response.statusCode)) return unfinishedPatience(response);
	return [400, 404].includes(response.statusCode) ? NOT_READY_MAX_RETRY_MS : usual;
}

/** Longer only where the server says when to come back. */
const unfinishedPatience = (response: HttpResponse): number =>
	readRetryAfter(response, clock.now()) === undefined
		? UNFINISHED_MAX_RETRY_MS
		: NOT_READY_MAX_RETRY_MS;

/** An image that is not there will not come, except in the first moments. */
function variantPatience(response: HttpResponse, { completed_at: completedAt }: Video): number {
	if ([409, 425].includes(response.statusCode)) return unfinishedPatience(response);
	const isJustCompleted =
		completedAt === undefined ||
		Math.abs(clock.now() - Number(completedAt) * SECOND_MS) < UNFINISHED_MAX_RETRY_MS;
	return response.statusCode === 404 && isJustCompleted ? LAG_MAX_RETRY_MS : 0;
}
