import { updateDisplayOptions } from 'n8n-workflow';

import { requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import { promptField, readPrompt } from './prompt';
import { reworkVideo } from './rework';
import type { Rework } from './rework';
import { videoId } from './videoId';

export const remixDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['remix'] } },
	[
		videoId,
		promptField({
			placeholder: 'e.g. The same scene, but in heavy rain',
			description: 'What the new video shows, in any language the model understands',
		}),
	],
);

const REMIX: Rework = {
	verb: 'remix',
	done: 'remixed',
	name: 'Remix',
	fields: "'Prompt'",
	instead: 'Use Create with a new prompt instead.',
};

/** Makes a new video of the same scene out of a completed one, per item. */
export const remixVideo: Work = async (context, request) =>
	await reworkVideo(context, request, REMIX, {
		read: async () => ({
			videoId: requireVideo(context, request).videoId,
			prompt: readPrompt(context),
		}),
		bodyOf: ({ prompt }) => ({ body: { prompt } }),
	});
