import { updateDisplayOptions } from 'n8n-workflow';

import type { Work } from '../api/operation';
import { extraFields } from './extraFields';
import { optionsOf } from './options';
import { promptField } from './prompt';
import { reworkVideo } from './rework';
import type { Rework } from './rework';
import { readSeconds, secondsFields } from './seconds';
import { readSourceFields, sourceBody, sourceFields } from './sourceVideo';

export const extendDescription = updateDisplayOptions(
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

const EXTEND: Rework = {
	verb: 'extend',
	done: 'extended',
	name: 'Extend',
	fields: "'Prompt', 'Seconds' and the options",
	instead: "Use Create with more 'Seconds' instead, as far as the server offers them.",
};

/** Makes a new video that goes on where an existing one ends, per item. */
export const extendVideo: Work = async (context, request) =>
	await reworkVideo(context, request, EXTEND, {
		read: async () => ({
			...(await readSourceFields(context, request)),
			seconds: readSeconds(context),
		}),
		bodyOf: sourceBody,
	});
