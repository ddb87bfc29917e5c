import type { Answer } from './answer';
import { expiredSince } from './expiry';
import type { Video } from './video';
import { explain } from './words';

/** A reason that servers word in their own ways, and what a user can do about it. */
interface KnownReason {
	/** What the server's code and words look like. */
	pattern: RegExp;
	/** Words that look like it, but are about something else. */
	unless?: RegExp;
	message: string;
	next: string;
}

const QUOTA: KnownReason = {
	pattern:
		/insufficient.{0,6}(quota|balance|credit|fund)|exceeded.{0,20}quota|quota.{0,20}(exceeded|exhausted|used up)|billing_hard_limit|out of credit|no credit|余额不足|额度不足/i,
	unless: /rate.?limit|per.?(second|minute|hour|day)|requests per|\/ ?min/i,
	message: 'The account on the server has no credit left',
	next: 'Add credit there, then run this step again.',
};

/** Looked at in this order. */
const REASONS: KnownReason[] = [
	QUOTA,
	{
		pattern:
			/(image|reference|picture|inpaint).{0,60}(match.{0,60}(size|width|height|resolution|dimension)|(must|should|expected).{0,40}(width|height|resolution|dimension|pixel))/i,
		message: "The reference image is not in the video's size",
		next: "Set 'Size' to 'Same as Reference Image', or bring the picture to the video's size first, for example with n8n's Edit Image node.",
	},
	{
		pattern:
			/moderation_blocked|(content|by|failed|our|blocked|flagged).{0,20}moderation|moderation.{0,20}(block|reject|flag|fail|system|filter|polic|refus)|content.{0,2}policy|sentinel_block|safety (system|filter|polic)|usage polic|sensitive (content|word)|内容审核|敏感/i,
		message: "The server's rules on content do not allow this video",
		next: 'Change the prompt or the reference image, then create the video again. Sent unchanged, it would be refused again.',
	},
	{
		pattern:
			/model_not_found|missing_model|model mismatch|no available channel|\bmodel\b[\s:=]*["'`]?[\w./:-]*["'`]?\s*(does not exist|(is |was )?(not (found|supported|available)|unsupported|unknown|invalid))|(unknown|invalid|unsupported|no such) model(?!\s+(parameter|option|setting|field|argument))/i,
		message: 'The server does not offer this model',
		next: "Pick one from the list of 'Model', or enter its name as the server knows it.",
	},
];

/** What is known of the reason in an answer's body or in a video's `error`. */
export function knownReason(body: unknown): KnownReason | undefined {
	const { code, type, message } = explain(body);
	const text = [code, type, message].filter(Boolean).join(' ');
	return REASONS.find(
		({ pattern, unless }) => pattern.test(text) && !(unless?.test(text) ?? false),
	);
}

/**
 * An account without credit gets the status of a rate limit (429), but waiting does not help it. Who
 * says when to come again means a rate limit.
 */
export const isQuotaGone = ({ headers, body }: Answer): boolean =>
	headers['retry-after'] === undefined && knownReason(body) === QUOTA;

export const quotaGone = { message: QUOTA.message, next: QUOTA.next };

/** "No such video" has three statuses in the wild: 404, new-api's 400, and 410 (told as expired). */
export const saysUnknownVideo = ({ statusCode, body }: Answer): boolean =>
	statusCode === 404 ||
	(statusCode === 400 && /task_not_exist|not.{0,10}(exist|found)/i.test(codeAndWords(body)));

/** The same in so many words: a bare 404 may as well be about a path that the server does not have. */
export const namesUnknownVideo = ({ body }: Answer): boolean => {
	const told = codeAndWords(body);
	return (
		/(video|task|job).{0,80}not.{0,10}(exist|found)/i.test(told) &&
		!/\b(url|route|path|endpoint)\b|\/videos/i.test(told)
	);
};

/**
 * Of a file, not of a key: a user who is told so creates the video again, and pays again. `video` is
 * what is known of it: once its time is over, "not found" means the same.
 */
export const saysExpired = ({ statusCode, body }: Answer, video?: Partial<Video>): boolean =>
	statusCode === 410 ||
	(statusCode === 404 && expiredSince(video) !== undefined) ||
	(![401, 403].includes(statusCode) &&
		/(video|file|url|link|asset|task).{0,30}expired|expired.{0,30}(video|file|url|link|asset|task)/i.test(
			codeAndWords(body),
		));

function codeAndWords(body: unknown): string {
	const { code, message } = explain(body);
	return `${code ?? ''} ${message ?? ''}`;
}
