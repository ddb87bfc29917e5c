import type { IDataObject } from 'n8n-workflow';

import { errorMessageOf, parseErrorBody } from './errorBody';
import type { ErrorDetails } from './errorBody';
import { namesFile, surelyNamesFile } from './fileLocation';
import { isSuccess } from './response';
import type { HttpResponse } from './response';
import {
	firstDefined,
	formatExpiry,
	isObject,
	normalizeKey,
	parseNumber,
	parsePercent,
	parseTime,
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
	/** As the server reports it, in its own currency; its own object if that has no clear total. */
	cost?: number | IDataObject;
	/** Unix seconds, like all times in the spec. */
	expires_at?: number;
	/** The same for people and for n8n's date functions. */
	expires_at_iso?: string;
	/** The server's own text for it, if it names no time zone: it may be hours off. */
	provider_expires_at?: string;
	/** Only on a failed video: n8n 1.x treats any `error` key as a failed node and would run it again. */
	error?: ErrorDetails & IDataObject;
}

/** The fields that tell how far a video is. */
export const VIDEO_STATE_FIELDS = [
	...['status', 'provider_status', 'progress', 'completed_at', 'expires_at', 'expires_at_iso'],
	...['provider_expires_at', 'error'],
];

/** The fields of the spec, and those that the node adds. */
export const VIDEO_FIELDS = [
	...['id', 'object', 'provider_id', 'model', 'size', 'seconds', 'created_at', 'cost'],
	...['remixed_from_video_id', 'fileName', 'fileExtension', 'mimeType', 'fileSize', 'files'],
	...VIDEO_STATE_FIELDS,
];

/** The statuses that servers use, in lowercase with `_`; any other one means: keep waiting. */
const STATUS_ALIASES: Record<VideoStatus, string[]> = {
	pending: [
		...['pending', 'queued', 'in_queue', 'queue', 'enqueued', 'queueing', 'queuing', 'waiting'],
		...['submitted', 'created', 'accepted', 'received', 'scheduled', 'throttled', 'starting'],
		...['not_start', 'not_started', 'notstarted', 'unknown', 'preparing', 'initializing'],
		...['排队中', '排队', '排隊中', '等待中', '等待', '待处理', '未开始', '已提交', '待機中'],
	],
	in_progress: [
		...['in_progress', 'inprogress', 'processing', 'preprocessing', 'running', 'generating'],
		...['started', 'rendering', 'working', 'dreaming'],
		...['处理中', '處理中', '生成中', '进行中', '运行中', '执行中', '処理中'],
	],
	completed: [
		...['completed', 'complete', 'succeeded', 'succeed', 'success', 'successful', 'done'],
		...['finished', 'finish', 'ready', 'completed_with_errors', 'completed_with_warnings'],
		...['partially_succeeded', 'succeeded_with_warnings', 'processed', 'available', 'published'],
		...['成功', '已成功', '生成成功', '完成', '已完成', '完了'],
	],
	failed: [
		...['failed', 'fail', 'failure', 'error', 'rejected', '失败', '失敗', '已失败', '生成失败'],
		...[
			'cancelled',
			'canceled',
			'expired',
			'deleted',
			'已取消',
			'已过期',
			'已删除',
			'取消',
			'过期',
		],
	],
};

/** Words for a failure that are a reason as well, if the server gives no other. */
const FAILURE_REASONS = [
	...['timeout', 'timed_out', 'timedout', 'time_out', 'deadline_exceeded', '超时', '已超时'],
	...[
		'stopped',
		'not_found',
		'dead',
		'halted',
		'unsuccessful',
		'aborted',
		'abort',
		'terminated',
		'killed',
		'interrupted',
		'incomplete',
		'crashed',
	],
	...['blocked', 'moderated', 'content_filtered', 'content_filter', 'filtered', 'flagged'],
	...['content_policy_violation', 'policy_violation', 'moderation_failed', 'moderation_blocked'],
	...['nsfw', 'banned', 'denied', 'refused', '违规', '审核失败', '审核不通过'],
];

const STATUS_BY_ALIAS = new Map(
	Object.entries({
		...STATUS_ALIASES,
		failed: [...STATUS_ALIASES.failed, ...FAILURE_REASONS],
	}).flatMap(([status, aliases]) => aliases.map((alias) => [alias, status as VideoStatus])),
);

/** What the status is of: `JOB_STATE_SUCCEEDED`, `task_failed`. */
const STATUS_PREFIX = /^(?:(?:task|job|video|generation|operation|run|status|state)_){1,3}/;

const normalizeStatus = (status: string): string =>
	status
		.slice(0, MAX_STATUS_LENGTH)
		.toLowerCase()
		.replace(/[\s-]+/g, '_')
		.replace(STATUS_PREFIX, '');

/** Longer than any that is known. */
const MAX_STATUS_LENGTH = 60;

/** The normalized form of a server's status, in upper or lower case; undefined for an unknown one. */
function knownStatus(status: string): VideoStatus | undefined {
	const word = normalizeStatus(status);
	return STATUS_BY_ALIAS.get(word) ?? (FAILURE_WORD.test(word) ? 'failed' : undefined);
}

/** A failure with its reason in one word: `failed_moderation`, `content_blocked`. */
const FAILURE_WORD =
	/^(?:failed|failure|rejected|blocked)_|_(?:failed|failure|rejected|blocked|moderated|error|timed_out|timeout|not_found)$|(?:失败|超时|终止)$/;

/** Whether the server's own word for the status of a video is unknown: it may mean anything. */
export const hasUnknownStatus = ({ provider_status: word }: Video): boolean =>
	word !== undefined && knownStatus(word) === undefined;

/** Keys of a video's ID, normalized, best first. */
const ID_KEYS = [
	...['id', 'taskid', 'videoid', 'jobid', 'generationid', 'predictionid', 'operationid'],
	...['taskuuid', 'videouuid', 'inferenceid'],
];
/** These may identify something else, such as the user. */
const OTHER_ID_KEYS = ['uuid', 'uid'];
const CODE_KEYS = ['code', 'status_code', 'statusCode', 'error_code', 'errorCode', 'errcode'];
const MESSAGE_KEYS = ['message', 'msg', 'error_message', 'errmsg', 'detail'];
const STATUS_KEYS = ['status', 'state', 'task_status'];
/** Keys of the word in a status that is an object. */
const NESTED_STATUS_KEYS = [...STATUS_KEYS, 'name', 'value', 'phase'];
const DONE_KEYS = ['done', 'finished', 'is_finished', 'isFinished', 'is_done', 'isDone'];
const TIMESTAMP_KEYS = {
	created_at: ['created_at', 'created', 'createdAt', 'create_time', 'submit_time'],
	completed_at: ['completed_at', 'completedAt', 'finished_at', 'finish_time'],
	expires_at: ['expires_at', 'expiresAt'],
};
const ENVELOPE_KEYS = ['data', 'result', 'video', 'task', 'job', 'output', 'response'];
/** Keys of an envelope that may hold the ID alone. */
const BARE_ID_KEYS = ['data', 'result', 'task', 'job', 'video'];
const MAX_DEPTH = 3;

/**
 * Reads a server's JSON as a video; undefined if it has none. `requestedId` is the ID of a requested
 * video: its response may have another ID, or none, and still describe it.
 */
export function parseVideo(body: unknown, requestedId?: string): Video | undefined {
	const found = findVideoObject(body, requestedId);
	const responseId = found && videoIdOf(found);
	const id = requestedId ?? responseId;
	if (!found || id === undefined) return undefined;
	// Beside the ID that was asked for, an error is that of the video.
	const isFailedAlone =
		requestedId !== undefined && responseId === requestedId && isErrorAlone(found);
	if (isErrorBody(found) && !isFailedAlone) return undefined;

	const providerStatus = rawStatus(found) ?? numericStatus(found) ?? '';
	const progress = parsePercent(found.progress);
	const filtered = filteredReason(found);
	const isFailed = isFailedAlone || filtered !== undefined;
	const status = isFailed ? 'failed' : statusOf(found, { providerStatus, requestedId });
	const isDone = status === 'completed' || status === 'failed';
	const failure =
		status === 'failed'
			? (filtered ?? parseFailure(found) ?? parseFailure(body) ?? failureOf(providerStatus))
			: undefined;
	const canonical: IDataObject = {
		id,
		object: 'video',
		status,
		provider_status:
			providerStatus !== status && providerStatus !== '' ? providerStatus : undefined,
		provider_id: responseId !== id ? responseId : undefined,
		progress: progressOf(status, providerStatus, progress),
		seconds: toText(firstDefined(found, ['seconds', 'duration'])) || undefined,
		error: failure,
	};
	for (const [name, keys] of Object.entries(TIMESTAMP_KEYS)) {
		canonical[name] = parseUnixSeconds(firstDefined(found, keys));
	}
	// Some servers send one from the start.
	if (!isDone) canonical.completed_at = undefined;
	const expiry = firstDefined(found, TIMESTAMP_KEYS.expires_at);
	if (parseTime(expiry)?.isAssumedUtc) canonical.provider_expires_at = toText(expiry);
	const expiresAtIso = toIsoString(canonical.expires_at as number | undefined);
	if (expiresAtIso !== undefined) canonical.expires_at_iso = expiresAtIso;
	for (const name of ['model', 'size', 'remixed_from_video_id']) {
		const value = found[name];
		canonical[name] = value === null || value === '' ? undefined : value;
	}
	canonical.cost = costOf(found) ?? costOf(body) ?? found.cost ?? undefined;
	// These three come first, where people look for them.
	return omitUndefined({ id, object: 'video', status, ...found, ...canonical });
}

/** Google is done with an operation whose video its rules on content kept back. */
function filteredReason(found: IDataObject): Video['error'] {
	const response = isObject(found.response) ? found.response : found;
	const inner = isObject(response.generateVideoResponse)
		? response.generateVideoResponse
		: response;
	const { raiMediaFilteredReasons: reasons } = inner;
	if (!Array.isArray(reasons) || reasons.length === 0 || namesFile(found)) return undefined;
	return { code: 'content_filtered', message: String(reasons[0]).slice(0, 500) };
}

/** The status in the terms of the spec, from the server's word or, without one, from what else it says. */
function statusOf(
	found: IDataObject,
	{ providerStatus, requestedId }: { providerStatus: string; requestedId?: string },
): VideoStatus {
	const known = knownStatus(providerStatus);
	if (known) return known;
	const hasError = errorOf(found) !== undefined;
	const isEnded = parseUnixSeconds(firstDefined(found, TIMESTAMP_KEYS.completed_at)) !== undefined;
	if (hasError) return isEnded ? 'failed' : 'pending';
	const progress = parsePercent(found.progress);
	if (providerStatus !== '') {
		const isComplete = isEnded || progress === 100 || !/\D/.test(providerStatus);
		return isComplete && surelyNamesFile(found) ? 'completed' : 'pending';
	}
	// Some servers tell by the file alone that a video is completed. A URL in the response to a Create
	// may be the one to poll.
	if ((found.error ?? null) !== null) return 'pending';
	if ((progress ?? 100) === 100) {
		const namesIt = requestedId === undefined ? surelyNamesFile : namesFile;
		return namesIt(found) ? 'completed' : 'pending';
	}
	// Others never count.
	return requestedId !== undefined && progress === 0 && surelyNamesFile(found)
		? 'completed'
		: 'pending';
}

/** Of a failed video, 100 says nothing, unless it was completed and has expired. */
function progressOf(
	status: VideoStatus,
	providerStatus: string,
	progress?: number,
): number | undefined {
	if (status === 'completed') return 100;
	const isMeaningless = status === 'failed' && progress === 100;
	return isMeaningless && ENDS[normalizeStatus(providerStatus)] !== 'expired'
		? undefined
		: progress;
}

type End = 'expired' | 'ranOutOfTime' | 'cancelled' | 'deleted';

const ENDS: Partial<Record<string, End>> = {
	expired: 'expired',
	已过期: 'expired',
	cancelled: 'cancelled',
	canceled: 'cancelled',
	已取消: 'cancelled',
	deleted: 'deleted',
	已删除: 'deleted',
};

/** What ended a failed video, if it is no error. A job that expires before it is done was given up. */
export function endOf(video: Video): End | undefined {
	const end = ENDS[normalizeStatus(video.provider_status ?? '')];
	const wasCompleted =
		video.completed_at !== undefined ||
		video.progress === 100 ||
		formatExpiry(video) !== undefined ||
		namesFile(video);
	return end === 'expired' && !wasCompleted ? 'ranOutOfTime' : end;
}

/** The word for a failure as its reason, if it says more than that. */
function failureOf(providerStatus: string): Video['error'] {
	const word = normalizeStatus(providerStatus);
	const isReason = FAILURE_REASONS.includes(word) || FAILURE_WORD.test(word);
	return isReason ? { code: providerStatus } : undefined;
}

/** Whether the server itself says how far a video is, in a known word, in the response to a request for it. */
export function tellsState(body: unknown, requestedId: string): boolean {
	const found = findVideoObject(body, requestedId);
	const word = found && rawStatus(found);
	return (
		word !== undefined && normalizeStatus(word) !== 'unknown' && knownStatus(word) !== undefined
	);
}

/** What an unfinished video with a word that nobody knows has become, by what else the server says. */
export function judgeByContents(video: Video, body: unknown): Video | undefined {
	const found = findVideoObject(body, video.id);
	if (!found) return undefined;
	const error = errorOf(found);
	if (error) return { ...video, status: 'failed', error };
	return surelyNamesFile(found) ? { ...video, status: 'completed', progress: 100 } : undefined;
}

/** What the address of its file says of an unfinished video, if it has the status in words. */
export function judgeByWords(text: string): VideoStatus | undefined {
	const [, word] =
		/(?:\bstatus\b|状态)['"]?(?: is|[:=：])? {0,3}['"]?([a-z][\w-]{2,40})/i.exec(text) ?? [];
	const known = word === undefined ? undefined : knownStatus(word);
	if (known) return normalizeStatus(word) === 'unknown' ? undefined : known;
	const isFailed =
		/\b(?:video|task|job|generation|render(?:ing)?)\b[^.;]{0,60}?\b(?:failed(?! to)|failure|was (?:cancell?ed|rejected|blocked))\b|(?:任务|视频|生成)(?:已)?失败/i;
	return isFailed.test(text) ? 'failed' : undefined;
}

/** An entry of a list: its ID is always that of the video. */
export const parseListedVideo = (entry: unknown): Video | undefined => {
	const found = findVideoObject(entry);
	return parseVideo(entry, found && videoIdOf(found));
};

/** The video in a response, also in an error response that is about one. */
export function parseVideoResponse(
	response: HttpResponse,
	requestedId?: string,
): Video | undefined {
	const { headers } = response;
	// The response to a Create may be nothing but the ID, as a JSON string.
	const isBareId = requestedId === undefined && isIdText(response.body, MIN_BARE_ID_LENGTH);
	const body = isBareId ? { id: response.body } : response.body;
	const video =
		isSuccess(response) || describesVideo(body, requestedId)
			? parseVideo(body, requestedId)
			: undefined;
	const cost = parseNumber(headers['x-litellm-response-cost']);
	// LiteLLM reports what each request costs: 0 for a poll.
	const isOfVideo = cost !== undefined && (requestedId === undefined || cost > 0);
	return video && isOfVideo && video.cost === undefined ? { ...video, cost } : video;
}

export const isFinished = (video: Video): boolean =>
	video.status === 'completed' || video.status === 'failed';

/**
 * Whether an error response describes a video nevertheless: some servers report a failed video with
 * status 500 and the whole video object (vLLM-Omni). Other error bodies may have an ID of the request.
 */
function describesVideo(body: unknown, requestedId?: string): boolean {
	const found = findVideoObject(body);
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
function findVideoObject(body: unknown, requestedId?: string): IDataObject | undefined {
	const candidates = unwrapEnvelopes(body);
	const identified = candidates.filter((candidate) => videoIdOf(candidate) !== undefined);
	const ofVideo = identified.filter((each) => videoIdOf(each) !== requestIdOf(each));
	const withId = ofVideo.length > 0 ? ofVideo : identified;
	const withStatus = candidates.filter((candidate) => rawStatus(candidate) !== undefined);
	const found = withId.find((candidate) => withStatus.includes(candidate));
	if (found || requestedId === undefined) return found ?? withId[0] ?? withOtherId(candidates);
	// `success` around an object with an ID is about the request, any other status about the video.
	const isOfRequest = withId.length > 0 && /^(success|ok)$/i.test(rawStatus(candidates[0]) ?? '');
	if (isOfRequest) return withId[0];
	return (
		withStatus[withStatus.length - 1] ??
		withId[0] ??
		candidates.find((each) => [operationName(each), otherIdOf(each)].includes(requestedId))
	);
}

/** The body and the envelopes in it, outermost first. */
function unwrapEnvelopes(body: unknown, depth = 0): IDataObject[] {
	const layer: unknown = Array.isArray(body) ? body[0] : body;
	if (!isObject(layer) || depth > MAX_DEPTH) return [];
	return [layer, ...ENVELOPE_KEYS.flatMap((key) => unwrapEnvelopes(layer[key], depth + 1))];
}

/** An ID that is also that of the request is the video's only if there is no other. */
function videoIdOf(from: IDataObject): string | undefined {
	const ids = findIds(from, ID_KEYS);
	const requestId = requestIdOf(from);
	return ids.find((id) => id !== requestId) ?? ids[0];
}

const requestIdOf = (from: IDataObject): string | undefined => findIds(from, ['requestid'])[0];

const otherIdOf = (from: IDataObject): string | undefined =>
	toId(from._id) ?? findIds(from, OTHER_ID_KEYS)[0];

/** Google's long-running operations have a name: `models/veo-3/operations/abc`. */
function operationName(from: IDataObject): string | undefined {
	if (from.error && rawStatus(from) === undefined) return undefined;
	const name = toText(from.name) ?? '';
	return /^([^\s/]+\/){0,9}operations\/\S+$/.test(name) ? name : undefined;
}

/** An envelope that holds nothing but the ID: `{code: 0, data: "task_1"}`. */
const bareIdOf = (envelope: IDataObject): string | undefined =>
	BARE_ID_KEYS.map((key) => toId([envelope[key]].flat()[0])).find((text) => isIdText(text));

/**
 * The object with an ID under a key that may mean something else, as its `id`. A refusal has an ID of the
 * request or the user, too, and a rounded ID leaves only such.
 */
function withOtherId(candidates: IDataObject[]): IDataObject | undefined {
	const isAccepted = candidates.every((each) => reportsSuccess(each) && !hasRoundedId(each));
	const hasStatus = candidates.some((each) => !/^(success|ok)?$/i.test(rawStatus(each) ?? ''));
	const ranks = isAccepted
		? [operationName, bareIdOf, ...(hasStatus ? [otherIdOf] : []), requestIdOf]
		: [operationName];
	for (const idOf of ranks) {
		const candidate = candidates.find((each) => idOf(each) !== undefined);
		if (candidate) return { ...candidate, id: idOf(candidate) };
	}
	return undefined;
}

export function reportsSuccess(envelope: IDataObject): boolean {
	const { success, status, error, errors } = envelope;
	const httpStatus = typeof status === 'number' ? status : '';
	const code = String(firstDefined(envelope, CODE_KEYS) ?? httpStatus).toLowerCase();
	const message = MESSAGE_KEYS.map((key) => toText(envelope[key]) ?? '').join(' ');
	return (
		/^(|0|1|2\d\d|0000|00000|ok|true|success|succeed|succeeded)$/.test(code) &&
		!['false', '0'].includes(String(success)) &&
		!error &&
		errorMessageOf({ errors }) === '' &&
		!FAILURE_TEXT.test(message.slice(0, MAX_TEXT_LENGTH)) &&
		knownStatus(rawStatus(envelope) ?? '') !== 'failed'
	);
}

/** In the message beside an ID, or in what could be one. */
const FAILURE_TEXT =
	/fail|(?<!no )error|invalid|insufficient|not enough|no credit|denied|forbidden|unauthori|reject|refuse|exceed|rate.?limit|失败|错误|不足/i;

const MAX_TEXT_LENGTH = 1_000;
/** A shorter text is rather a word about the request, such as `200`. */
const MIN_BARE_ID_LENGTH = 5;

/** Not a word, a single digit, a URL, a file or a refusal. */
const isIdText = (text: unknown, minLength = 2): boolean =>
	typeof text === 'string' &&
	text.length >= minLength &&
	text.length <= MAX_TEXT_LENGTH &&
	/^[\w.:=+~/-]+$/.test(text) &&
	/\d/.test(text) &&
	!/:\/\/|^\/|^data:|\.(mp4|mov|webm)$/i.test(text) &&
	!FAILURE_TEXT.test(text);

/** Text, or a number that JSON has not rounded; 0 and '' mean: none. */
function toId(value: unknown): string | undefined {
	const text = toText(value);
	const isExact = typeof value !== 'number' || Number.isSafeInteger(value);
	return isExact && text !== '' && text !== '0' ? text : undefined;
}

/** Whether an ID is a number of more digits than JavaScript keeps: it would be that of another video. */
const hasRoundedId = (from: IDataObject): boolean =>
	Object.entries(from).some(
		([name, value]) =>
			typeof value === 'number' &&
			value > Number.MAX_SAFE_INTEGER &&
			[...ID_KEYS, ...BARE_ID_KEYS].includes(normalizeKey(name)),
	);

/** The IDs under these normalized keys, in their order. */
function findIds(from: IDataObject, keys: string[]): string[] {
	const found = new Map<string, string>();
	for (const [name, value] of Object.entries(from)) {
		const key = normalizeKey(name);
		const id = keys.includes(key) && name !== '_id' ? toId(value) : undefined;
		if (id !== undefined && (name === key || !found.has(key))) found.set(key, id);
	}
	return keys.flatMap((key) => found.get(key) ?? []);
}

/** A number is not a status: problem+json has the HTTP status there. */
function rawStatus(from: IDataObject): string | undefined {
	const status = firstDefined(from, STATUS_KEYS);
	const word = isObject(status) ? firstDefined(status, NESTED_STATUS_KEYS) : status;
	if (typeof word === 'string' && word.trim() !== '') return word.trim();
	// Google's long-running operations.
	const isDone = DONE_KEYS.map((key) => from[key]).find((value) => typeof value === 'boolean');
	if (isDone === undefined) return typeof word === 'string' ? '' : undefined;
	if (!isDone) return 'in_progress';
	return from.error ? 'failed' : 'completed';
}

/**
 * A number that is a status of its own: each server counts in its own way, so it is a word that nobody
 * knows. One like 200 or 404 is that of HTTP.
 */
function numericStatus(from: IDataObject): string | undefined {
	const status = firstDefined(from, STATUS_KEYS);
	return typeof status === 'number' && (status < 100 || status > 599) ? String(status) : undefined;
}

/** What a video cost, as a number; undefined if the server does not tell, or not clearly. */
function costOf(from: unknown): number | undefined {
	if (!isObject(from)) return undefined;
	const costs = [from, from.usage, from.outputs].filter(isObject).flatMap((holder) => {
		const keys = ['cost', 'total_cost', 'totalCost'].filter((key) => key in holder);
		return keys.map((key) => holder[key]);
	});
	return costs
		.map((cost) => parseNumber(isObject(cost) ? firstDefined(cost, ['total', 'amount']) : cost))
		.find((cost) => cost !== undefined);
}

/** An error instead of a status: an ID, if there is one, is then that of the request. */
const isErrorBody = (found: IDataObject): boolean =>
	rawStatus(found) === undefined &&
	found.object === undefined &&
	(errorMessageOf({ errors: found.errors }) !== '' || errorOf(found)?.message !== undefined);

/** An error and no status at all. */
const isErrorAlone = (found: IDataObject): boolean =>
	!rawStatus(found) &&
	numericStatus(found) === undefined &&
	!surelyNamesFile(found) &&
	errorOf(found) !== undefined;

/** What is in `error` or a reason of failure, unless that says that there is none. */
function errorOf(from: IDataObject): Video['error'] {
	// new-api's older routes have the URL of the file under `fail_reason`.
	const named = ERROR_KEYS.filter((key) => !/^https?:/i.test(String(from[key])));
	const failure = parseFailure(Object.fromEntries(named.map((key) => [key, from[key]])));
	const isNone = failure?.message === undefined && /^(0*|200|none)$/i.test(failure?.code ?? '');
	return isNone ? undefined : failure;
}

const ERROR_KEYS = ['error', 'fail_reason', 'failure_reason', 'error_message'];

/** Reads fewer keys than an error body: a video has a type and a title of its own. */
function parseFailure(video: unknown): Video['error'] {
	if (!isObject(video)) return undefined;
	const keys = [
		'error',
		'fail_reason',
		'failure_reason',
		'error_message',
		'task_status_msg',
		'base_resp',
		'message',
		'detail',
		'msg',
	];
	const texts = Object.fromEntries(keys.map((key) => [key, video[key]]));
	const code = firstDefined(video, ['code', 'error_code', 'fail_code']);
	const { message, ...rest } = parseErrorBody({ ...texts, code });
	// In an envelope this is about the request.
	const isOfRequest = /^(success|succeed|succeeded|ok)$/i.test(message ?? rest.code ?? '');
	const failure = { ...(message && !isOfRequest && { message }), ...(!isOfRequest && rest) };
	return Object.keys(failure).length > 0 ? failure : undefined;
}

const omitUndefined = (video: IDataObject): Video =>
	Object.fromEntries(Object.entries(video).filter(([, value]) => value !== undefined)) as Video;
