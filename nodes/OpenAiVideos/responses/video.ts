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

/** What every operation returns: the server's object with the contract's fields made canonical. */
export interface Video extends IDataObject {
	/** Verbatim as the server gave it; for a video that was asked for, the id it was asked by. */
	id: string;
	object: 'video';
	status: VideoStatus;
	/** The server's own status, where it had to be translated. */
	provider_status?: string;
	/** The id in the response, where it is not the one that was asked for. */
	provider_id?: string;
	/** 0 to 100; absent when unknown. */
	progress?: number;
	seconds?: string;
	/** Unix seconds, as all times of the contract. */
	expires_at?: number;
	/** The same, for a person and for n8n's date functions. */
	expires_at_iso?: string;
	/** Only on a failed video: n8n 1.x takes any `error` key for a failed node and would run it again. */
	error?: ErrorDetails & IDataObject;
}

/** Status words seen in the wild, in lowercase with `_`; any other word means: keep waiting. */
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

/** The contract's status for a server's word in any case; an unknown word is `pending`. */
const normalizeStatus = (word: string): VideoStatus =>
	STATUS_BY_ALIAS.get(word.toLowerCase().replace(/[\s-]+/g, '_')) ?? 'pending';

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
 * Reads a server's JSON as a video; undefined when it holds none. `requestedId` is the id the video was
 * asked for by: then the response may have another id, or none, and still be about it.
 */
export function parseVideo(body: unknown, requestedId?: string): Video | undefined {
	const found = findVideoObject(body, requestedId !== undefined);
	const given =
		found && (videoIdOf(found) ?? (requestedId === undefined ? requestIdOf(found) : undefined));
	const id = requestedId ?? given;
	if (!found || id === undefined || isErrorBody(found)) return undefined;

	const word = rawStatus(found) ?? '';
	const status = normalizeStatus(word);
	const canonical: IDataObject = {
		id,
		object: 'video',
		status,
		provider_status: word !== status && word !== '' ? word : undefined,
		provider_id: given !== id ? given : undefined,
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
	// The first three stand first, where a person looks for them.
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
 * Whether an error response is about a video all the same: some servers report a failed video with
 * status 500 and the whole video object (vLLM-Omni). Error bodies have ids, too, of requests.
 */
function describesVideo(body: unknown, requestedId?: string): boolean {
	const found = findVideoObject(body, false);
	if (!found || rawStatus(found) === undefined) return false;
	if (requestedId !== undefined && videoIdOf(found) === requestedId) return true;
	return typeof found.object === 'string' && /^video/.test(found.object);
}

/** How far a video is, for a sentence: "in_progress, 40 %". */
export function formatStatus({ status, provider_status: word, progress }: Video): string {
	return (word ?? status) + (progress === undefined ? '' : `, ${progress} %`);
}

/**
 * The object that describes the video: the body itself, or one that it wraps. The outermost that has
 * an id and a status; else one with an id; else, where the id is known, the innermost with a status.
 */
function findVideoObject(body: unknown, isIdKnown: boolean): IDataObject | undefined {
	const all = unwrapEnvelopes(body);
	const withId = all.filter((each) => videoIdOf(each) !== undefined);
	const withStatus = all.filter((each) => rawStatus(each) !== undefined);
	const found = withId.find((each) => withStatus.includes(each));
	if (found || !isIdKnown) {
		return found ?? withId[0] ?? all.find((each) => requestIdOf(each) !== undefined);
	}
	// `success` around an object with an id is about the request, any other word about the video.
	const isOfRequest = withId.length > 0 && /^(success|ok)$/i.test(rawStatus(all[0]) ?? '');
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

/** Only where nothing else is an id: in most responses it names the request, not the video. */
const requestIdOf = (from: IDataObject): string | undefined =>
	from.error ? undefined : toText(from.request_id);

/** A number is no status word: problem+json has the HTTP status there. */
function rawStatus(from: IDataObject): string | undefined {
	const word = firstDefined(from, STATUS_KEYS);
	return typeof word === 'string' ? word.trim() : undefined;
}

/** An error in place of a status: then the id, if there is one, is that of the request. */
const isErrorBody = (found: IDataObject): boolean =>
	rawStatus(found) === undefined &&
	found.object === undefined &&
	errorMessageOf({ error: found.error }) !== '';

/** Not by all keys that an error may have: a video has a type and a title of its own. */
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
	// An envelope says so of the request.
	const isOfRequest = /^(success|ok)$/i.test(message ?? rest.code ?? '');
	const failure = { ...(message && !isOfRequest && { message }), ...(!isOfRequest && rest) };
	return Object.keys(failure).length > 0 ? failure : undefined;
}

const omitUndefined = (video: IDataObject): Video =>
	Object.fromEntries(Object.entries(video).filter(([, value]) => value !== undefined)) as Video;
