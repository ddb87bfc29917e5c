import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isObject } from '../api/answers/object';
import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';

/** The option for whatever else a server takes. */
export const extraFields: INodeProperties = {
	displayName: 'Extra Fields',
	name: 'extraFields',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "seed": 42, "negative_prompt": "blurry" }',
	description:
		'A JSON object with whatever else the server takes, for example { "seed": 42 }. Its fields are added to the request, and replace fields of the same name.',
};

/** A JSON object, as text or, from an expression, as it is. */
export function readExtraFields(context: Context): IDataObject {
	const given = context.getNodeParameter('options.extraFields', {}) as unknown;
	if (typeof given === 'string' && given.trim() === '') return {};
	let fields: unknown = given;
	let fault = '';
	try {
		if (typeof given === 'string') fields = JSON.parse(given);
	} catch (error) {
		fault = ` (${(error as Error).message})`;
	}
	if (fault === '' && isObject(fields)) return fields;
	throw problem(context, {
		message: `'Extra Fields' is not a JSON object${fault}`,
		next: 'Enter names and values in braces, for example { "seed": 42 }.',
	});
}
