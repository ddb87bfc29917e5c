import type { IDataObject } from 'n8n-workflow';

import { errorMessageOf, parseErrorBody } from './errorBody';
import type { ErrorDetails } from './errorBody';
import { isSuccess } from './response';
import type { HttpResponse } from './response';
import {
	firstDefined,
	isObject,
	parsePercent,
	parseUnixSeconds,
	toIsoString,
	toText,
} from './values';

type VideoStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

/** What every operation returns: the server's object with the fields of the spec normalized. */
export interface Video extends IDataObject {
	/** Verbatim as the server returned it; for a requested video, the requested ID. */
	id: string;
	object: 'video';
	status: VideoStatus;
	/** The server's own status, if it differs from `status`. */
	provider_status?: string;
	/** The ID in the response, if it is not the requested one. */
	provider_id?: string;
	/** 0 to 100; absent if unknown. */
	progress?: number;
	seconds?: string;
	/** Unix seconds, like all times in the spec. */
	expires_at?: number;
	/** The same for people and for n8n's date functions. */
	expires_at_iso?: string;
	/** Only on a failed video: n8n 1.x treats any `error` key as a failed node and would run it again. */
	error?: ErrorDetails & IDataObject;
}

/** The fields of the spec, and those that the node adds. */
export const VIDEO_FIELDS = [
	...['id', 'object', 'status', 'provider_status', 'provider_id', 'progress', 'model', 'size'],
	...['seconds', 'created_at', 'completed_at', 'expires_at', 'expires_at_iso', 'cost', 'error'],
	...['remixed_from_video_id', 'fileName', 'fileExtension', 'mimeType', 'fileSize', 'files'],
];

/** The statuses that servers use, in lowercase with `_`; any other one means: keep waiting. */
const STATUS_ALIASES: Record<VideoStatus, string[]> = {
	pending: [
		'pending',
		'queued',
		'submitted',
		'created',
		'starting',
		'not_start',
		'not_started',
		'notstarted',
		'unknown',
		'preparing',
	],
	in_progress: [
		'in_progress',
		'inprogress',
		'processing',
		'preprocessing',
		'running',
		'generating',
	],
	completed: ['completed', 'complete', 'succeeded', 'succeed', 'success', 'done', 'finished'],
	failed: [
		'failed',
		'fail',
		'failure',
		'error',
		'cancelled',
		'canceled',
		'expired',
		'rejected',
		'deleted',
	],
};

const STATUS_BY_ALIAS = new Map(
	Object.entries(STATUS_ALIASES).flatMap(([status, aliases]) =>
		aliases.map((alias) => [alias, status as VideoStatus]),
	),
);

/** The normalized form of a server's status, in upper or lower case; an unknown one is `pending`. */
const normalizeStatus = (status: string): VideoStatus =>
	STATUS_BY_ALIAS.get(status.toLowerCase().replace(/[\s-]+/g, '_')) ?? 'pending';

const ID_KEYS = ['id', 'task_id', 'video_id'];
const STATUS_KEYS = ['status', 'state', 'task_status'];
const TIMESTAMP_KEYS = {
	created_at: ['created_at', 'created', 'createdAt', 'create_time', 'submit_time'],
	completed_at: ['completed_at', 'completedAt', 'finished_at', 'finish_time'],
	expires_at: ['expires_at', 'expiresAt'],
};
const ENVELOPE_KEYS = ['data', 'result', 'video', 'task'];
const MAX_DEPTH = 3;

/**
 * Reads a server's JSON as a video; undefined if it has none. `requestedId` is the ID of a requested
 * video: its response may have another ID, or none, and still describe it.
 */
export function parseVideo(body: unknown, requestedId?: string): Video | undefined {
	const found = findVideoObject(body, requestedId !== undefined);
	const responseId =
		found && (videoIdOf(found) ?? (requestedId === undefined ? requestIdOf(found) : undefined));
	const id = requestedId ?? responseId;
	if (!found || id === undefined || isErrorBody(found)) return undefined;

	const providerStatus = rawStatus(found) ?? '';
	const status = normalizeStatus(providerStatus);
	const canonical: IDataObject = {
		id,
		object: 'video',
		status,
		provider_status:
			providerStatus !== status && providerStatus !== '' ? providerStatus : undefined,
		provider_id: responseId !== id ? responseId : undefined,
		progress: status === 'completed' ? 100 : parsePercent(found.progress),
		seconds: toText(firstDefined(found, ['seconds', 'duration'])),
		error: status === 'failed' ? (parseFailure(found) ?? parseFailure(body)) : undefined,
	};
	for (const [name, keys] of Object.entries(TIMESTAMP_KEYS)) {
		canonical[name] = parseUnixSeconds(firstDefined(found, keys));
	}
	const expiresAtIso = toIsoString(canonical.expires_at as number | undefined);
	if (expiresAtIso !== undefined) canonical.expires_at_iso = expiresAtIso;
	for (const name of ['model', 'size', 'remixed_from_video_id']) {
		canonical[name] = found[name] ?? undefined;
	}
	// These three come first, where people look for them.
	return omitUndefined({ id, object: 'video', status, ...found, ...canonical });
}

/** The video in a response, also in an error response that is about one. */
export const parseVideoResponse = (
	response: HttpResponse,
	requestedId?: string,
): Video | undefined =>
	isSuccess(response) || describesVideo(response.body, requestedId)
		? parseVideo(response.body, requestedId)
		: undefined;

export const isFinished = (video: Video): boolean =>
	video.status === 'completed' || video.status === 'failed';

/**
 * Whether an error response describes a video nevertheless: some servers report a failed video with
 * status 500 and the whole video object (vLLM-Omni). Other error bodies may have an ID of the request.
 */
function describesVideo(body: unknown, requestedId?: string): boolean {
	const found = findVideoObject(body, false);
	if (!found || rawStatus(found) === undefined) return false;
	if (requestedId !== undefined && videoIdOf(found) === requestedId) return true;
	return typeof found.object === 'string' && /^video/.test(found.object);
}

/** Status and progress, as messages show them: "in_progress, 40 %". */
export function formatStatus({ status, provider_status: providerStatus, progress }: Video): string {
	return (providerStatus ?? status) + (progress === undefined ? '' : `, ${progress} %`);
}

/**
 * The object that describes the video: the body itself, or one that it wraps. The outermost that has
 * an ID and a status; else one with an ID; else, if the ID is known, the innermost with a status.
 */
function findVideoObject(body: unknown, isIdKnown: boolean): IDataObject | undefined {
	const candidates = unwrapEnvelopes(body);
	const withId = candidates.filter((candidate) => videoIdOf(candidate) !== undefined);
	const withStatus = candidates.filter((candidate) => rawStatus(candidate) !== undefined);
	const found = withId.find((candidate) => withStatus.includes(candidate));
	if (found || !isIdKnown) {
		return (
			found ?? withId[0] ?? candidates.find((candidate) => requestIdOf(candidate) !== undefined)
		);
	}
	// `success` around an object with an ID is about the request, any other status about the video.
	const isOfRequest = withId.length > 0 && /^(success|ok)$/i.test(rawStatus(candidates[0]) ?? '');
	return isOfRequest ? withId[0] : (withStatus[withStatus.length - 1] ?? withId[0]);
}

/** The body and the envelopes in it, outermost first. */
function unwrapEnvelopes(body: unknown, depth = 0): IDataObject[] {
	const layer: unknown = Array.isArray(body) ? body[0] : body;
	if (!isObject(layer) || depth > MAX_DEPTH) return [];
	return [layer, ...ENVELOPE_KEYS.flatMap((key) => unwrapEnvelopes(layer[key], depth + 1))];
}

function videoIdOf(from: IDataObject): string | undefined {
	return ID_KEYS.map((key) => toText(from[key])).find((id) => id);
}

/** Only if there is no other ID: in most responses it identifies the request, not the video. */
const requestIdOf = (from: IDataObject): string | undefined =>
	from.error ? undefined : toText(from.request_id) || undefined;

/** A number is not a status: problem+json has the HTTP status there. */
function rawStatus(from: IDataObject): string | undefined {
	const status = firstDefined(from, STATUS_KEYS);
	return typeof status === 'string' ? status.trim() : undefined;
}

/** An error instead of a status: an ID, if there is one, is then that of the request. */
const isErrorBody = (found: IDataObject): boolean =>
	rawStatus(found) === undefined &&
	found.object === undefined &&
	errorMessageOf({ error: found.error }) !== '';

/** Reads fewer keys than an error body: a video has a type and a title of its own. */
function parseFailure(video: unknown): Video['error'] {
	if (!isObject(video)) return undefined;
	const keys = [
		'error',
		'fail_reason',
		'failure_reason',
		'error_message',
		'message',
		'detail',
		'msg',
	];
	const texts = Object.fromEntries(keys.map((key) => [key, video[key]]));
	const code = firstDefined(video, ['code', 'error_code', 'fail_code']);
	const { message, ...rest } = parseErrorBody({ ...texts, code });
	// In an envelope this is about the request.
	const isOfRequest = /^(success|ok)$/i.test(message ?? rest.code ?? '');
	const failure = { ...(message && !isOfRequest && { message }), ...(!isOfRequest && rest) };
	return Object.keys(failure).length > 0 ? failure : undefined;
}

const omitUndefined = (video: IDataObject): Video =>
	Object.fromEntries(Object.entries(video).filter(([, value]) => value !== undefined)) as Video;
