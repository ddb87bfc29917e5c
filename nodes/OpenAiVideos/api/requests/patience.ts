import { isFault, isSuccess } from '../answers/answer';
import type { Answer, Fault, Outcome } from '../answers/answer';
import { isQuotaGone, saysUnknownVideo } from '../answers/known';

/**
 * For how many ms after the first try an outcome without what was wanted may still be tried again; 0
 * means never.
 */
export type Patience = (outcome: Outcome) => number;

const SECOND = 1000;
/** A server that cannot be reached is more often a wrong address than a restart. */
const UNREACHABLE_PATIENCE = 15 * SECOND;
/** A place in the line may be free only when another video is done, which takes minutes. */
const RATE_LIMIT_PATIENCE = 600 * SECOND;
const FRESH_PATIENCE = 10 * SECOND;
/** A page or broken JSON in place of a video: a proxy's passing trouble, seldom longer. */
const NONSENSE_PATIENCE = 30 * SECOND;
/** Servers complete a video before its file is where they look for it. */
const NOT_READY_PATIENCE = 90 * SECOND;

/** The connection never came about, so the server cannot have accepted anything. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const BROKEN_OFF = ['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ERR_NETWORK'];
const PASSING_STATUSES = [304, 408, 409, 425, 429];

export const wasNeverSent = ({ fault }: Fault): boolean => NEVER_SENT.includes(fault);

/** No TLS connection came about, for a reason that will be the same a second later. */
export const isTlsFault = ({ fault }: Fault): boolean =>
	/CERT|^ERR_(TLS|SSL)|^EPROTO$|UNABLE_TO_/.test(fault);

/** n8n itself let the request not out: protection of its own network, or the credential's list of hosts. */
export const isBlockedByN8n = ({ detail }: Fault): boolean =>
	/restricted IP address|hostname is restricted|^Domain not allowed/i.test(detail);

/** For requests that cost money: repeated only where the server cannot have accepted them. */
export const createPatience: Patience = (outcome) => {
	if (isFault(outcome)) return wasNeverSent(outcome) ? UNREACHABLE_PATIENCE : 0;
	if (outcome.statusCode !== 429 || mayRetry(outcome) === false) return 0;
	return isQuotaGone(outcome) ? 0 : RATE_LIMIT_PATIENCE;
};

/** Whether a Create with this outcome may have been accepted, and billed, though no video came back. */
export function mayHaveBeenAccepted(outcome: Outcome): boolean {
	if (isFault(outcome)) {
		return !wasNeverSent(outcome) && !isTlsFault(outcome) && !isBlockedByN8n(outcome);
	}
	return isSuccess(outcome) || outcome.statusCode >= 500 || outcome.statusCode === 408;
}

/**
 * For requests that only read: repeated for up to `limit` ms on everything that may pass.
 * `isFresh` says that the video was created moments ago, so that "unknown" may be mere lag;
 * `wasReached` that this server has answered before, so that its address is right.
 */
export const readPatience =
	(limit: number, { isFresh = false, wasReached = false } = {}): Patience =>
	(outcome) => {
		if (isFault(outcome)) {
			if (wasNeverSent(outcome) && !wasReached) return Math.min(limit, UNREACHABLE_PATIENCE);
			if (wasNeverSent(outcome)) return limit;
			return BROKEN_OFF.includes(outcome.fault) ? limit : 0;
		}
		const word = mayRetry(outcome);
		if (word === false) return 0;
		if (isSuccess(outcome)) return wasReached ? Math.min(limit, NONSENSE_PATIENCE) : 0;
		if (isFresh && saysUnknownVideo(outcome)) return Math.min(limit, FRESH_PATIENCE);
		const { statusCode } = outcome;
		const passes =
			PASSING_STATUSES.includes(statusCode) || (statusCode >= 500 && statusCode !== 501);
		return word || passes ? limit : 0;
	};

/** For the file of a video that is completed: the same, and where it is "not there" yet. */
export const filePatience =
	(limit: number): Patience =>
	(outcome) => {
		const isNotThere =
			!isFault(outcome) && (isSuccess(outcome) || [400, 404].includes(outcome.statusCode));
		if (!isNotThere) return readPatience(limit, { wasReached: true })(outcome);
		return mayRetry(outcome) === false ? 0 : Math.min(limit, NOT_READY_PATIENCE);
	};

/** The server's own word on it, as OpenAI's clients obey it; undefined when it says nothing. */
function mayRetry({ headers }: Answer): boolean | undefined {
	const word = headers['x-should-retry'];
	return word === 'true' ? true : word === 'false' ? false : undefined;
}
