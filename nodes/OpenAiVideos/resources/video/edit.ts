import { updateDisplayOptions } from 'n8n-workflow';

import type { OperationHandler } from '../../operation';
import { extraFields, optionsOf, promptField } from './fields';
import { createFromSource, readSourceParams, sourceBody, sourceFields } from './sourceVideo';
import type { SourceVideoOperation } from './sourceVideo';

export const description = updateDisplayOptions(
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

const EDIT: SourceVideoOperation = {
	verb: 'edit',
	participle: 'edited',
	name: 'Edit',
	fieldNames: "'Prompt' and the options",
	alternative: 'Use Create with a new prompt instead. Some servers have Remix.',
};

/** Creates a changed copy of a video, per item. */
export const execute: OperationHandler = async (context, request) =>
	await createFromSource(context, request, EDIT, {
		readParams: async () => await readSourceParams(context),
		toRequest: sourceBody,
	});
