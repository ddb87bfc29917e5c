import { errorMessageOf } from './errorBody';
import { matchKnownError } from './knownErrors';
import type { KnownError } from './knownErrors';
import {
	isBlockedByN8n,
	isConnectError,
	isNetworkError,
	isProxyPage,
	isSuccess,
	isTlsError,
} from './response';
import type { HttpResponse, HttpResult } from './response';
import { isObject } from './values';
import { reportsSuccess } from './video';

/** What a server finds out before it begins with a video, whatever status it tells it with. */
const REFUSALS: KnownError[] = [
	...(['insufficientQuota', 'keyLimitReached', 'accountBlocked', 'invalidKey'] as const),
	...(['modelPriceMissing', 'modelNotAllowed', 'modelNotFound', 'notSupported'] as const),
	...(['imageSizeMismatch', 'contentPolicy', 'bodyTooLarge'] as const),
	...(['upstreamUnreachable', 'workerGone', 'unavailable', 'brokenBeforeSending'] as const),
];

/** A server that says these has waited for something: the words are about what came of it. */
const TIMEOUT_STATUSES = [408, 504, 522, 524];

/** A finished video was looked at. */
const ABOUT_RESULT = /\b(?:generated|output|resulting) (?:video|content|image)/i;

/** Whether a Create with this result may have been accepted and billed, although no video was returned. */
export function mayHaveBeenAccepted(result: HttpResult): boolean {
	if (isNetworkError(result)) {
		return !isConnectError(result) && !isTlsError(result) && !isBlockedByN8n(result);
	}
	const { statusCode, body } = result;
	if (TIMEOUT_STATUSES.includes(statusCode)) return true;
	if (isSuccess(result)) return !reportsFailure(body) || !isRefusal(result);
	return statusCode >= 500 && !isProxyPage(result) && !isRefusal(result);
}

/** MiniMax has the code of the request in `base_resp`. */
const reportsFailure = (body: unknown): boolean =>
	isObject(body) && [body, body.base_resp].some((each) => isObject(each) && !reportsSuccess(each));

function isRefusal({ statusCode, body }: HttpResponse): boolean {
	if (statusCode === 501 || statusCode === 529) return true;
	const known = matchKnownError(body);
	return (
		known !== undefined && REFUSALS.includes(known) && !ABOUT_RESULT.test(errorMessageOf(body))
	);
}
