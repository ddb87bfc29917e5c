import { isFault, isSuccess, waitAsked } from '../answers/answer';
import type { Answer } from '../answers/answer';
import { isFinished, namesVideo, toVideo } from '../answers/video';
import type { Video } from '../answers/video';
import { runOf } from '../orders/run';
import type { Context } from '../problems/problem';
import { refusal } from '../problems/refusal';
import type { Subject } from '../problems/refusal';
import { clock } from '../waiting/clock';
import { shortTimeout } from './endpoint';
import { readPatience } from './patience';
import { send } from './send';
import type { Request } from './send';

/** The last question before a deadline still gets this long for its answer. */
const SHORTEST_REQUEST_MS = 5_000;
const FRESH_MS = 60_000;

/** One look at a video. */
export interface Look {
	video: Video;
	/** When the server wants to be asked next, in ms from now, where it says so. */
	askAgainInMs?: number;
}

/**
 * Reads a video's state, trying for up to `patienceMs` if the server has passing trouble.
 * `wasReached` says that it has answered about this video before.
 */
export async function readVideo(
	context: Context,
	request: Request,
	subject: Required<Subject>,
	patienceMs: number,
	wasReached = false,
): Promise<Look> {
	const timeout = Math.min(shortTimeout(request), Math.max(SHORTEST_REQUEST_MS, patienceMs));
	const known = createdHere(context, subject.videoId) ?? inputVideo(context, subject.videoId);
	const patience = readPatience(patienceMs, {
		isFresh: known !== undefined && isFresh(known),
		wasReached: wasReached || known !== undefined,
	});
	const { outcome, found: video } = await send(
		context,
		{ ...request, options: { ...request.options, timeout } },
		(answer) => videoIn(answer, subject.videoId),
		patience,
	);
	if (!video || isFault(outcome)) {
		const told = { id: subject.videoId, expires_at: known?.expires_at };
		throw await refusal(context, outcome, subject, told);
	}
	const now = clock.now();
	return {
		video,
		askAgainInMs: waitAsked(outcome, now) ?? waitAsked({ ...outcome, body: video }, now),
	};
}

/** The video in an answer; a finished one also in an answer that is no success (vLLM-Omni). */
function videoIn(answer: Answer, asked: string): Video | undefined {
	const { body } = answer;
	if (isSuccess(answer)) return toVideo(body, asked);
	const video = namesVideo(body, asked) ? toVideo(body, asked) : undefined;
	return video && isFinished(video) ? video : undefined;
}

/** The video, where this very run of the node has created it. */
const createdHere = (context: Context, videoId: string): Video | undefined => {
	const video = runOf(context).created.get(context.getItemIndex());
	return video?.id === videoId ? video : undefined;
};

/** The input item, where it is this very video as this node put it out. */
function inputVideo(context: Context, videoId: string): Video | undefined {
	const { json } = context.getInputData();
	return json.id === videoId && json.object === 'video' ? (json as Video) : undefined;
}

/** Created so recently that the server may not find it yet. */
function isFresh(video: Video): boolean {
	if (video.created_at === undefined) return !isFinished(video);
	return Math.abs(clock.now() - Number(video.created_at) * 1000) < FRESH_MS;
}
