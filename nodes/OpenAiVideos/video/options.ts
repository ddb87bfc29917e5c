import type { INodeProperties } from 'n8n-workflow';

/** The collection at the end of an operation's fields; what is in it is read as `options.<name>`. */
export const optionsOf = (...options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options,
});
