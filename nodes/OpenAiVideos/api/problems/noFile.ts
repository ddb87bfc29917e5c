import { isFault, isSuccess } from '../answers/answer';
import type { Outcome } from '../answers/answer';
import { expiredSince } from '../answers/expiry';
import { wordsOf } from '../answers/words';
import type { WantedFile } from '../files/file';
import { problemInServerWords } from './problem';
import type { Context, NodeProblem } from './problem';
import { detailOf, kindOf, refusal } from './refusal';
import type { Sentence } from './refused';

export const NO_VARIANTS = "Not every server has such pictures. Choose 'Video' at 'File'.";

type FileAsked = Pick<WantedFile, 'subject' | 'video' | 'variant'>;

/** The sentence and next step for a file that did not come; `url` is where it was asked for last. */
export async function noFile(
	context: Context,
	outcome: Outcome,
	url: string,
	wanted: FileAsked,
): Promise<NodeProblem> {
	const { subject, video } = wanted;
	const sentence = noFileSentence(outcome, url, wanted);
	if (!sentence) return await refusal(context, outcome, subject, video);
	const httpCode = isFault(outcome) ? undefined : outcome.statusCode;
	return await problemInServerWords(context, { ...sentence, httpCode, video });
}

/** What is told of files only; undefined where it is the same as for any request about a video. */
function noFileSentence(
	outcome: Outcome,
	url: string,
	{ subject: { baseUrl, videoId }, video, variant }: FileAsked,
): Sentence | undefined {
	const file = variant === 'video' ? 'file' : variant;
	const { origin } = new URL(url);
	const isElsewhere = origin !== new URL(baseUrl).origin;
	if (isFault(outcome)) {
		if (!isElsewhere) return undefined;
		return {
			message: `The ${file} of video '${videoId}' could not be fetched from ${origin}, where the server keeps it`,
			next: 'Check that n8n can reach that address, then run this step again: the video is not lost.',
			detail: detailOf(outcome),
		};
	}
	const { statusCode, body } = outcome;
	// Told as for any request about a video: it has expired.
	if (variant === 'video' && [404, 410].includes(statusCode) && expiredSince(video)) {
		return undefined;
	}
	const words = wordsOf(body);
	if (isSuccess(outcome)) {
		return {
			message: `The server sent ${kindOf(body)} instead of the ${file} of video '${videoId}'`,
			words,
			next: 'Nothing was stored, and the video is not lost. Run this step again later; if it stays so, tell the operator of the server.',
		};
	}
	if (isElsewhere) {
		return {
			message: `The ${file} of video '${videoId}' is refused by ${origin}, where the server keeps it (${statusCode})`,
			words,
			next: 'Run this step again: the node then asks for the address anew. If it stays so, the file has expired.',
		};
	}
	if ([400, 404, 405, 409, 422, 425, 501].includes(statusCode) && variant !== 'video') {
		return {
			message: `The server gives out no ${variant} of video '${videoId}' (${statusCode})`,
			words,
			next: NO_VARIANTS,
		};
	}
	if ([400, 404, 405, 409, 425, 501].includes(statusCode)) {
		return {
			message: `The server says that video '${videoId}' is completed, but gives out no file (${statusCode})`,
			words,
			next: 'Run this step again later with the same video ID. If it stays so, the file has expired, or the server keeps it where it does not tell.',
		};
	}
	return undefined;
}
