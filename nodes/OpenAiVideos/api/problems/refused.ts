import type { Answer } from '../answers/answer';
import { expiredSince } from '../answers/expiry';
import {
	isQuotaGone,
	knownReason,
	quotaGone,
	saysExpired,
	saysUnknownVideo,
} from '../answers/known';
import type { Video } from '../answers/video';
import { wordsOf } from '../answers/words';
import type { ForeignWords, ProblemText } from './problem';

export type Sentence = Pick<ProblemText, 'message' | 'next'> & ForeignWords;

/** What is told in words of its own, where a request is neither a Create nor a look at a video. */
export interface OwnWords {
	/** Why the server said no, where that is known already. */
	reason?: Sentence;
	/** There is no answer, or none that says yes or no; Create's words where it may cost money. */
	unclear?: Sentence;
	/** The server said no, for a reason that only its own words tell. */
	refused: Sentence;
}

export const LOOK_FIRST =
	'Before you run this again, look on the server (its list, log or bill) whether the video is there: the request was not repeated, so that you do not pay twice.';
export const NOT_LOST = 'Run this step again later with the same video ID: the video is not lost.';
export const CHECK_BASE_URL =
	"Check 'Base URL' in the OpenAI Videos API credential: on most servers it ends in /v1.";

/** What is known of a request beside its answer. */
interface Known {
	own?: OwnWords;
	/** The video asked for. */
	video?: Partial<Video>;
}

/** The sentence and next step for an answer whose status (300 and up) says no. */
export function refused(answer: Answer, videoId?: string, known: Known = {}): Sentence {
	const { statusCode, headers, body } = answer;
	if (statusCode < 400) {
		return {
			message: `The server redirects elsewhere${about(videoId)} (${statusCode})`,
			words: typeof headers.location === 'string' ? headers.location : undefined,
			next: "Enter the address it redirects to as 'Base URL' in the OpenAI Videos API credential.",
		};
	}
	const { message, next } = known.own?.reason ?? sayNo(answer, videoId, known);
	return { message: `${message} (${statusCode})`, words: wordsOf(body), next };
}

function sayNo(answer: Answer, videoId: string | undefined, { own, video }: Known): Sentence {
	if (own?.unclear) {
		return isTrouble(answer) ? own.unclear : (refusedToAnyone(answer, videoId) ?? own.refused);
	}
	return videoId === undefined
		? refusedToCreate(answer, own?.refused)
		: refusedToRead(answer, videoId, video);
}

/** The server may have begun what it was asked to do. */
const isTrouble = ({ statusCode }: Answer): boolean => statusCode >= 500 || statusCode === 408;

/** `otherwise` is for a request that makes a video without Create's fields. */
function refusedToCreate(answer: Answer, otherwise?: Sentence): Sentence {
	const { statusCode, body } = answer;
	const known = knownReason(body);
	if (isTrouble(answer)) {
		return {
			message: 'The server broke off while creating the video, so it may exist and be billed',
			next: [known?.next, LOOK_FIRST].filter(Boolean).join(' '),
		};
	}
	if (known) {
		return { message: known.message, next: `${known.next} Nothing was created for this item.` };
	}
	if (otherwise) return refusedToAnyone(answer) ?? otherwise;
	switch (statusCode) {
		case 404:
			return {
				message: 'The server knows no such model, or has no videos endpoint',
				next: `Check 'Model'. ${CHECK_BASE_URL}`,
			};
		case 413:
			return {
				message: 'The reference image is too large for the server',
				next: "Make it smaller, for example with n8n's Edit Image node.",
			};
		case 415:
			return {
				message: 'The server does not take this kind of request',
				next: "Choose the other 'Body Format' in 'Options'. Nothing was created for this item.",
			};
		default:
			return (
				refusedToAnyone(answer) ?? {
					message: 'The server did not accept this video',
					next: "Compare 'Model', 'Prompt', 'Size', 'Seconds', the reference image and the options with what the server offers. If it asks for JSON, a form or a file, choose the other 'Body Format' in 'Options'. Nothing was created for this item.",
				}
			);
	}
}

function refusedToRead(answer: Answer, videoId: string, video?: Partial<Video>): Sentence {
	const { statusCode } = answer;
	if (statusCode >= 500) {
		return { message: `The server gave no answer about video '${videoId}'`, next: NOT_LOST };
	}
	if (saysExpired(answer, video)) return expired(videoId, video);
	if (saysUnknownVideo(answer)) return unknownVideo(videoId);
	return (
		refusedToAnyone(answer, videoId) ?? {
			message: `The server did not accept the request for video '${videoId}'`,
			next: "Check 'Video ID'.",
		}
	);
}

export const unknownVideo = (videoId: string): Sentence => ({
	message: `The server does not know video '${videoId}'`,
	next: "Check 'Video ID', and that this step has the credential with which the video was created. It may also have been deleted, or have expired.",
});

export function expired(videoId: string, video?: Partial<Video>): Sentence {
	const since = expiredSince(video);
	return {
		message: `Video '${videoId}' has expired on the server${since ? `, which kept it until ${since}` : ''}`,
		next: 'Create it again, and download it soon after it is completed.',
	};
}

/** What these statuses mean does not depend on what was asked for. */
export function refusedToAnyone(answer: Answer, videoId?: string): Sentence | undefined {
	const known = anyonesRefusal(answer);
	return known && { ...known, message: known.message + about(videoId) };
}

function anyonesRefusal(answer: Answer): Sentence | undefined {
	if (answer.statusCode === 402 || isQuotaGone(answer)) return quotaGone;
	switch (answer.statusCode) {
		case 401:
			return {
				message: 'The server did not accept the API key',
				next: "Check 'API Key' and 'Base URL' in the OpenAI Videos API credential.",
			};
		case 403:
			return {
				message: 'The API key is not allowed to do this',
				next: "Ask the server's operator which models and videos the key may use.",
			};
		case 429:
			return {
				message: 'The server takes no more requests right now',
				next: "Run this step again later, or send fewer items at a time with 'Batching' in 'Request Options' on the node's Settings tab.",
			};
		default:
			return undefined;
	}
}

export const about = (videoId?: string): string =>
	videoId === undefined ? '' : ` for video '${videoId}'`;
