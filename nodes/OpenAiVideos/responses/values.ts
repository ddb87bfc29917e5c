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

/** A number outside of a string in JSON, with so many digits that JavaScript may round it. */
const LARGE_INTEGER = /(?<![\w.+-])-?\d{16,1000}(?![\w.+-])/g;

/**
 * A JSON text as its value, or the text if it is none. An integer with more digits than JavaScript keeps
 * stays as text: it may be an ID, and rounded it would be that of another video.
 */
export function parseJson(text: string): unknown {
	if (text.trim() === '') return text;
	try {
		// Large answers are not copied unless they need to be.
		return JSON.parse(/\d{16}/.test(text) ? quoteLargeIntegers(text) : text) as unknown;
	} catch {
		return text;
	}
}

function quoteLargeIntegers(json: string): string {
	const parts: string[] = [];
	let at = 0;
	while (at < json.length) {
		const open = json.indexOf('"', at);
		const outside = json.slice(at, open < 0 ? json.length : open);
		parts.push(
			outside.replace(LARGE_INTEGER, (digits) =>
				Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`,
			),
		);
		if (open < 0) break;
		at = endOfString(json, open);
		parts.push(json.slice(open, at));
	}
	return parts.join('');
}

const BACKSLASH = 92;

/** Where a string in JSON ends that begins at `open`. */
function endOfString(json: string, open: number): number {
	for (let quote = json.indexOf('"', open + 1); quote >= 0; quote = json.indexOf('"', quote + 1)) {
		let slashes = 0;
		while (json.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
		if (slashes % 2 === 0) return quote + 1;
	}
	return json.length;
}

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

/** Any number above this is a time in milli-, micro- or nanoseconds: in seconds it would be far beyond the year 9999. */
const MAX_UNIX_SECONDS = 1e12;

/** Year, month and day, and perhaps a time and its zone, in any separators. */
const DATE_TIME =
	/^(\d{4})(?:([-/.年]) ?(\d{1,2})[-/.月] ?(\d{1,2})日?|(\d\d)(\d\d))(?:[T_ ]{0,3}(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?$/i;
/** A zone at the end of a time, as an offset or a name. */
const ZONE =
	/ {0,2}(?:z|(?:utc|gmt)?([+-])(\d\d?)(?::?(\d\d))?(?: (?:utc|gmt|\(\w{1,20}\)))?|utc|gmt)$/i;
/** A zone that only the parser of JavaScript knows. */
const NAMED_ZONE = /\b[ecmp][sd]t\b|[+-]\d{4}\b/i;
const MAX_DATE_LENGTH = 60;

/** A point in time as a server sent it. */
export interface ParsedTime {
	/** Unix seconds. */
	seconds: number;
	/** Whether it is text without a time zone, which is taken as UTC: it may be hours off. */
	isAssumedUtc: boolean;
}

/** A time from Unix seconds, smaller units of them, or a date as text; undefined for anything else. */
export function parseTime(value: unknown): ParsedTime | undefined {
	const text = (toText(value) ?? '').trim();
	if (text === '' || text.length > MAX_DATE_LENGTH) return undefined;
	const number = isCompactDate(text) ? NaN : Number(text);
	if (!Number.isNaN(number)) return parseUnixTime(number);
	const { date, hasZone } = parseDate(text);
	return Number.isNaN(date)
		? undefined
		: { seconds: Math.floor(date / 1000), isAssumedUtc: !hasZone };
}

function parseUnixTime(number: number): ParsedTime | undefined {
	if (!(number > 0) || number === Infinity) return undefined;
	let seconds = number;
	for (let unit = 0; unit < 3 && seconds > MAX_UNIX_SECONDS; unit++) seconds /= 1000;
	return { seconds: Math.floor(seconds), isAssumedUtc: false };
}

/** `20261128` and `20261128100000` would be numbers, too, but such times are decades or centuries away. */
const isCompactDate = (text: string): boolean =>
	/^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?$/.test(text);

/** In ms; a text without a zone is read as UTC, while JavaScript would take that of this machine. */
function parseDate(text: string): { date: number; hasZone: boolean } {
	// Go appends a monotonic clock.
	const plain = text.replace(/ m=\S{1,30}$/, '');
	const zone = isCompactDate(plain) || !/:|\dT\d/i.test(plain) ? null : ZONE.exec(plain);
	const parts = DATE_TIME.exec(zone ? plain.slice(0, zone.index) : plain);
	if (!parts) {
		const hasZone = zone !== null || NAMED_ZONE.test(plain);
		return { date: Date.parse(hasZone ? plain : `${plain} UTC`), hasZone };
	}
	const [, year, , month, day, shortMonth, shortDay, ...time] = parts;
	const [hour, minute, second] = time.map((each) => Number(each ?? 0));
	const monthNumber = Number(month ?? shortMonth);
	const dayNumber = Number(day ?? shortDay);
	const isValid = monthNumber >= 1 && monthNumber <= 12 && dayNumber >= 1 && dayNumber <= 31;
	if (!isValid || hour > 24 || minute > 59 || second > 60) return { date: NaN, hasZone: false };
	const [, sign, hours = '0', minutes = '0'] = zone ?? [];
	const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
	const date = Date.UTC(Number(year), monthNumber - 1, dayNumber, hour, minute - offset, second);
	return { date, hasZone: zone !== null };
}

/** Unix seconds; undefined for what is no time. */
export const parseUnixSeconds = (value: unknown): number | undefined => parseTime(value)?.seconds;

/** Unix seconds as text that n8n parses as a date; undefined beyond JavaScript's last date. */
export function toIsoString(seconds?: number): string | undefined {
	const date = new Date((seconds ?? NaN) * 1000);
	return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What may have an expiry time: a video, or what is known about one. */
export interface Expiring {
	/** Unix seconds. */
	expires_at?: unknown;
	/** The server's own words for it, if they name no time zone. */
	provider_expires_at?: unknown;
}

/** 2020, in Unix seconds. */
const EARLIEST_EXPIRY = 1_577_836_800;

/**
 * When a video expired, as messages show it; undefined before that time, or if it is not known for sure:
 * who is told that a video has expired creates it again, and pays again.
 */
export function formatExpiry(video?: Expiring): string | undefined {
	const { seconds, isAssumedUtc = false } = parseTime(video?.expires_at) ?? {};
	// A smaller number is a length of time.
	if (seconds === undefined || seconds < EARLIEST_EXPIRY || seconds * 1000 > clock.now()) {
		return undefined;
	}
	if (isAssumedUtc || (video?.provider_expires_at ?? null) !== null) return undefined;
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
