import type { BodyFormat } from '../apiStyle';
import type { HttpResponse } from './response';

/** What a refusal asks for: another body, the length as a number, or the image as text. */
export type FormatHint = 'json' | 'multipart' | 'secondsNumber' | 'imageText';

/** The statuses of a request that was refused as it is written: nothing was created. */
const REFUSALS = [400, 415, 422];
const MAX_LENGTH = 4_000;

/** Fields that every Create has: whoever misses them has not read the body. */
const MISSING_FIELD =
	/\b(prompt|model)\b[^.]{0,80}\b(required|missing|empty|not provided|must be provided)\b|\b(missing|required)\b[^.]{0,40}\b(prompt|model)\b/i;

const PATTERNS: Record<BodyFormat, Array<[hint: FormatHint, pattern: RegExp]>> = {
	multipart: [
		['json', /\bjson\b|invalid character '-'|dictionary or object|valid dict|expected object/i],
		['json', MISSING_FIELD],
		// SGLang up to 0.5.8 takes a form with an image only.
		['json', /\binput_reference\b[^.]{0,20}\brequired\b/i],
	],
	json: [
		['secondsNumber', /\bseconds\b[^.]{0,120}\b(number|numeric|integer|int\d*|[iuf]\d\d|float)\b/i],
		['secondsNumber', /\b(number|numeric|integer|int\d*|[iuf]\d\d|float)\b[^.]{0,120}\bseconds\b/i],
		['imageText', /\binput_reference\b[^.]{0,120}\b(string|text|str)\b/i],
		['imageText', /\b(string|text|str)\b[^.]{0,120}\binput_reference\b/i],
		['multipart', /\bmultipart\b|form-?data|\bform\b/i],
		['multipart', MISSING_FIELD],
	],
};

/** The JSON or text of a response, shortened for matching. */
export const bodyText = (body: unknown): string =>
	(typeof body === 'string' ? body : (JSON.stringify(body) ?? '')).slice(0, MAX_LENGTH);

/** What a refusal says about how the request must be written; undefined if it is none, or about something else. */
export function readFormatHint(
	{ statusCode, body }: HttpResponse,
	sent: BodyFormat,
): FormatHint | undefined {
	if (!REFUSALS.includes(statusCode)) return undefined;
	const text = bodyText(body);
	const hint = PATTERNS[sent].find(([, pattern]) => pattern.test(text))?.[0];
	if (hint) return hint;
	return statusCode === 415 ? (sent === 'json' ? 'multipart' : 'json') : undefined;
}
