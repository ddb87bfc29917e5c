import type { IDataObject } from 'n8n-workflow';

import { clock } from '../clock';

export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of the first of `keys` that is present and not null. */
export function firstDefined(from: IDataObject, keys: readonly string[]): unknown {
	for (const key of keys) {
		if (from[key] !== undefined && from[key] !== null) return from[key];
	}
	return undefined;
}

/** The same key in every spelling: `videoUrl`, `video_url`, `video-url`. */
export const normalizeKey = (key: string): string =>
	key.slice(0, MAX_KEY_LENGTH).toLowerCase().replace(/[_-]/g, '');

/** Longer than any that is known. */
const MAX_KEY_LENGTH = 50;

/** A finite number, also as text; undefined for anything else. */
export function parseNumber(value: unknown): number | undefined {
	const isNumeric =
		typeof value === 'number' || (typeof value === 'string' && /^[\d.eE+-]{1,40}$/.test(value));
	const number = isNumeric ? Number(value) : NaN;
	return Number.isFinite(number) ? number : undefined;
}

/** A string or number as text; undefined for anything else. */
export const toText = (value: unknown): string | undefined =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const MAX_LIST_DEPTH = 3;

/** A list in a server's JSON, and the objects around it, outermost first. */
interface FoundList {
	list: unknown[];
	envelopes: IDataObject[];
}

/** The first non-empty list under one of `keys`, in the body or an envelope; otherwise an empty one. */
export function findList(body: unknown, keys: readonly string[], depth = 0): FoundList | undefined {
	if (Array.isArray(body)) return { list: body, envelopes: [] };
	if (!isObject(body) || depth > MAX_LIST_DEPTH) return undefined;
	const found = keys.flatMap((key) => findList(body[key], keys, depth + 1) ?? []);
	const best = found.find(({ list }) => list.length > 0) ?? found[0];
	if (best) return { list: best.list, envelopes: [body, ...best.envelopes] };
	// Servers written in Go send an empty list as null.
	const isNull = body.object === 'list' && (body.data ?? null) === null;
	return isNull ? { list: [], envelopes: [body] } : undefined;
}

/** Any number above this is a time in milliseconds: in seconds it would be far beyond the year 9999. */
const MAX_UNIX_SECONDS = 1_000_000_000_000;

/** Unix seconds from seconds, milliseconds, or a date as text; undefined for anything else. */
export function parseUnixSeconds(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value ?? NaN);
	if (Number.isFinite(number)) {
		if (number <= 0) return undefined;
		return Math.floor(number > MAX_UNIX_SECONDS ? number / 1000 : number);
	}
	const date = typeof value === 'string' ? Date.parse(value) : NaN;
	return Number.isNaN(date) ? undefined : Math.floor(date / 1000);
}

/** Unix seconds as text that n8n parses as a date; undefined beyond JavaScript's last date. */
export function toIsoString(seconds?: number): string | undefined {
	const date = new Date((seconds ?? NaN) * 1000);
	return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What may have an expiry time: a video, or what is known about one. */
export interface Expiring {
	/** Unix seconds. */
	expires_at?: unknown;
}

/** When a video expired, as messages show it; undefined before that time, or if it is unknown. */
export function formatExpiry(video?: Expiring): string | undefined {
	const seconds = parseUnixSeconds(video?.expires_at);
	if (seconds === undefined || seconds * 1000 > clock.now()) return undefined;
	return toIsoString(seconds)?.replace('T', ' ').replace('.000Z', ' UTC');
}

/** 0 to 100 from a whole number, a fraction (0.4), or text ("40%"); undefined if unknown. */
export function parsePercent(value: unknown): number | undefined {
	const text = typeof value === 'string' ? value.trim() : undefined;
	const isPercent = text?.endsWith('%') === true;
	const digits = text?.replace(/\s*%$/, '');
	const number = digits === undefined ? value : digits === '' ? NaN : Number(digits);
	if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
	const isFraction = !isPercent && number > 0 && number < 1;
	// Compensates for rounding errors: 0.29 * 100 is 28.999999999999996.
	const percent = Math.floor((isFraction ? number * 100 : number) + 1e-9);
	return Math.min(100, Math.max(0, percent));
}

export const DATA_URI = /^data:[^,]{0,200},/i;

/** The maximum length of a URL; longer text without spaces is a file. */
const MAX_TEXT_LENGTH = 8_192;

/** Ends what is left of a truncated file. */
const TRUNCATED = 'characters; Download puts out the file)';

/**
 * A copy with inline files truncated: a video as base64 in each item would fill n8n's database.
 * Download requests the video again, so nothing is lost.
 */
export function truncateInlineFiles(value: IDataObject): IDataObject {
	const truncate = (entry: unknown): unknown => {
		if (typeof entry === 'string' && isInlineFile(entry)) {
			return `${entry.slice(0, 40)}… (${entry.length} ${TRUNCATED}`;
		}
		if (Array.isArray(entry)) return entry.map(truncate);
		return isObject(entry) ? truncateInlineFiles(entry) : entry;
	};
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [name, truncate(entry)]),
	) as IDataObject;
}

/** Whether text is a file as base64, with or without `data:`; judged by its ends, as it may have 100 MB. */
export const isInlineFile = (text: string): boolean =>
	text.length > MAX_TEXT_LENGTH &&
	(DATA_URI.test(text) || /^[\w+/=\r\n-]+$/.test(text.slice(0, 1_000) + text.slice(-1_000)));

/** Whether text is what {@link truncateInlineFiles} left of a file. */
export const isTruncatedFile = (text: string): boolean => text.endsWith(TRUNCATED);

const MAX_JSON_LENGTH = 500;
/** More would not be shown. */
const MAX_FIELDS = 50;

const SECRET_NAME =
	/^(?:(?:access|auth|api|bearer|refresh|session)[_-]?)?(?:token|secret|key|signature|password|authorization)$/i;

/** A server's JSON for people: `code: 0, data.ref: abc-7`, shortened, without what looks like a secret. */
export function formatFields(value: IDataObject | unknown[]): string {
	const short = truncateInlineFiles({ value } as IDataObject).value as IDataObject | unknown[];
	const text = flatten(short, '').join(', ');
	return text.length > MAX_JSON_LENGTH ? `${text.slice(0, MAX_JSON_LENGTH)} …` : text;
}

function flatten(value: unknown, path: string): string[] {
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value)
			.slice(0, MAX_FIELDS)
			.flatMap(([name, entry]) => {
				const isSecret = SECRET_NAME.test(name);
				return flatten(isSecret ? '***' : entry, path === '' ? name : `${path}.${name}`);
			});
	}
	const text = typeof value === 'string' ? value.replace(/\?\S*/, '?***') : String(value);
	return [path === '' ? text : `${path}: ${text}`];
}
