import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';
import { readChoice } from './choice';

/** A choice of lengths, 4 seconds among them, or any other one. */
export const secondsFields = (lengths: string[], description: string): INodeProperties[] => [
	{
		displayName: 'Seconds',
		name: 'seconds',
		type: 'options',
		default: '4',
		description,
		options: optionsFor(lengths),
	},
	{
		displayName: 'Custom Seconds',
		name: 'customSeconds',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 6',
		description: `${description} in seconds, as far as the server offers it`,
		displayOptions: { show: { seconds: ['custom'] } },
	},
];

const optionsFor = (lengths: string[]): INodePropertyOptions[] => [
	...lengths.map((length) => ({ name: `${length} Seconds`, value: length })),
	{ name: 'Custom', value: 'custom' },
	{
		name: 'Server Default',
		value: 'serverDefault',
		description: 'Send no length and let the server choose',
	},
];

export function readSeconds(context: Context): string | undefined {
	const choice = readChoice(context, {
		name: 'seconds',
		label: 'Seconds',
		customName: 'customSeconds',
	});
	if (!choice) return undefined;
	const { value, label } = choice;
	if (/^\d+(\.\d+)?$/.test(value) && Number(value) > 0) return value;
	throw problem(context, {
		message: `'${label}' is not a length of time: ${value || '(empty)'}`,
		next: 'Enter a number above 0, for example 6.',
	});
}
