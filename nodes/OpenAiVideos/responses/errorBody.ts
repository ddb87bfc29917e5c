import { cleanErrorText, headingOf, isBinary, readPydantic, startOfPage } from './errorText';
import { readLiteral } from './literal';
import type { HttpResponse } from './response';
import { formatExpiry, isObject, normalizeKey, toText } from './values';
import type { Expiring } from './values';

/** A server's own explanation of an error. */
export interface ErrorDetails {
	message?: string;
	code?: string;
	type?: string;
}

interface ParsedError extends ErrorDetails {
	isUpstream?: boolean;
}

const MAX_MESSAGE_LENGTH = 500;
const MAX_DEPTH = 8;
/** Of a list or an object: more are about the same. */
const MAX_ENTRIES = 20;

/** Keys of messages for people, normalized, most informative first. */
const MESSAGE_KEYS = [
	...['failreason', 'failurereason', 'message', 'detail', 'msg', 'errormessage', 'errormsg'],
	...['errmsg', 'errordescription', 'statusmsg', 'statusmessage', 'description', 'reason', 'title'],
];
/** Keys of the field that an error is about. */
const FIELD_KEYS = ['loc', 'path', 'param', 'field', 'property', 'pointer', 'instancepath'];
/** Keys of a list of errors beside the message, or instead of one. */
const LIST_KEYS = [
	...['errors', 'issues', 'validation', 'violations', 'fieldviolations', 'invalidparams'],
	...['fielderrors', 'formerrors', 'details'],
];
/** Keys of what an error may be inside of. */
const ENVELOPE_KEYS = ['baseresp', 'data', 'result', 'response', 'cause', 'innererror'];

/** The server's own message, shortened; '' if it sent none that a person can read. */
export const errorMessageOf = (body: unknown): string => parseErrorBody(body).message ?? '';

/**
 * Reads an error of any shape: `{error: {message, code, type}}`, `{error: "text"}`,
 * `{code, message, data}`, `{detail: "text"}`, `{detail: [{loc, msg}]}`, `{issues: [{path, message}]}`,
 * `{errors: {size: ["…"]}}`, problem+json, a web page, JSON or Python anywhere in a text (a gateway that
 * quotes its upstream), or plain text.
 */
export function parseErrorBody(body: unknown): ErrorDetails {
	const { code, message, type } = parseBody(body, 0);
	return {
		...(code !== undefined && { code }),
		...(message !== undefined && { message }),
		...(type !== undefined && { type }),
	};
}

/** Whether an error is what another server, behind this one, has said: then key and credit are not the user's. */
export const isUpstreamError = (body: unknown): boolean => parseBody(body, 0).isUpstream === true;

function parseBody(body: unknown, depth: number): ParsedError {
	if (depth > MAX_DEPTH) return {};
	if (typeof body === 'string') return parseErrorText(body, depth);
	if (Array.isArray(body)) return { message: joinMessages(body, depth) };
	if (!isObject(body)) return {};

	const values = new Map(
		Object.entries(body)
			.reverse()
			.map(([name, value]) => [normalizeKey(name), value]),
	);
	const parse = (key: string) => parseBody(values.get(key), depth + 1);
	const error = parse('error');
	// A single word in `error` is often less informative than the message next to it.
	const isWord = typeof body.error === 'string' && error.code === undefined;
	const inner = isWord ? {} : error;
	const own = MESSAGE_KEYS.map(parse).find(({ message }) => message) ?? {};
	// problem+json lists the individual errors in addition to its message; zod lists nothing else.
	const list = LIST_KEYS.map((key) =>
		joinFieldErrors(values.get(key), { depth, takesText: key !== 'details' }),
	).find(Boolean);
	const field = FIELD_KEYS.map((key) => fieldPath(values.get(key))).find(Boolean);
	const text = withField(own.message ?? error.message ?? '', field);
	const nested = ENVELOPE_KEYS.map(parse).find(({ message }) => message) ?? {};
	const message =
		inner.message === undefined
			? [text, text.includes(list ?? '') ? '' : list].filter(Boolean).join(': ') || nested.message
			: withField(inner.message, field);
	const code = inner.code ?? own.code ?? (toText(values.get('code')) || nested.code);
	const type = inner.type ?? own.type ?? (toText(values.get('type')) || nested.type);
	const isUpstream =
		[inner, own, error].some((each) => each.isUpstream) ||
		UPSTREAM_CODE.test(`${code ?? ''} ${type ?? ''}`);
	return {
		...(code !== undefined && { code }),
		...(message && { message: truncate(message) }),
		...(type !== undefined && { type }),
		...(isUpstream && { isUpstream }),
	};
}

/** Codes of new-api and others for what their own provider answered. */
const UPSTREAM_CODE = /\bfail_to_fetch_task\b|upstream|provider_error|bad_response_status_code/i;
/** What LiteLLM and others put before what their own provider answered. */
const UPSTREAM_TEXT =
	/\b(?!Bad)[A-Z]\w{1,60}Exception(?: \w{1,60}Error)? - |\b\w{2,30} (?:video )?API error\b|\bupstream\b|\b(?:by|from) (?:the )?provider\b/;

function parseErrorText(text: string, depth: number): ParsedError {
	const trimmed = text.trim();
	if (trimmed === '' || isBinary(trimmed)) return {};
	const isUpstream = UPSTREAM_TEXT.test(trimmed.slice(0, 300));
	const page = startOfPage(trimmed);
	if (page >= 0) {
		// Only a page's heading is readable.
		const before = cleanErrorText(trimmed.slice(0, page)).replace(/[\s:-]{1,9}$/, '');
		const message = [before, headingOf(trimmed.slice(page))].filter(Boolean).join(': ');
		return message === '' ? {} : { message: truncate(message), ...(isUpstream && { isUpstream }) };
	}
	const fields = readPydantic(trimmed.slice(0, MAX_TEXT_LENGTH));
	if (fields) return { message: truncate(fields) };
	const quoted = quotedErrors(trimmed, depth);
	if (quoted.found.length > 0) {
		const message = [...new Set(quoted.found.map((each) => each.message))].join('; ');
		const isQuote = quoted.start > 0 || depth > 0;
		return {
			...quoted.found[0],
			message: truncate(message),
			...((isUpstream || isQuote) && { isUpstream: true }),
		};
	}
	// JSON that says nothing to a person is left out.
	const readable = cleanErrorText(quoted.start < 0 ? trimmed : trimmed.slice(0, quoted.start));
	const message = quoted.start < 0 ? readable : readable.replace(/[\s:-]{1,9}$/, '');
	return message === '' ? {} : { message: truncate(message), ...(isUpstream && { isUpstream }) };
}

/** Text that is longer has its message at its beginning. */
const MAX_TEXT_LENGTH = 20_000;

/** The errors in the JSON or Python that a text quotes, and where that begins; -1 if it quotes none. */
function quotedErrors(text: string, depth: number): { found: ParsedError[]; start: number } {
	const beginning = text.slice(0, MAX_TEXT_LENGTH);
	const found: ParsedError[] = [];
	let start = -1;
	for (let at = 0, tries = 0; tries < MAX_ENTRIES; tries++) {
		at = indexOfBracket(beginning, at);
		if (at < 0) break;
		const literal = readLiteral(beginning, at);
		if (!literal) {
			at++;
			continue;
		}
		// A list of words is part of the sentence: "Supported values: ['4', '8']".
		const isWords = Array.isArray(literal.value) && !literal.value.some(isObject);
		if (isWords && at > 0) {
			at = literal.end;
			continue;
		}
		if (start < 0) start = at;
		const details = parseBody(literal.value, depth + 1);
		if (details.message) found.push(details);
		at = literal.end;
	}
	return { found, start };
}

function indexOfBracket(text: string, from: number): number {
	const [brace, bracket] = ['{', '['].map((each) => text.indexOf(each, from));
	return brace < 0 || (bracket >= 0 && bracket < brace) ? bracket : brace;
}

const joinMessages = (list: unknown[], depth: number): string =>
	list
		.slice(0, MAX_ENTRIES)
		.map((entry) => parseBody(entry, depth + 1).message)
		.filter(Boolean)
		.join('; ');

/** A list of errors, or the errors of each field: `{size: ["must be …"]}`. */
function joinFieldErrors(
	value: unknown,
	{ depth, takesText }: { depth: number; takesText: boolean },
): string {
	if (Array.isArray(value)) return joinMessages(value, depth);
	if (!isObject(value)) return '';
	const nested = LIST_KEYS.map((key) => value[key]).filter(Array.isArray);
	if (nested.length > 0) return joinMessages(nested.flat(), depth);
	return Object.entries(value)
		.slice(0, MAX_ENTRIES)
		.map(([name, reasons]) => {
			const texts = [reasons].flat().filter((each) => typeof each === 'string' || isObject(each));
			const isList = Array.isArray(reasons);
			if (!isList && !takesText) return '';
			return withField(
				joinMessages(texts, depth),
				/^[\w.[\]-]{1,80}$/.test(name) ? name : undefined,
			);
		})
		.filter(Boolean)
		.join('; ');
}

/** The field before what is wrong with it, unless that names it. */
function withField(message: string, field = ''): string {
	const name = field.split('.').pop() ?? '';
	return message === '' || name === '' || message.includes(name) ? message : `${field}: ${message}`;
}

/** FastAPI names the field as `["body", "seconds"]`, as does zod; others as `body.seconds` or `/seconds`. */
function fieldPath(location: unknown): string {
	const text = toText(location) ?? '';
	// A path of the URL, which Spring and others repeat, is no field.
	if (/^\/(?:v\d|api\b|openai\b|videos\b)/.test(text)) return '';
	const parts = Array.isArray(location) ? location.map(String) : text.slice(0, 200).split(/[./]/);
	const path = parts.filter((part) => part !== 'body' && part !== '').join('.');
	// Some put other things there: the key, or Python's None.
	return /^[\w.[\]-]{1,80}$/.test(path) && !/^(?:none|null|key|sk-.*)$/i.test(path) ? path : '';
}

const truncate = (text: string): string => {
	const line = text.replace(/\s+/g, ' ');
	return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)} …` : line;
};

/** Servers report "no such video" with 404, 400 (new-api) or 410 (handled as expired). */
export const isVideoNotFound = ({ statusCode, body }: HttpResponse): boolean =>
	statusCode === 404 ||
	(statusCode === 400 && /task_not_exist|not.{0,10}(exist|found)/i.test(codeAndMessage(body)));

/** The same, explicitly: a bare 404 may also mean a missing route. */
export const mentionsMissingVideo = (response: HttpResponse): boolean =>
	/(video|task|job).{0,80}not.{0,10}(exist|found)/i.test(codeAndMessage(response.body)) &&
	!mentionsMissingRoute(response) &&
	!/\b(url|route|path|endpoint)\b|\/videos/i.test(codeAndMessage(response.body));

/** Whether an error says that the server has no such request at all, whatever the video. */
export const mentionsMissingRoute = ({ body }: HttpResponse): boolean =>
	/(invalid|unknown|unrecognized|no such|unsupported).{0,20}\b(url|route|path|endpoint)\b|\b(url|route|path|endpoint)\b.{0,80}not.{0,10}(exist|found|supported)|\bno (matching )?(route|endpoint)\b|cannot (get|post|put|patch|delete) |404 page not found|method not allowed/i.test(
		codeAndMessage(body),
	);

/** What a "gone" (410) may be about besides the video: that would still be there. */
const OTHER_THINGS =
	/\b(version|customer|project|organi[sz]ation|account|workspace|team|customer|api.?key|token|models?|deployment|endpoint|route)\b/i;

/**
 * The file has expired, not the API key: a user who is told so creates the video again, and pays again.
 * `video` is what is known about it: after its expiry time, "not found" means the same.
 */
export function isExpired({ statusCode, body }: HttpResponse, video?: Expiring): boolean {
	const text = codeAndMessage(body);
	const isOfKey =
		/\b(?:key|token|credential|subscription|plan)s?\b.{0,20}expired|expired (?:api.?)?(?:key|token)/i.test(
			text,
		);
	const namesVideo =
		!isOfKey &&
		/(video|file|url|link|asset|task).{0,30}expired|expired.{0,30}(video|file|url|link|asset|task)/i.test(
			text,
		);
	if (statusCode === 410) return namesVideo || !OTHER_THINGS.test(text);
	if (statusCode === 404 && formatExpiry(video) !== undefined) return true;
	return ![401, 403].includes(statusCode) && namesVideo;
}

/** What the server says in words, for patterns to be matched against. */
export function codeAndMessage(body: unknown): string {
	const { code, message } = parseErrorBody(body);
	return `${code ?? ''} ${message ?? ''}`;
}
