import { isFault, isSuccess, wordsOf } from './answer';
import type { Answer, Fault, Outcome } from './answer';
import { problemInServerWords } from './problem';
import type { Context, NodeProblem, ProblemText } from './problem';
import { wasNeverSent } from './send';
import { toVideo } from './video';
import type { Video } from './video';

/** What a request was about, so that an unwelcome outcome can be told in the user's terms. */
export interface Subject {
	baseUrl: string;
	/** The video asked for; undefined while it is being created. */
	videoId?: string;
}

type Sentence = Pick<ProblemText, 'message' | 'next'>;

const LOOK_FIRST =
	'Look at the videos on the server before you run this again: the request was not repeated, so that you do not pay twice.';
const NOT_LOST = 'Run this step again later with the same video ID: the video is not lost.';
const CHECK_BASE_URL =
	"Check 'Base URL' in the OpenAI Videos API credential: on most servers it ends in /v1.";

/** The video in an answer; throws the sentence and next step for any outcome that has none. */
export async function expectVideo(
	context: Context,
	outcome: Outcome,
	subject: Subject,
): Promise<Video> {
	const video = isSuccess(outcome) ? toVideo(outcome.body) : undefined;
	if (!video) throw await refusal(context, outcome, subject);
	return video;
}

export async function refusal(
	context: Context,
	outcome: Outcome,
	subject: Subject,
): Promise<NodeProblem> {
	const { message, next } = isFault(outcome)
		? noAnswer(outcome, subject)
		: isSuccess(outcome)
			? noVideo(outcome, subject)
			: refused(outcome, subject);
	return await problemInServerWords(context, {
		message,
		next,
		httpCode: isFault(outcome) ? undefined : outcome.statusCode,
		video: subject.videoId === undefined ? undefined : { id: subject.videoId },
	});
}

function noAnswer(fault: Fault, { baseUrl, videoId }: Subject): Sentence {
	const technically = `(${[fault.fault, fault.detail].filter(Boolean).join(': ')})`;
	if (wasNeverSent(fault)) {
		return {
			message: `The server at ${baseUrl} cannot be reached${about(videoId)}`,
			next: `Check that it is running and that 'Base URL' in the OpenAI Videos API credential is its address. ${technically}`,
		};
	}
	return videoId === undefined
		? {
				message:
					'The connection broke off while the video was being created, so it may exist and be billed',
				next: `${LOOK_FIRST} ${technically}`,
			}
		: {
				message: `The connection to the server broke off${about(videoId)}`,
				next: `${NOT_LOST} ${technically}`,
			};
}

function noVideo({ body }: Answer, { videoId }: Subject): Sentence {
	const words = wordsOf(body);
	const sent =
		body === '' || body === undefined || body === null
			? 'an empty answer'
			: typeof body === 'string'
				? 'a web page or text'
				: 'an answer without a video ID';
	return {
		message: `The server sent ${sent} instead of a video${about(videoId)}${words && `: ${words}`}`,
		next:
			videoId === undefined
				? `${CHECK_BASE_URL} The video may exist all the same and be billed. ${LOOK_FIRST}`
				: CHECK_BASE_URL,
	};
}

function refused({ statusCode, headers, body }: Answer, { videoId }: Subject): Sentence {
	const words = wordsOf(body);
	const { message, next } =
		statusCode < 400
			? {
					message: `The server redirects to ${String(headers.location ?? 'another address')}`,
					next: "Enter the address it redirects to as 'Base URL' in the OpenAI Videos API credential.",
				}
			: (videoId === undefined ? refusedToCreate : refusedToRead)(statusCode, videoId ?? '');
	return { message: `${message} (${statusCode})${words && `: ${words}`}`, next };
}

function refusedToCreate(statusCode: number): Sentence {
	if (statusCode >= 500) {
		return {
			message: 'The server broke off while creating the video, so it may exist and be billed',
			next: LOOK_FIRST,
		};
	}
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
		default:
			return (
				refusedToAnyone(statusCode) ?? {
					message: 'The server did not accept this video',
					next: "Compare 'Model', 'Prompt', 'Size', 'Seconds' and the reference image with what the server offers. Nothing was created.",
				}
			);
	}
}

function refusedToRead(statusCode: number, videoId: string): Sentence {
	if (statusCode >= 500) {
		return { message: `The server gave no answer about video '${videoId}'`, next: NOT_LOST };
	}
	switch (statusCode) {
		case 404:
			return {
				message: `The server does not know video '${videoId}'`,
				next: "Check 'Video ID'. The video may have been deleted, may have expired, or may belong to another server or key.",
			};
		case 410:
			return {
				message: `Video '${videoId}' has expired on the server`,
				next: 'Create it again, and download it soon after it is completed.',
			};
		default: {
			const known = refusedToAnyone(statusCode);
			return known
				? { ...known, message: known.message + about(videoId) }
				: {
						message: `The server did not accept the request for video '${videoId}'`,
						next: "Check 'Video ID'.",
					};
		}
	}
}

/** What these statuses mean does not depend on what was asked for. */
function refusedToAnyone(statusCode: number): Sentence | undefined {
	switch (statusCode) {
		case 401:
			return {
				message: 'The server did not accept the API key',
				next: "Check 'API Key' and 'Base URL' in the OpenAI Videos API credential.",
			};
		case 402:
			return {
				message: 'The account on the server has no credit left',
				next: 'Add credit there, then run this step again.',
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

const about = (videoId?: string): string => (videoId === undefined ? '' : ` (video '${videoId}')`);
