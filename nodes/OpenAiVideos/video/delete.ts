import { updateDisplayOptions } from 'n8n-workflow';

import { isFault, isSuccess } from '../api/answers/answer';
import type { Outcome } from '../api/answers/answer';
import { saysUnknownVideo } from '../api/answers/known';
import { isObject } from '../api/answers/object';
import { outputItem, requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import { runOf } from '../api/orders/run';
import type { Deletion } from '../api/orders/run';
import { absence, isKnown } from '../api/problems/absence';
import type { Feature } from '../api/problems/absence';
import type { Context } from '../api/problems/problem';
import { kindOf, refusal } from '../api/problems/refusal';
import { shortTimeout } from '../api/requests/endpoint';
import { mayHaveBeenAccepted, readPatience } from '../api/requests/patience';
import { persist, sendOnce } from '../api/requests/send';
import type { Request } from '../api/requests/send';
import { videoId } from './videoId';

const PATIENCE_MS = 60_000;

export const deleteDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['delete'] } },
	[videoId],
);

const DELETE: Feature = {
	what: 'delete videos',
	next: 'Not every server can, new-api for one. Look there for another way to delete it, or leave it to the server.',
};

/** Deletes a video. To ask twice does no harm, so this is repeated like a request that only reads. */
export const deleteVideo: Work = async (context, request) => {
	const subject = requireVideo(context, request);
	const { videoId: id } = subject;
	const { deletions } = runOf(context);
	const deletion = sendDelete(context, request, id, deletions.get(id));
	deletions.set(id, deletion);
	const { outcome, isGone } = await deletion;
	if (isGone) return [outputItem(context, { id, deleted: true })];
	throw await refusal(context, outcome, {
		...subject,
		own: {
			reason: await absence(context, request, outcome, DELETE, id),
			unclear: {
				message: `The server did not confirm that video '${id}' is deleted`,
				next: 'Get Status tells whether it is still there. If it is, run this step again.',
			},
			refused: {
				message: `The server did not delete video '${id}'`,
				next: 'Most servers delete only what is completed or failed: put Wait Until Done before Delete.',
			},
		},
	});
};

/** `earlier` is what this run of the node has done about the same video, for another item or in another try. */
async function sendDelete(
	context: Context,
	request: Request,
	id: string,
	earlier?: Promise<Deletion>,
): Promise<Deletion> {
	const before = await earlier;
	if (before?.isGone) return before;
	const options = { ...request.options, timeout: shortTimeout(request) };
	const timed = { ...request, options };
	let mayBeGone = before?.mayBeGone ?? false;
	const { outcome, found } = await persist(
		context,
		async () => {
			const outcome = await sendOnce(context, timed);
			if (saysDeleted(outcome)) return { outcome, found: true };
			mayBeGone ||= mayHaveBeenAccepted(outcome) || isUnderWay(outcome);
			return { outcome };
		},
		readPatience(PATIENCE_MS),
	);
	// "Unknown" after a request of our own means that this one was carried out; but a server that cannot
	// delete says the same, and then the video is still there.
	const isUnknown = !isFault(outcome) && saysUnknownVideo(outcome);
	const isGone =
		found === true || (mayBeGone && isUnknown && (await isKnown(context, timed, id)) === false);
	return { outcome, isGone, mayBeGone };
}

/** vLLM-Omni says so while it still cancels the video's making. */
const isUnderWay = (outcome: Outcome): boolean => !isFault(outcome) && outcome.statusCode === 409;

/** Any success but a web page, and JSON that says otherwise. */
function saysDeleted(outcome: Outcome): boolean {
	if (isFault(outcome) || !isSuccess(outcome)) return false;
	const { body } = outcome;
	if (!isObject(body)) return kindOf(body) !== 'a web page';
	const { deleted, status, success, error, code } = body;
	if (deleted === true || status === 'deleted') return true;
	const isYes = /^(|0|200|ok|success)$/i.test(String(code ?? ''));
	return deleted !== false && success !== false && !error && isYes;
}
