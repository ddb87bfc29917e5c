import type { INodeProperties } from 'n8n-workflow';

import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';

export const model: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The model that makes the video',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a model...',
			typeOptions: { searchListMethod: 'getModels', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. sora-2',
		},
	],
};

export function readModel(context: Context): string {
	const id = String(context.getNodeParameter('model', '', { extractValue: true }) ?? '').trim();
	if (id === '') {
		throw problem(context, {
			message: "'Model' is empty",
			next: "Pick a model from the list, or choose 'By ID' and enter the name that the server uses.",
		});
	}
	return id;
}
