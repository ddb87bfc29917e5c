import { isNetworkError } from './response';
import type { HttpResult } from './response';

/** In how many further attempts a gateway has sent a request on. */
const ATTEMPT_HEADERS = [
	...['x-litellm-attempted-retries', 'x-litellm-attempted-fallbacks'],
	...['x-portkey-retry-attempt-count', 'cf-aig-step'],
];
const REPEATED =
	/\bretried:? ?[1-9]\d{0,2} times?\b|\bafter (?:[2-9]|[1-9]\d) (?:attempts|tries)\b|\bafter [1-9]\d? retr(?:y|ies)\b|(?<!\bno )\bfallbacks? (?:was|were) attempted\b|\b(?:re)?tried [2-9]\d? times\b|\ball [2-9]\d? attempts\b|\battempts? ([2-9]\d?)\/\d|\bmax(?:imum)? retries\b|\bretries exhausted\b|\bretried and the latest\b|\bafter retrying\b|\ball (?:providers|upstreams|backends) failed\b|已重试 ?\d/i;
const MAX_TEXT_LENGTH = 20_000;

/**
 * Whether a gateway says that it sent a request on more than once: then the error is that of the last
 * attempt, and an earlier one may have been accepted.
 */
export function wasRepeatedByGateway(result: HttpResult): boolean {
	if (isNetworkError(result) || result.statusCode < 400) return false;
	const { statusCode, headers, body } = result;
	if (ATTEMPT_HEADERS.some((name) => Number(headers[name]) > 0)) return true;
	// Elsewhere these words are about something else, such as a login.
	if (statusCode !== 429 && statusCode < 500) return false;
	const text = textOf(body);
	// Of what the server fetched or asked for itself.
	return REPEATED.test(text) && !/image|download|database|\blogin\b/i.test(text);
}

/** All of it: the message alone may be shortened, or one of several. */
const textOf = (body: unknown): string =>
	(typeof body === 'string' ? body : JSON.stringify(body ?? '')).slice(0, MAX_TEXT_LENGTH);

const KEY =
	/idempoten|幂等|冪等|\bduplicate[ _]?request|\brequest[ _-]?id\b.{0,30}\balready (?:used|exists?|processed|seen|in use)\b/i;
const IS_KNOWN =
	/reus|already|differ|mismatch|(?:not|n't) match (?:the )?(?:original|previous|first|earlier)|same (?:parameters|payload|body|request)|conflict|in.?use|in.?progress|outstanding|another (?:request|payload|body)|duplicate|重复|重複|不一致|不同|已/i;

/** Whether a request was refused because the server knows its idempotency key from an earlier one. */
export function isIdempotencyConflict(result: HttpResult): boolean {
	if (isNetworkError(result) || ![400, 409, 422].includes(result.statusCode)) return false;
	const text = textOf(result.body);
	return KEY.test(text) && IS_KNOWN.test(text);
}
