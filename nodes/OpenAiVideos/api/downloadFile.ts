import type { IBinaryData } from 'n8n-workflow';

import { SECOND_MS } from '../clock';
import { describeBody, getMessages, RERUN_LATER } from '../errors/messages';
import { toVideosError, VideosError } from '../errors/nodeError';
import type { ErrorInfo } from '../errors/nodeError';
import { responseError } from '../errors/responseError';
import { storeBytes, storeResponse } from '../files/binaryStore';
import { getStream } from '../http/redirect';
import { retry, retryPolicyForReads, throwIfCancelled, toNetworkError } from '../http/request';
import type { Attempt, RetryPolicy } from '../http/request';
import { findOutputs } from '../responses/fileLocation';
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
	/** Whether it may name files that are not of this video: the first one will do, if there is no other. */
	hasDoubtfulFiles?: boolean;
	/** The name to store it under; the extension is added. */
	name: string;
	/** For all attempts together; a single attempt may take as long as the file needs. */
	maxRetryMs: number;
}

/** One attempt to download from one location. */
interface LocationAttempt extends Attempt<IBinaryData> {
	/** The URL that the result is from. */
	url: string;
	/** The outputs of the video that the response names, if it is no file. */
	named?: FileLocation[][];
}

/** One output of a video, or why there is none. */
export type DownloadedFile = { file: IBinaryData } | { error: VideosError };

/** How many outputs of one video are downloaded. */
const MAX_OUTPUTS = 20;
/** How many locations of a file to try; each may name yet another one. */
const MAX_LOCATIONS = 8;
/** Servers complete a video before its file is where they look for it. */
const NOT_READY_MAX_RETRY_MS = 90 * SECOND_MS;
/** For an output after the first: where that is ready, all are, and each could cost this time. */
const FURTHER_OUTPUT_MAX_RETRY_MS = 15 * SECOND_MS;

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
 * Downloads the files of a video into n8n's binary store, in constant memory, and retries as long as the
 * time allows. Only complete images and videos, by their bytes, are ever stored. A video has one file,
 * unless the server names several outputs: then there is at least one, and it comes first.
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
	const policy = retryPolicyForDownload(options.maxRetryMs);
	let named: FileLocation[][] = [];
	try {
		const { value, last } = await retry(
			context,
			async () => {
				const attempts = await tryLocations(context, content, options, locations);
				named = attempts.map((each) => each.named ?? []).find((each) => each.length > 1) ?? [];
				const last = attempts[attempts.length - 1];
				return { result: mostPromising(attempts, policy), value: last.value, last };
			},
			policy,
		);
		if (!value) throw downloadError(last.result, last.url, options);
		if (options.variant !== 'video' && value.mimeType.startsWith('video/')) {
			throw wrongVariantError(options);
		}
		return { file: value, named };
	} catch (error) {
		throwIfCancelled(context);
		return { error: toVideosError(error), named };
	}
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
		if (stored && 'file' in stored) return { result, url, value: stored.file };
		return { result: stored?.truncated ?? result, url };
	}
	const { url } = location;
	const result = await getStream(context, request, ref.baseUrl, url);
	if (isNetworkError(result)) return { result, url };
	const stored = await wrapStorageError(context, video, storeResponse(context, result, name));
	throwIfCancelled(context);
	if ('truncated' in stored) return { result: stored.truncated, url };
	if ('file' in stored) return { result, url, value: stored.file };
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
