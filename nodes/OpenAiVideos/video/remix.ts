import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { absence } from '../api/absence';
import type { Feature } from '../api/absence';
import { isFault } from '../api/answer';
import type { Outcome } from '../api/answer';
import { saysExpired } from '../api/known';
import { makeVideo } from '../api/make';
import { requireBaseUrl, requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import type { Context, NodeProblem } from '../api/problem';
import { refusal } from '../api/refusal';
import { expired } from '../api/refused';
import type { Request } from '../api/send';
import { readPrompt } from './createInput';
import { videoId } from './videoId';

const properties: INodeProperties[] = [
	videoId,
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. The same scene, but in heavy rain',
		description: 'What the new video shows, in any language the model understands',
	},
];

export const remixDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['remix'] } },
	properties,
);

const REMIX: Feature = {
	what: 'remix videos',
	next: 'Not every server can. Use Create with a new prompt instead. Nothing was created for this item.',
};

/** Makes a new video out of a completed one, per item. */
export const remixVideo: Work = async (context, request) => {
	const baseUrl = requireBaseUrl(context, request);
	const check = readRemixFields(context, request);
	return await makeVideo(context, request, {
		check,
		bodyOf: ({ prompt }) => ({ prompt }),
		refusal: async (outcome) =>
			await refusedRemix(context, request, outcome, { baseUrl, ...(await check) }),
	});
};

async function readRemixFields(context: Context, request: Request) {
	return { videoId: requireVideo(context, request).videoId, prompt: readPrompt(context) };
}

async function refusedRemix(
	context: Context,
	request: Request,
	outcome: Outcome,
	{ baseUrl, videoId: source }: { baseUrl: string; videoId: string },
): Promise<NodeProblem> {
	const isExpired = !isFault(outcome) && outcome.statusCode >= 400 && saysExpired(outcome);
	return await refusal(context, outcome, {
		baseUrl,
		own: {
			reason: isExpired ? expired(source) : await absence(context, request, outcome, REMIX, source),
			refused: {
				message: `The server did not remix video '${source}'`,
				next: "Only a completed video can be remixed: put Wait Until Done before Remix, and check 'Prompt'. Nothing was created for this item.",
			},
		},
	});
}
