import { isFault, isSuccess } from '../answers/answer';
import type { Answer, Fault, Outcome } from '../answers/answer';
import { knownReason } from '../answers/known';
import { isObject } from '../answers/object';
import type { Video } from '../answers/video';
import { wordsOf } from '../answers/words';
import { isBlockedByN8n, isTlsFault, wasNeverSent } from '../requests/patience';
import { problemInServerWords } from './problem';
import type { Context, NodeProblem } from './problem';
import { about, CHECK_BASE_URL, LOOK_FIRST, NOT_LOST, refused } from './refused';
import type { OwnWords, Sentence } from './refused';

/** What a request was about, so that an unwelcome outcome can be told in the user's terms. */
export interface Subject {
	baseUrl: string;
	/** The video asked for; undefined while it is being created. */
	videoId?: string;
}

const OPENAI_CLOSED =
	"OpenAI closed its own Videos API on 24 September 2026. Enter the address of another server that speaks the protocol as 'Base URL' in the OpenAI Videos API credential.";

const IF_IT_STAYS_SO = `If it stays so: ${CHECK_BASE_URL.replace(/^C/, 'c')}`;

/** The sentence and next step for an outcome that has no video in it; `video` is what is known of it. */
export async function refusal(
	context: Context,
	outcome: Outcome,
	{ own, ...subject }: Subject & { own?: OwnWords },
	video?: Partial<Video>,
): Promise<NodeProblem> {
	const sentence = isFault(outcome)
		? (unreachable(outcome, subject.baseUrl, subject.videoId) ??
			brokenOff(outcome, subject.videoId, own))
		: isSuccess(outcome)
			? noVideo(outcome, subject, own)
			: refused(outcome, subject.videoId, { own, video });
	return await problemInServerWords(context, {
		...sentence,
		...(isClosed(outcome, subject) && { next: OPENAI_CLOSED }),
		httpCode: isFault(outcome) ? undefined : outcome.statusCode,
		video: video ?? (subject.videoId === undefined ? undefined : { id: subject.videoId }),
	});
}

/** A key of OpenAI's still passes the credential test there, so nothing else tells the user. */
function isClosed(outcome: Outcome, { baseUrl }: Subject): boolean {
	if (new URL(baseUrl).hostname !== 'api.openai.com') return false;
	return isFault(outcome) ? wasNeverSent(outcome) : ![401, 429].includes(outcome.statusCode);
}

/** For a connection that never came about; undefined where it broke off later. */
export function unreachable(fault: Fault, baseUrl: string, videoId?: string): Sentence | undefined {
	const detail = detailOf(fault);
	if (isBlockedByN8n(fault)) {
		return {
			message: `n8n does not let this node reach ${baseUrl}${about(videoId)}`,
			next: 'For a server in your own network, ask the administrator of n8n to allow its address (N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES); for a list of allowed domains, look into the credential.',
			detail,
		};
	}
	if (isTlsFault(fault)) {
		return {
			message: `No secure connection to ${baseUrl} came about${about(videoId)}`,
			next: "Check whether 'Base URL' must begin with http:// or https://. For a certificate that n8n does not trust, switch on 'Ignore SSL Issues' in 'Request Options'.",
			detail,
		};
	}
	if (wasNeverSent(fault)) {
		return {
			message: `The server at ${baseUrl} cannot be reached${about(videoId)}`,
			next: "Check that it is running and that 'Base URL' in the OpenAI Videos API credential is its address.",
			detail,
		};
	}
	return undefined;
}

function brokenOff(fault: Fault, videoId?: string, own?: OwnWords): Sentence {
	const detail = detailOf(fault);
	if (own?.unclear) return { ...own.unclear, detail };
	return videoId === undefined
		? {
				message:
					'The connection broke off while the video was being created, so it may exist and be billed',
				next: LOOK_FIRST,
				detail,
			}
		: {
				message: `The connection to the server broke off${about(videoId)}`,
				next: NOT_LOST,
				detail,
			};
}

export const detailOf = ({ fault, detail }: Fault): string =>
	[fault, detail].filter(Boolean).join(': ');

function noVideo({ body }: Answer, { videoId }: Subject, own?: OwnWords): Sentence {
	const words = wordsOf(body);
	if (own?.unclear) {
		const { message, next } = own.unclear;
		return {
			message: `${message}, but sent ${kindOf(body)}`,
			words,
			next: `${next} ${IF_IT_STAYS_SO}`,
		};
	}
	return videoId === undefined
		? {
				message: `The server sent ${kindOf(body)} instead of a video, which may exist all the same and be billed`,
				words,
				next: `${knownReason(body)?.next ?? CHECK_BASE_URL} ${LOOK_FIRST}`,
			}
		: {
				message:
					isObject(body) && words
						? `The server gave out no video '${videoId}'`
						: `The server sent ${kindOf(body)} instead of video '${videoId}'`,
				words,
				next: `${NOT_LOST} ${IF_IT_STAYS_SO}`,
			};
}

/** What came in place of a video or a file, in words. */
export function kindOf(body: unknown): string {
	if (body === '' || body === undefined || body === null) return 'an empty answer';
	if (typeof body !== 'string') return 'JSON';
	return /^\s*</.test(body) ? 'a web page' : 'text';
}
