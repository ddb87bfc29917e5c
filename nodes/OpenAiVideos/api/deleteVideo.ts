import { SECOND_MS } from '../clock';
import { otherMessages } from '../errors/messages';
import { responseError } from '../errors/responseError';
import { retry, retryPolicyForReads, send, withOptions } from '../http/request';
import type { RetryPolicy } from '../http/request';
import { isVideoNotFound } from '../responses/errorBody';
import { matchKnownError } from '../responses/knownErrors';
import { mayHaveBeenAccepted } from '../responses/refusal';
import { isHtml, isNetworkError, isSuccess } from '../responses/response';
import type { HttpResult } from '../responses/response';
import { isObject } from '../responses/values';
import type { OperationContext, Request, RequestContext, VideoRef } from '../types';
import { requestTimeout, unsupportedOrMissing, videoExists } from './getVideo';
import { runStateOf } from './runState';
import type { DeleteResult } from './runState';

const MAX_RETRY_MS = 60 * SECOND_MS;

const UNSUPPORTED = {
	what: 'delete videos',
	alternative:
		'Not every server can, new-api for one. Look there for another way to delete it, or leave it to the server.',
};

/** Deletes a video. Deleting twice is harmless, so it is retried like a read. */
export async function deleteVideo(
	context: OperationContext,
	request: Request,
	ref: VideoRef,
): Promise<void> {
	const { videoId } = ref;
	const { deletions } = runStateOf(context);
	const deletion = sendDelete(context, request, videoId, deletions.get(videoId));
	deletions.set(videoId, deletion);
	const { result, isDeleted } = await deletion;
	if (isDeleted) return;
	const diagnosis = await unsupportedOrMissing(context, request, result, UNSUPPORTED, videoId);
	throw responseError(result, { ...ref, messages: otherMessages(messagesFor(videoId), diagnosis) });
}

const retryPolicyForDelete = retryPolicyForReads(MAX_RETRY_MS);

/** A server that says that it cannot delete says the same later. */
const retryPolicy: RetryPolicy = (result) =>
	!isNetworkError(result) && matchKnownError(result.body) === 'notSupported'
		? 0
		: retryPolicyForDelete(result);

const messagesFor = (id: string) => ({
	unclear: {
		message: `The server did not confirm that video '${id}' is deleted`,
		nextStep: 'Get Status tells whether it is still there.',
		isRerunnable: true,
	},
	rejected: {
		message: `The server did not delete video '${id}'`,
		nextStep:
			'Most servers delete only what is completed or failed: put Wait Until Done before Delete.',
	},
});

/** `earlier` is the deletion of the same video in this node run, for another item or in another try. */
async function sendDelete(
	context: RequestContext,
	request: Request,
	id: string,
	earlier?: Promise<DeleteResult>,
): Promise<DeleteResult> {
	const previous = await earlier;
	if (previous?.isDeleted) return previous;
	const timed = withOptions(request, { timeout: requestTimeout(request) });
	let mayBeDeleted = previous?.mayBeDeleted ?? false;
	const { result, value } = await retry(
		context,
		async () => {
			const result = await send(context, timed);
			if (confirmsDelete(result)) return { result, value: true };
			mayBeDeleted ||= mayHaveBeenAccepted(result) || isConflict(result);
			return { result };
		},
		retryPolicy,
	);
	// "Not found" after an earlier request means that the earlier one deleted the video. A server that
	// cannot delete says the same, but still has the video.
	const isNotFound = !isNetworkError(result) && isVideoNotFound(result);
	const isDeleted =
		value === true ||
		(mayBeDeleted && isNotFound && (await videoExists(context, timed, id)) === false);
	return { result, isDeleted, mayBeDeleted };
}

/** vLLM-Omni sends this while it is still cancelling the rendering. */
const isConflict = (result: HttpResult): boolean =>
	!isNetworkError(result) && result.statusCode === 409;

/** Any success except a web page or JSON that contradicts it. */
function confirmsDelete(result: HttpResult): boolean {
	if (isNetworkError(result) || !isSuccess(result)) return false;
	const { body } = result;
	if (!isObject(body)) return !isHtml(body);
	const { deleted, status, success, error, code } = body;
	if (deleted === true || status === 'deleted') return true;
	const isOk = /^(|0|200|ok|success)$/i.test(String(code ?? ''));
	return deleted !== false && success !== false && !error && isOk;
}
