import type { Answer } from './answer';
import { explain } from './words';

/** A reason that servers word in their own ways, and what a user can do about it. */
interface KnownReason {
	/** What the server's code and words look like. */
	pattern: RegExp;
	message: string;
	next: string;
}

const QUOTA: KnownReason = {
	pattern:
		/insufficient.{0,6}(quota|balance|credit|fund)|exceeded.{0,20}quota|quota.{0,20}(exceeded|exhausted|used up)|billing|out of credit|no credit|余额不足|额度不足/i,
	message: 'The account on the server has no credit left',
	next: 'Add credit there, then run this step again.',
};

/** Looked at in this order. */
const REASONS: KnownReason[] = [
	QUOTA,
	{
		pattern:
			/(image|reference|picture|inpaint).{0,60}(must|should|does not|doesn't|to)\s*(have|match|be).{0,60}(width|height|size|resolution|dimension)/i,
		message: "The reference image is not in the video's size",
		next: "Choose the picture's own size as 'Size', or bring the picture to that size first, for example with n8n's Edit Image node.",
	},
	{
		pattern:
			/moderation|content.{0,2}policy|sentinel_block|safety (system|filter|polic)|usage polic|sensitive (content|word)|内容审核|敏感/i,
		message: "The server's rules on content do not allow this video",
		next: 'Change the prompt or the reference image, then create the video again. Sent unchanged, it would be refused again.',
	},
	{
		pattern:
			/model_not_found|missing_model|model mismatch|no available channel|\bmodel\b.{0,80}(not exist|not found|not supported|unsupported|unknown|not available|invalid)|(unknown|invalid|unsupported|no such) model/i,
		message: 'The server does not offer this model',
		next: "Pick one from the list of 'Model', or enter its name as the server knows it.",
	},
];

/** What is known of the reason in an answer's body or in a video's `error`. */
export function knownReason(body: unknown): KnownReason | undefined {
	const { code, type, message } = explain(body);
	const text = [code, type, message].filter(Boolean).join(' ');
	return REASONS.find(({ pattern }) => pattern.test(text));
}

/** An account without credit gets the status of a rate limit (429), but waiting does not help it. */
export const isQuotaGone = (body: unknown): boolean => knownReason(body) === QUOTA;

/** "No such video" has three statuses in the wild: 404, new-api's 400, and 410 (told as expired). */
export const saysUnknownVideo = ({ statusCode, body }: Answer): boolean =>
	statusCode === 404 ||
	(statusCode === 400 && /task_not_exist|not.{0,10}(exist|found)/i.test(codeAndWords(body)));

/** Of a file, not of a key: "token expired" comes with 401. */
export const saysExpired = ({ statusCode, body }: Answer): boolean =>
	statusCode === 410 || (statusCode !== 401 && /expired/i.test(codeAndWords(body)));

function codeAndWords(body: unknown): string {
	const { code, message } = explain(body);
	return `${code ?? ''} ${message ?? ''}`;
}
