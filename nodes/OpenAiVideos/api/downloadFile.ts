import type { IBinaryData } from 'n8n-workflow';

import { SECOND_MS } from '../clock';
import { describeBody, getMessages, RERUN_LATER } from '../errors/messages';
import { VideosError } from '../errors/nodeError';
import type { ErrorInfo } from '../errors/nodeError';
import { responseError } from '../errors/responseError';
import { storeBytes, storeResponse } from '../files/binaryStore';
import { getStream } from '../http/redirect';
import { retry, retryPolicyForReads, throwIfCancelled, toNetworkError } from '../http/request';
import type { Attempt, RetryPolicy } from '../http/request';
import { findFileLocations } from '../responses/fileLocation';
import type { FileLocation } from '../responses/fileLocation';
import { isNetworkError, isSuccess, readShouldRetry } from '../responses/response';
import type { HttpResult } from '../responses/response';
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
	/** The name to store it under; the extension is added. */
	name: string;
	/** For all attempts together; a single attempt may take as long as the file needs. */
	maxRetryMs: number;
}

/** One attempt to download from one location. */
interface LocationAttempt extends Attempt<IBinaryData> {
	/** The URL that the result is from. */
	url: string;
}

/** How many locations to try; each may name yet another one. */
const MAX_LOCATIONS = 4;
/** Servers complete a video before its file is where they look for it. */
const NOT_READY_MAX_RETRY_MS = 90 * SECOND_MS;

/** As for all reads, also if the file of a completed video is missing at first. */
const retryPolicyForDownload =
	(limit: number): RetryPolicy =>
	(result) => {
		const isNotReady =
			!isNetworkError(result) && (isSuccess(result) || [400, 404].includes(result.statusCode));
		if (!isNotReady) return retryPolicyForReads(limit, { wasReached: true })(result);
		return readShouldRetry(result) === false ? 0 : Math.min(limit, NOT_READY_MAX_RETRY_MS);
	};

/**
 * Downloads a video's file into n8n's binary store, in constant memory, and retries as long as the time
 * allows. Only complete images and videos, by their bytes, are ever stored.
 */
export async function downloadFile(
	context: OperationContext,
	request: Request,
	options: DownloadOptions,
): Promise<IBinaryData> {
	const policy = retryPolicyForDownload(options.maxRetryMs);
	const { value, last } = await retry(
		context,
		async () => {
			const attempts = await tryLocations(context, request, options);
			const last = attempts[attempts.length - 1];
			return { result: mostPromising(attempts, policy), value: last.value, last };
		},
		policy,
	);
	if (!value) throw downloadError(last.result, last.url, options);
	if (options.variant !== 'video' && value.mimeType.startsWith('video/')) {
		throw wrongVariantError(options);
	}
	return value;
}

/** The result that may be retried longest: a location that has expired must not end the retries of another. */
const mostPromising = (attempts: LocationAttempt[], policy: RetryPolicy): HttpResult =>
	attempts
		.map(({ result }) => result)
		.reduce((best, each) => (policy(each) > policy(best) ? each : best));

/** The request for a video's file; a server without variants gets no parameter. */
function contentRequest(request: Request, videoId: string, variant: Variant): Request {
	const query = variant === 'video' ? '' : `?variant=${variant}`;
	return getRequest(request, `/videos/${encodeURIComponent(videoId)}/content${query}`, 'stream');
}

/** Tries the spec's URL, then the locations that a response or the video names instead, once each. */
async function tryLocations(
	context: OperationContext,
	request: Request,
	options: DownloadOptions,
): Promise<LocationAttempt[]> {
	const { ref, video, variant } = options;
	const content = contentRequest(request, ref.videoId, variant);
	// A URL in the video object is always the video file.
	const videoLocations = variant === 'video' ? findFileLocations(video, ref.baseUrl) : [];
	const attempts: LocationAttempt[] = [];
	const tried = new Set<string>();
	let location: FileLocation | undefined = { url: `${ref.baseUrl}${content.options.url ?? ''}` };
	while (location && attempts.length < MAX_LOCATIONS) {
		tried.add(locationKey(location));
		const attempt: LocationAttempt = await downloadFrom(context, content, options, location);
		attempts.push(attempt);
		if (attempt.value) break;
		const { result } = attempt;
		// Only a success names the file; an error may link to its documentation.
		const named = !isNetworkError(result) && isSuccess(result) ? result.body : undefined;
		location = [...findFileLocations(named, ref.baseUrl), ...videoLocations].find(
			(each) => !tried.has(locationKey(each)),
		);
	}
	return attempts;
}

const locationKey = (location: FileLocation): string =>
	'url' in location ? location.url : location.bytes.toString('base64', 0, 1000);

/** Downloads the file from one location; without one, the result has the response as JSON or text. */
async function downloadFrom(
	context: OperationContext,
	request: Request,
	{ ref, video, name }: DownloadOptions,
	location: FileLocation,
): Promise<LocationAttempt> {
	if ('bytes' in location) {
		const url = ref.baseUrl;
		const result = { statusCode: 200, headers: {}, body: 'base64 that is no file' };
		const stored = await wrapStorageError(
			context,
			video,
			storeBytes(context, location.bytes, name),
		);
		if (stored && 'file' in stored) return { result, url, value: stored.file };
		return { result: stored?.truncated ?? result, url };
	}
	const { url } = location;
	const result = await getStream(context, request, ref.baseUrl, url);
	if (isNetworkError(result)) return { result, url };
	const stored = await wrapStorageError(context, video, storeResponse(context, result, name));
	throwIfCancelled(context);
	if ('truncated' in stored) return { result: stored.truncated, url };
	return 'file' in stored ? { result, url, value: stored.file } : { result: stored.response, url };
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

/** The error for a file that could not be downloaded; `url` is where it was requested last. */
const downloadError = (result: HttpResult, url: string, options: DownloadOptions): VideosError =>
	responseError(result, {
		...options.ref,
		video: options.video,
		messages: {
			...getMessages(options.ref.videoId, options.video),
			diagnosis: diagnoseDownload(result, url, options),
		},
	});

/** What is said of files only; undefined if it is the same as for any request about a video. */
function diagnoseDownload(
	result: HttpResult,
	url: string,
	{ ref: { baseUrl, videoId }, video, variant }: DownloadOptions,
): ErrorInfo | undefined {
	const file = variant === 'video' ? 'file' : variant;
	const { origin } = new URL(url);
	const isElsewhere = origin !== new URL(baseUrl).origin;
	if (isNetworkError(result)) {
		if (!isElsewhere) return undefined;
		return {
			message: `The ${file} of video '${videoId}' could not be fetched from ${origin}, where the server keeps it`,
			nextStep: 'Check that n8n can reach that address.',
			...RERUN_LATER,
		};
	}
	const { statusCode, body } = result;
	if (variant === 'video' && [404, 410].includes(statusCode) && formatExpiry(video)) {
		return undefined;
	}
	if (isSuccess(result)) {
		return {
			message: `The server sent ${describeBody(body)} instead of the ${file} of video '${videoId}'`,
			nextStep: 'Nothing was stored.',
			...RERUN_LATER,
			ifItPersists: 'tell the operator of the server.',
		};
	}
	if (isElsewhere) {
		return {
			message: `The ${file} of video '${videoId}' is refused by ${origin}, where the server keeps it`,
			nextStep: 'The node asks for the address anew in each run.',
			isRerunnable: true,
			ifItPersists: 'the file has expired.',
		};
	}
	if ([400, 404, 405, 409, 422, 425, 501].includes(statusCode) && variant !== 'video') {
		return {
			message: `The server gives out no ${variant} of video '${videoId}'`,
			nextStep: VARIANT_UNAVAILABLE,
		};
	}
	if ([400, 404, 405, 409, 425, 501].includes(statusCode)) {
		return {
			message: `The server says that video '${videoId}' is completed, but gives out no file`,
			isRerunnable: true,
			ifItPersists: 'the file has expired, or the server keeps it where it does not tell.',
		};
	}
	return undefined;
}
