import { clock } from './clock';
import type { Context } from './problem';
import { expectVideo } from './refusal';
import type { Subject } from './refusal';
import { readPatience, send } from './send';
import type { Request } from './send';
import type { Video } from './video';

/** A status is a small answer; a server that keeps one longer than this is asked again. */
const LONGEST_REQUEST_MS = 30_000;
/** The last question before a deadline still gets this long for its answer. */
const SHORTEST_REQUEST_MS = 5_000;
const FRESH_MS = 60_000;

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
): Promise<Video> {
	const given = request.options.timeout ?? LONGEST_REQUEST_MS;
	const timeout = Math.min(given, LONGEST_REQUEST_MS, Math.max(SHORTEST_REQUEST_MS, patienceMs));
	const outcome = await send(
		context,
		{ ...request, options: { ...request.options, timeout } },
		readPatience(patienceMs, { isFresh: isFresh(context, subject.videoId), wasReached }),
	);
	return await expectVideo(context, outcome, subject);
}

/** Whether the input item is this very video, created so recently that the server may not find it yet. */
function isFresh(context: Context, videoId: string): boolean {
	const { id, created_at: createdAt } = context.getInputData().json;
	return id === videoId && Math.abs(clock.now() - Number(createdAt) * 1000) < FRESH_MS;
}
