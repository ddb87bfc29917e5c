import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeExecutionData } from 'n8n-workflow';

import { isSuccess } from '../api/answer';
import type { Answer, Outcome } from '../api/answer';
import { json, multipart } from '../api/body';
import type { CreateFields } from '../api/body';
import { firstComplaint, isAbandoned, rememberCheck } from '../api/checks';
import { clock } from '../api/clock';
import { findLost } from '../api/lookup';
import { outputItem, requireBaseUrl } from '../api/operation';
import { createPatience, mayHaveBeenAccepted } from '../api/patience';
import type { Context, NodeProblem } from '../api/problem';
import { refusal } from '../api/refusal';
import { idempotencyKey, remember, rememberFailure, runOf, stopIfInDoubt } from '../api/run';
import type { Run } from '../api/run';
import { send } from '../api/send';
import type { Request } from '../api/send';
import { namesVideo, toVideo } from '../api/video';
import type { Video } from '../api/video';
import { createFields, createOptions } from './createFields';
import { readBodyFormat, readCreateFields } from './createInput';
import { optionsOf } from './options';

export const createDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['create'] } },
	[...createFields, optionsOf(...createOptions)],
);

/**
 * Creates one video per item: checks all items, then sends each of them once. `checkMore` is for what
 * the video is wanted for: it throws what would be too late to find once it is paid for.
 */
export const createVideo = async (
	context: Context,
	request: Request,
	checkMore: () => void = () => {},
): Promise<INodeExecutionData[]> => {
	const run = runOf(context);
	const item = context.getItemIndex();
	const baseUrl = requireBaseUrl(context, request);
	const check = readCreateFields(context, request).then((fields) => {
		checkMore();
		return fields;
	});
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
	const sending = run.sends.get(item) ?? sendCreate(context, request, run, fields);
	run.sends.set(item, sending);
	const outcome = await sending.catch((canceled: NodeProblem) => {
		rememberFailure(run, item, canceled, true);
		throw canceled;
	});
	const video = run.created.get(item);
	if (video) return [outputItem(context, video)];

	const isInDoubt = mayHaveBeenAccepted(outcome);
	const error = await refusal(context, outcome, { baseUrl });
	if (isInDoubt) await nameLost(context, request, run, { error, prompt: fields.prompt, since });
	rememberFailure(run, item, error, isInDoubt);
	throw error;
};

async function sendCreate(
	context: Context,
	request: Request,
	run: Run,
	fields: CreateFields,
): Promise<Outcome> {
	const body = readBodyFormat(context) === 'json' ? json(fields) : multipart(fields);
	const options: Request['options'] = {
		...request.options,
		headers: {
			...request.options.headers,
			'Idempotency-Key': idempotencyKey(context, run, fields),
		},
		// A body that the host does not know as a form of its own is still sent as one; see `multipart`.
		body: body as Request['options']['body'],
	};
	const sent = await send(context, { ...request, options }, videoIn, createPatience);
	const { outcome, found: video } = sent;
	const item = context.getItemIndex();
	if (video) {
		remember(run, item, video);
		// n8n 2 forgets all that an execution did when its worker is killed; the worker's log does not.
		context.logger.info(`Created video '${video.id}' in execution ${context.getExecutionId()}`);
	} else if (!mayHaveBeenAccepted(outcome)) run.sends.delete(item);
	return outcome;
}

/** The created video; also one in an answer that is no success, because an id is a fact. */
function videoIn(answer: Answer): Video | undefined {
	const { body } = answer;
	return isSuccess(answer) || namesVideo(body) ? toVideo(body) : undefined;
}

/**
 * Adds to the error which videos of the server may be the one whose Create got no answer. To its
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
