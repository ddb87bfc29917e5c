import type { INodeExecutionData } from 'n8n-workflow';

import { isSuccess } from '../answers/answer';
import type { Answer, Outcome } from '../answers/answer';
import { namesVideo, toVideo } from '../answers/video';
import type { Video } from '../answers/video';
import { outputItem } from '../operation';
import type { Context, NodeProblem } from '../problems/problem';
import { createPatience, mayHaveBeenAccepted } from '../requests/patience';
import { send } from '../requests/send';
import type { Request } from '../requests/send';
import type { Body } from '../uploads/body';
import { clock } from '../waiting/clock';
import { firstComplaint, isAbandoned, rememberCheck } from './checks';
import { findLost } from './lookup';
import { idempotencyKey, remember, rememberFailure, runOf, stopIfInDoubt } from './run';
import type { Run, Wish } from './run';

/** A request that makes a video, and costs money. */
export interface Order<F extends Wish> {
	/** What the item asks for; throws what can be known to be wrong before anything is sent. */
	check: Promise<F>;
	bodyOf: (fields: F) => Body;
	/** The error for an outcome without a video. */
	refusal: (outcome: Outcome) => Promise<NodeProblem>;
}

/** Makes one video per item: checks all items, then sends each of them once. */
export async function makeVideo<F extends Wish>(
	context: Context,
	request: Request,
	order: Order<F>,
): Promise<INodeExecutionData[]> {
	const { check } = order;
	const run = runOf(context);
	const item = context.getItemIndex();
	rememberCheck(run, item, check);

	const known = run.created.get(item);
	if (known) return [outputItem(context, known)];
	stopIfInDoubt(run, item);

	const complaint = await firstComplaint(context, run);
	if (isAbandoned(context, run)) return [];
	if (complaint) {
		rememberFailure(run, item, complaint, false);
		throw complaint;
	}

	const fields = await check;
	const since = clock.now();
	// An earlier try may still be waiting for its answer, if n8n has ended it early.
	const sending =
		run.sends.get(item) ?? sendOrder(context, request, run, fields, order.bodyOf(fields));
	run.sends.set(item, sending);
	const outcome = await sending.catch((canceled: NodeProblem) => {
		rememberFailure(run, item, canceled, true);
		throw canceled;
	});
	const video = run.created.get(item);
	if (video) return [outputItem(context, video)];

	const isInDoubt = mayHaveBeenAccepted(outcome);
	const error = await order.refusal(outcome);
	if (isInDoubt) await nameLost(context, request, run, { error, prompt: fields.prompt, since });
	rememberFailure(run, item, error, isInDoubt);
	throw error;
}

async function sendOrder(
	context: Context,
	request: Request,
	run: Run,
	fields: Wish,
	{ body, headers }: Body,
): Promise<Outcome> {
	const options: Request['options'] = {
		...request.options,
		headers: {
			...request.options.headers,
			...headers,
			'Idempotency-Key': idempotencyKey(context, run, fields),
		},
		body,
	};
	const { outcome, found: video } = await send(
		context,
		{ ...request, options },
		(answer) => videoIn(answer, fields.videoId),
		createPatience,
	);
	const item = context.getItemIndex();
	if (video) {
		remember(run, item, video);
		// n8n 2 forgets all that an execution did when its worker is killed; the worker's log does not.
		context.logger.info(`Created video '${video.id}' in execution ${context.getExecutionId()}`);
	} else if (!mayHaveBeenAccepted(outcome)) run.sends.delete(item);
	return outcome;
}

/**
 * The created video; also one in an answer that is no success, because an id is a fact. But then it is
 * not the video that another one is made of, of which a refusal may tell.
 */
function videoIn(answer: Answer, source?: string): Video | undefined {
	const { body } = answer;
	if (isSuccess(answer)) return toVideo(body);
	const video = namesVideo(body) ? toVideo(body) : undefined;
	return video?.id === source ? undefined : video;
}

/**
 * Adds to the error which videos of the server may be the one whose request got no answer. To its
 * message: under Continue On Fail n8n keeps nothing else.
 */
async function nameLost(
	context: Context,
	request: Request,
	run: Run,
	{ error, prompt, since }: { error: NodeProblem; prompt: string; since: number },
): Promise<void> {
	await Promise.allSettled(run.sends.values());
	const found = await findLost(context, request, { prompt, since });
	// Until then a sibling's video, batched ones begun meanwhile too, could be taken for the lost one.
	await Promise.allSettled(run.sends.values());
	const siblings = [...run.created.values()].map(({ id }) => id);
	const ids = found.map(({ id }) => id).filter((id) => !siblings.includes(id));
	if (ids.length === 0) return;
	error.message = `${error.message.replace(/\.$/, '')}. It may be ${ids.map((id) => `'${id}'`).join(' or ')}, which the server began at about that time`;
	error.description = `Get it with Wait Until Done and Download, with that ID as 'Video ID'. ${error.description ?? ''}`;
}
