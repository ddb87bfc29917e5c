import { updateDisplayOptions } from 'n8n-workflow';

import type { OperationHandler } from '../../operation';
import type { OperationContext } from '../../types';
import { optionsOf, promptField, readPrompt, requireVideo, videoId } from './fields';
import { createFromSource } from './sourceVideo';
import type { SourceVideoOperation } from './sourceVideo';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['remix'] } },
	[
		videoId,
		promptField({
			placeholder: 'e.g. The same scene, but in heavy rain',
			description: 'What the new video shows, in any language the model understands',
		}),
		optionsOf(),
	],
);

const REMIX: SourceVideoOperation = {
	verb: 'remix',
	participle: 'remixed',
	name: 'Remix',
	fieldNames: "'Prompt'",
	alternative: 'Use Create with a new prompt instead.',
};

/** Creates a video of the same scene from a completed one, per item. */
export const execute: OperationHandler = async (context, request) =>
	await createFromSource(context, request, REMIX, {
		readParams: async () => await readRemixParams(context),
		toRequest: ({ prompt }) => ({ body: { prompt } }),
	});

const readRemixParams = async (context: OperationContext) => ({
	videoId: (await requireVideo(context)).videoId,
	prompt: readPrompt(context),
});
