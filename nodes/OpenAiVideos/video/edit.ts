import { updateDisplayOptions } from 'n8n-workflow';

import type { Work } from '../api/operation';
import { extraFields } from './extraFields';
import { optionsOf } from './options';
import { promptField } from './prompt';
import { reworkVideo } from './rework';
import type { Rework } from './rework';
import { readSourceFields, sourceBody, sourceFields } from './sourceVideo';

export const editDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['edit'] } },
	[
		...sourceFields,
		promptField({
			placeholder: 'e.g. Make the car red, and leave the rest as it is',
			description: 'What is to change in the video, in any language the model understands',
		}),
		optionsOf(extraFields),
	],
);

const EDIT: Rework = {
	verb: 'edit',
	done: 'edited',
	name: 'Edit',
	fields: "'Prompt' and the options",
	instead: 'Use Remix, or Create with a new prompt, instead.',
};

/** Makes a new video with changes in an existing one, per item. */
export const editVideo: Work = async (context, request) =>
	await reworkVideo(context, request, EDIT, {
		read: async () => await readSourceFields(context, request),
		bodyOf: sourceBody,
	});
