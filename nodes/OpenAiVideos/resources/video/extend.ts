import { updateDisplayOptions } from 'n8n-workflow';

import type { OperationHandler } from '../../operation';
import { extraFields, optionsOf, promptField, readSeconds, secondsFields } from './fields';
import { createFromSource, readSourceParams, sourceBody, sourceFields } from './sourceVideo';
import type { SourceVideoOperation } from './sourceVideo';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['extend'] } },
	[
		...sourceFields,
		promptField({
			placeholder: 'e.g. The camera rises, and the sea comes into view',
			description: 'How the video goes on, in any language the model understands',
		}),
		...secondsFields(['4', '8', '12', '16', '20'], 'Length of the part that is added'),
		optionsOf(extraFields),
	],
);

const EXTEND: SourceVideoOperation = {
	verb: 'extend',
	participle: 'extended',
	name: 'Extend',
	fieldNames: "'Prompt', 'Seconds' and the options",
	alternative: "Use Create with more 'Seconds' instead, as far as the server offers them.",
};

/** Creates a video that continues an existing one, per item. */
export const execute: OperationHandler = async (context, request) =>
	await createFromSource(context, request, EXTEND, {
		readParams: async () => ({
			...(await readSourceParams(context)),
			seconds: readSeconds(context),
		}),
		toRequest: sourceBody,
	});
