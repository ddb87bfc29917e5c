import type { INodeProperties } from 'n8n-workflow';

import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';

export const promptField = (
	words: Pick<INodeProperties, 'placeholder' | 'description'>,
): INodeProperties => ({
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: '',
	...words,
});

export function readPrompt(context: Context): string {
	const prompt = String(context.getNodeParameter('prompt', '') ?? '');
	if (prompt.trim() === '') {
		throw problem(context, {
			message: "'Prompt' is empty",
			next: 'Describe the video, or check the expression that should give the prompt.',
		});
	}
	return prompt;
}
