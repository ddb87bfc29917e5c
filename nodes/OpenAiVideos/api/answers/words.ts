import { isObject } from './object';

/** What a server says of its own accord about why something is not as it should be. */
export interface Explanation {
	message?: string;
	code?: string;
	type?: string;
}

const LONGEST_WORDS = 500;
const DEEPEST = 8;
/** Where servers put a sentence for people, the most telling first. */
const TEXT_NAMES = [
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

/** The server's own explanation, shortened; '' when it gave none that a person can read. */
export const wordsOf = (body: unknown): string => explain(body).message ?? '';

/**
 * Reads an explanation of any shape: `{error: {message, code, type}}`, `{error: "text"}`,
 * `{code, message, data}`, `{detail: "text"}`, `{detail: [{loc, msg}]}`, problem+json, a web page, JSON
 * inside a string (a gateway that quotes its own server), or plain text.
 */
export function explain(body: unknown, depth = 0): Explanation {
	if (depth > DEEPEST) return {};
	if (typeof body === 'string') return explainText(body, depth);
	if (Array.isArray(body)) return { message: joined(body, depth) };
	if (!isObject(body)) return {};

	const told = explain(body.error, depth + 1);
	// A bare word in `error` is often less telling than the sentence beside it.
	const isWord = typeof body.error === 'string' && told.code === undefined;
	const inner = isWord ? {} : told;
	const own =
		TEXT_NAMES.map((name) => explain(body[name], depth + 1)).find(({ message }) => message) ?? {};
	const field = fieldOf(body.loc);
	// problem+json lists what is wrong beside its sentence.
	const list = joined([body.errors, body.validation].flat(), depth);
	const text = own.message ?? told.message ?? '';
	const message =
		inner.message ??
		([text && field ? `${field}: ${text}` : text, list].filter(Boolean).join(': ') ||
			explain(body.data, depth + 1).message);
	const code = inner.code ?? own.code ?? asText(body.code);
	const type = inner.type ?? own.type ?? asText(body.type);
	return {
		...(code !== undefined && { code }),
		...(message && { message: shorten(message) }),
		...(type !== undefined && { type }),
	};
}

function explainText(text: string, depth: number): Explanation {
	const trimmed = text.trim();
	if (/^[{[]/.test(trimmed)) {
		try {
			const found = explain(JSON.parse(trimmed), depth + 1);
			if (found.message) return found;
		} catch {
			// Text that only looks like JSON is told as it is.
		}
	}
	if (!/^<[!?a-z]/i.test(trimmed)) return trimmed === '' ? {} : { message: shorten(trimmed) };
	// Of a page only its heading is for people; S3 and its likes answer <Message>.
	const heading = /<(title|h1|message)\b[^>]*>\s*([^<]+?)\s*</i.exec(trimmed)?.[2];
	return heading === undefined ? {} : { message: shorten(heading) };
}

const joined = (list: unknown[], depth: number): string =>
	list
		.map((each) => explain(each, depth + 1).message)
		.filter(Boolean)
		.join('; ');

/** FastAPI says where: `["body", "seconds"]`. */
function fieldOf(location: unknown): string {
	if (!Array.isArray(location)) return '';
	return location.filter((part) => part !== 'body').join('.');
}

function asText(value: unknown): string | undefined {
	return (typeof value === 'string' && value !== '') || typeof value === 'number'
		? String(value)
		: undefined;
}

const shorten = (text: string): string => {
	const line = text.replace(/\s+/g, ' ');
	return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS)} …` : line;
};
