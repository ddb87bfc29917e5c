import type { IDataObject } from 'n8n-workflow';

import { codeAndMessage } from './errorBody';
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

/** Words of what comes after a request was accepted: the error may be about that. */
const AFTER_ACCEPTANCE =
	/\b(?:generated|output|resulting) (?:video|content|image|file)|\b(?:while|during|after)\b.{0,40}(?:generat|render|process|mak|sampl|infer)|generation failed|detected in|insert_?task|\b(?:sav|insert|upload|poll|stor)(?:e|ing|ed)?\b|webhook|callback|fetch.{0,10}result|\b(?:result|output) of\b|\b(?:created|submitted|accepted|settle|charge)\b|response (?:payload|body|size)|ffmpeg|encoder|timed out/i;

/** Cloudflare's, if it has not reached the server: https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/ */
const UNREACHED_STATUSES = [521, 523, 525, 526, 530];

/** Whether a Create with this result may have been accepted and billed, although no video was returned. */
export function mayHaveBeenAccepted(result: HttpResult): boolean {
	if (isNetworkError(result)) {
		return !isConnectError(result) && !isTlsError(result) && !isBlockedByN8n(result);
	}
	const { statusCode, body } = result;
	if (TIMEOUT_STATUSES.includes(statusCode)) return true;
	// "See other" names what has come of the request.
	if (statusCode === 303) return true;
	if (isSuccess(result)) return !reportsFailure(body) || !isRefusal(result);
	return statusCode >= 500 && !isProxyPage(result) && !isRefusal(result);
}

/** MiniMax has the code of the request in `base_resp`. */
const reportsFailure = (body: unknown): boolean =>
	isObject(body) &&
	[body, body.base_resp].some((each) => isObject(each) && !reportsSuccess(withoutWords(each)));

/** A message beside a code of success is a remark. */
const withoutWords = ({ status, success, error, errors, ...rest }: IDataObject): IDataObject => ({
	...{ status, success, error, errors },
	...Object.fromEntries(Object.entries(rest).filter(([name]) => /code/i.test(name))),
});

function isRefusal({ statusCode, body }: HttpResponse): boolean {
	if ([501, 529, ...UNREACHED_STATUSES].includes(statusCode)) return true;
	const known = matchKnownError(body);
	return (
		known !== undefined && REFUSALS.includes(known) && !AFTER_ACCEPTANCE.test(codeAndMessage(body))
	);
}
