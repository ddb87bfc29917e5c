import { updateDisplayOptions } from 'n8n-workflow';

import { isFault, isSuccess } from '../api/answer';
import type { Outcome } from '../api/answer';
import { json, multipart } from '../api/body';
import type { CreateFields } from '../api/body';
import { clock } from '../api/clock';
import { findLost } from '../api/lookup';
import { outputItem, requireBaseUrl } from '../api/operation';
import type { Work } from '../api/operation';
import { createPatience, mayHaveBeenAccepted } from '../api/patience';
import type { Context, NodeProblem } from '../api/problem';
import { refusal } from '../api/refusal';
import {
	allChecked,
	idempotencyKey,
	remember,
	rememberFailure,
	runOf,
	stopIfInDoubt,
} from '../api/run';
import type { Run } from '../api/run';
import { send } from '../api/send';
import type { Request } from '../api/send';
import { namesVideo, toVideo } from '../api/video';
import type { Video } from '../api/video';
import { createFields } from './createFields';
import { readBodyFormat, readCreateFields } from './createInput';

export const createDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['create'] } },
	createFields,
);

/** Creates one video per item: checks all items, then sends each of them once. */
export const createVideo: Work = async (context, request) => {
	const run = runOf(context);
	const item = context.getItemIndex();
	const baseUrl = requireBaseUrl(context, request);
	const check = readCreateFields(context, request);
	run.checks.set(item, check);
	await allChecked(context, run);

	const known = run.created.get(item);
	if (known) return [outputItem(context, known)];
	stopIfInDoubt(context, run, item);

	const fields = await check;
	const since = clock.now();
	const sending = sendCreate(context, request, run, fields);
	run.sends.set(item, sending);
	const outcome = await sending;
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
		headers: { ...request.options.headers, 'Idempotency-Key': idempotencyKey(context, run) },
		// A body that the host does not know as a form of its own is still sent as one; see `multipart`.
		body: body as Request['options']['body'],
	};
	const outcome = await send(context, { ...request, options }, createPatience);
	const video = videoIn(outcome);
	if (video) remember(run, context.getItemIndex(), video);
	return outcome;
}

/** The created video; also one in an answer that is no success, because an id is a fact. */
function videoIn(outcome: Outcome): Video | undefined {
	if (isFault(outcome)) return undefined;
	return isSuccess(outcome) || namesVideo(outcome.body) ? toVideo(outcome.body) : undefined;
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
	// Until then a sibling's video could be taken for the lost one.
	await Promise.allSettled(run.sends.values());
	const except = [...run.created.values()].map(({ id }) => id);
	const ids = (await findLost(context, request, { prompt, since, except })).map(({ id }) => id);
	if (ids.length === 0) return;
	error.message = `${error.message.replace(/\.$/, '')}. It may be ${ids.map((id) => `'${id}'`).join(' or ')}, which the server began at about that time`;
	error.description = `Get it with Wait Until Done and Download, with that ID as 'Video ID'. ${error.description ?? ''}`;
}
