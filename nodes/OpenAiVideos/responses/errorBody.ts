import type { HttpResponse } from './response';
import { formatExpiry, isObject, toText } from './values';
import type { Expiring } from './values';

/** A server's own explanation of an error. */
export interface ErrorDetails {
	message?: string;
	code?: string;
	type?: string;
}

const MAX_MESSAGE_LENGTH = 500;
const MAX_DEPTH = 8;
/** Keys of messages for people, most informative first. */
const MESSAGE_KEYS = [
	'fail_reason',
	'failure_reason',
	'message',
	'detail',
	'msg',
	'error_message',
	'error_description',
	'reason',
	'title',
];

/** The server's own message, shortened; '' if it sent none that a person can read. */
export const errorMessageOf = (body: unknown): string => parseErrorBody(body).message ?? '';

/**
 * Reads an error of any shape: `{error: {message, code, type}}`, `{error: "text"}`,
 * `{code, message, data}`, `{detail: "text"}`, `{detail: [{loc, msg}]}`, `{issues: [{path, message}]}`,
 * problem+json, a web page, JSON inside a string (a gateway that quotes its upstream), or plain text.
 */
export function parseErrorBody(body: unknown, depth = 0): ErrorDetails {
	if (depth > MAX_DEPTH) return {};
	if (typeof body === 'string') return parseErrorText(body, depth);
	if (Array.isArray(body)) return { message: joinMessages(body, depth) };
	if (!isObject(body)) return {};

	const error = parseErrorBody(body.error, depth + 1);
	// A single word in `error` is often less informative than the message next to it.
	const isWord = typeof body.error === 'string' && error.code === undefined;
	const inner = isWord ? {} : error;
	const own =
		MESSAGE_KEYS.map((key) => parseErrorBody(body[key], depth + 1)).find(
			({ message }) => message,
		) ?? {};
	const field = fieldPath(body.loc ?? body.path);
	// problem+json lists the individual errors in addition to its message; zod lists nothing else.
	const list = joinMessages([body.errors, body.validation, body.issues].flat(), depth);
	const text = own.message ?? error.message ?? '';
	const message =
		inner.message ??
		([text && field ? `${field}: ${text}` : text, list].filter(Boolean).join(': ') ||
			parseErrorBody(body.data, depth + 1).message);
	const code = inner.code ?? own.code ?? (toText(body.code) || undefined);
	const type = inner.type ?? own.type ?? (toText(body.type) || undefined);
	return {
		...(code !== undefined && { code }),
		...(message && { message: truncate(message) }),
		...(type !== undefined && { type }),
	};
}

function parseErrorText(text: string, depth: number): ErrorDetails {
	const trimmed = text.trim();
	if (/^[{[]/.test(trimmed)) {
		try {
			const found = parseErrorBody(JSON.parse(trimmed), depth + 1);
			if (found.message) return found;
		} catch {
			// Text that only looks like JSON is shown as it is.
		}
	}
	if (!/^<[!?a-z]/i.test(trimmed)) return trimmed === '' ? {} : { message: truncate(trimmed) };
	// Only a page's heading is readable; S3 and the like send <Message>.
	const heading = /<(title|h1|message)\b[^>]*>\s*([^<]+?)\s*</i.exec(trimmed)?.[2];
	return heading === undefined ? {} : { message: truncate(heading) };
}

const joinMessages = (list: unknown[], depth: number): string =>
	list
		.map((entry) => parseErrorBody(entry, depth + 1).message)
		.filter(Boolean)
		.join('; ');

/** FastAPI names the field: `["body", "seconds"]`; zod as well. */
function fieldPath(location: unknown): string {
	if (!Array.isArray(location)) return '';
	return location.filter((part) => part !== 'body').join('.');
}

const truncate = (text: string): string => {
	const line = text.replace(/\s+/g, ' ');
	return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)} …` : line;
};

/** Errors that each server phrases differently, and that a user can do something about. */
export type KnownError =
	| 'insufficientQuota'
	| 'imageSizeMismatch'
	| 'contentPolicy'
	| 'modelNotFound';

/** Patterns for the server's code and message, tried in this order. */
const KNOWN_ERRORS: Array<{ name: KnownError; pattern: RegExp; unless?: RegExp }> = [
	{
		name: 'insufficientQuota',
		pattern:
			/insufficient.{0,6}(quota|balance|credit|fund)|exceeded.{0,20}quota|quota.{0,20}(exceeded|exhausted|used up)|billing_hard_limit|out of credit|no credit|余额不足|额度不足/i,
		// Rate limits are phrased similarly.
		unless: /rate.?limit|per.?(second|minute|hour|day)|requests per|\/ ?min/i,
	},
	{
		name: 'imageSizeMismatch',
		pattern:
			/(image|reference|picture|inpaint).{0,60}(match.{0,60}(size|width|height|resolution|dimension)|(must|should|expected).{0,40}(width|height|resolution|dimension|pixel))/i,
	},
	{
		name: 'contentPolicy',
		pattern:
			/moderation_blocked|(content|by|failed|our|blocked|flagged).{0,20}moderation|moderation.{0,20}(block|reject|flag|fail|system|filter|polic|refus)|content.{0,2}policy|sentinel_block|safety (system|filter|polic)|usage polic|sensitive (content|word)|内容审核|敏感/i,
	},
	{
		name: 'modelNotFound',
		pattern:
			/model_not_found|missing_model|model mismatch|no available channel|\bmodel\b[\s:=]*["'`]?[\w./:-]*["'`]?\s*(does not exist|(is |was )?(not (found|supported|available)|unsupported|unknown|invalid))|(unknown|invalid|unsupported|no such) model(?!\s+(parameter|option|setting|field|argument))/i,
	},
];

/** The known error that a response body, or a failed video's `error`, describes. */
export function matchKnownError(body: unknown): KnownError | undefined {
	const { code, type, message } = parseErrorBody(body);
	const text = [code, type, message].filter(Boolean).join(' ');
	return KNOWN_ERRORS.find(
		({ pattern, unless }) => pattern.test(text) && !(unless?.test(text) ?? false),
	)?.name;
}

/**
 * An account without credit gets the status of a rate limit (429), but waiting does not help. A server
 * that says when to retry means a rate limit.
 */
export const isQuotaExceeded = ({ headers, body }: HttpResponse): boolean =>
	headers['retry-after'] === undefined && matchKnownError(body) === 'insufficientQuota';

/** Servers report "no such video" with 404, 400 (new-api) or 410 (handled as expired). */
export const isVideoNotFound = ({ statusCode, body }: HttpResponse): boolean =>
	statusCode === 404 ||
	(statusCode === 400 && /task_not_exist|not.{0,10}(exist|found)/i.test(codeAndMessage(body)));

/** The same, explicitly: a bare 404 may also mean a missing route. */
export const mentionsMissingVideo = ({ body }: HttpResponse): boolean => {
	const text = codeAndMessage(body);
	return (
		/(video|task|job).{0,80}not.{0,10}(exist|found)/i.test(text) &&
		!/\b(url|route|path|endpoint)\b|\/videos/i.test(text)
	);
};

/**
 * The file has expired, not the API key: a user who is told so creates the video again, and pays again.
 * `video` is what is known about it: after its expiry time, "not found" means the same.
 */
export const isExpired = ({ statusCode, body }: HttpResponse, video?: Expiring): boolean =>
	statusCode === 410 ||
	(statusCode === 404 && formatExpiry(video) !== undefined) ||
	(![401, 403].includes(statusCode) &&
		/(video|file|url|link|asset|task).{0,30}expired|expired.{0,30}(video|file|url|link|asset|task)/i.test(
			codeAndMessage(body),
		));

function codeAndMessage(body: unknown): string {
	const { code, message } = parseErrorBody(body);
	return `${code ?? ''} ${message ?? ''}`;
}
