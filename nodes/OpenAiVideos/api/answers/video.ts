import type { IDataObject } from 'n8n-workflow';

import { firstOf, isObject } from './object';
import { statusOf } from './status';
import type { VideoStatus } from './status';
import { isoTime, percent, unixSeconds } from './values';
import { explain, wordsOf } from './words';
import type { Explanation } from './words';

/** What every operation returns: the server's object with the contract's fields made canonical. */
export interface Video extends IDataObject {
	/** Verbatim as the server gave it; for a video that was asked for, the id it was asked by. */
	id: string;
	object: 'video';
	status: VideoStatus;
	/** The server's own word, where it had to be translated. */
	provider_status?: string;
	/** The id in the answer, where it is not the one that was asked for. */
	provider_id?: string;
	/** 0 to 100; absent when unknown. */
	progress?: number;
	seconds?: string;
	/** Unix seconds, as all times of the contract. */
	expires_at?: number;
	/** The same, for a person and for n8n's date functions. */
	expires_at_iso?: string;
	/** Only on a failed video: n8n 1.x takes any `error` key for a failed node and would run it again. */
	error?: Explanation & IDataObject;
}

const ID_NAMES = ['id', 'task_id', 'video_id'];
const STATUS_NAMES = ['status', 'state', 'task_status'];
const TIME_NAMES = {
	created_at: ['created_at', 'created', 'createdAt', 'create_time', 'submit_time'],
	completed_at: ['completed_at', 'completedAt', 'finished_at', 'finish_time'],
	expires_at: ['expires_at', 'expiresAt'],
};
const ENVELOPES = ['data', 'result', 'video', 'task'];
const DEEPEST_ENVELOPE = 3;

/**
 * Reads a server's answer as a video; undefined when it holds none. `asked` is the id the video was
 * asked for by: then the answer may have another id, or none, and still be about it.
 */
export function toVideo(body: unknown, asked?: string): Video | undefined {
	const found = find(body, asked !== undefined);
	const given = found && (idOf(found) ?? (asked === undefined ? requestIdOf(found) : undefined));
	const id = asked ?? given;
	if (!found || id === undefined || isRefusal(found)) return undefined;

	const word = wordOf(found) ?? '';
	const status = statusOf(word);
	const canonical: IDataObject = {
		id,
		object: 'video',
		status,
		provider_status: word !== status && word !== '' ? word : undefined,
		provider_id: given !== id ? given : undefined,
		progress: status === 'completed' ? 100 : percent(found.progress),
		seconds: asText(firstOf(found, ['seconds', 'duration'])),
		error: status === 'failed' ? (failureOf(found) ?? failureOf(body)) : undefined,
	};
	for (const [name, names] of Object.entries(TIME_NAMES)) {
		canonical[name] = unixSeconds(firstOf(found, names));
	}
	const expiresAtIso = isoTime(canonical.expires_at as number | undefined);
	if (expiresAtIso !== undefined) canonical.expires_at_iso = expiresAtIso;
	for (const name of ['model', 'size', 'remixed_from_video_id']) {
		canonical[name] = found[name] ?? undefined;
	}
	// The first three stand first, where a person looks for them.
	return withoutGaps({ id, object: 'video', status, ...found, ...canonical });
}

export const isFinished = (video: Video): boolean =>
	video.status === 'completed' || video.status === 'failed';

/**
 * Whether an answer that is no success is about a video all the same: some servers tell of a failed
 * video with status 500 and the whole video object (vLLM-Omni). Error bodies have ids, too, of requests.
 */
export function namesVideo(body: unknown, asked?: string): boolean {
	const found = find(body, false);
	if (!found || wordOf(found) === undefined) return false;
	if (asked !== undefined && idOf(found) === asked) return true;
	return typeof found.object === 'string' && /^video/.test(found.object);
}

/** How far a video is, in words for a sentence: "in_progress, 40 %". */
export function describeState({ status, provider_status: word, progress }: Video): string {
	return (word ?? status) + (progress === undefined ? '' : `, ${progress} %`);
}

/**
 * The object that speaks of the video: the body itself, or one that it wraps. The outermost that has
 * an id and a status; else one with an id; else, where the id is known, the innermost with a status.
 */
function find(body: unknown, isIdKnown: boolean): IDataObject | undefined {
	const all = layersOf(body);
	const withId = all.filter((each) => idOf(each) !== undefined);
	const withStatus = all.filter((each) => wordOf(each) !== undefined);
	const found = withId.find((each) => withStatus.includes(each));
	if (found || !isIdKnown) {
		return found ?? withId[0] ?? all.find((each) => requestIdOf(each) !== undefined);
	}
	// `success` around an object with an id speaks of the request, any other word of the video.
	const isOfRequest = withId.length > 0 && /^(success|ok)$/i.test(wordOf(all[0]) ?? '');
	return isOfRequest ? withId[0] : (withStatus[withStatus.length - 1] ?? withId[0]);
}

/** The body and the envelopes in it, outermost first. */
function layersOf(body: unknown, depth = 0): IDataObject[] {
	const layer: unknown = Array.isArray(body) ? body[0] : body;
	if (!isObject(layer) || depth > DEEPEST_ENVELOPE) return [];
	return [layer, ...ENVELOPES.flatMap((name) => layersOf(layer[name], depth + 1))];
}

function idOf(from: IDataObject): string | undefined {
	return ID_NAMES.map((name) => asText(from[name])).find((id) => id);
}

/** Only where nothing else is an id: in most answers it names the request, not the video. */
const requestIdOf = (from: IDataObject): string | undefined =>
	from.error ? undefined : asText(from.request_id) || undefined;

/** A number is no word: problem+json has the HTTP status there. */
function wordOf(from: IDataObject): string | undefined {
	const word = firstOf(from, STATUS_NAMES);
	return typeof word === 'string' ? word.trim() : undefined;
}

/** An error in place of a status: then the id, if there is one, is that of the request. */
const isRefusal = (found: IDataObject): boolean =>
	wordOf(found) === undefined &&
	found.object === undefined &&
	wordsOf({ error: found.error }) !== '';

/** Not by all names that an error may have: a video has a type and a title of its own. */
function failureOf(video: unknown): Video['error'] {
	if (!isObject(video)) return undefined;
	const names = [
		'error',
		'fail_reason',
		'failure_reason',
		'error_message',
		'message',
		'detail',
		'msg',
	];
	const told = Object.fromEntries(names.map((name) => [name, video[name]]));
	const code = firstOf(video, ['code', 'error_code', 'fail_code']);
	const { message, ...rest } = explain({ ...told, code });
	// An envelope says so of the request.
	const isOfRequest = /^(success|ok)$/i.test(message ?? rest.code ?? '');
	const failure = { ...(message && !isOfRequest && { message }), ...(!isOfRequest && rest) };
	return Object.keys(failure).length > 0 ? failure : undefined;
}

const asText = (value: unknown): string | undefined =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const withoutGaps = (video: IDataObject): Video =>
	Object.fromEntries(Object.entries(video).filter(([, value]) => value !== undefined)) as Video;
