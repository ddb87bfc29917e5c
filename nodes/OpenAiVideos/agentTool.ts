import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isOwnExecution } from './api/runState';
import type { OperationContext } from './types';

/** Whether the node is a tool of an AI agent: n8n has a separate node type for that. */
export const isAgentTool = (context: OperationContext): boolean =>
	context.getNode().type.endsWith('Tool');

/**
 * Whether to return an error as an item, so that the agent reads it and continues; n8n 1.x would end
 * the execution. Not if the user chose otherwise, nor if n8n retries only thrown errors, as in agents
 * that call their tools themselves.
 */
export function returnsErrorsAsItems(context: OperationContext): boolean {
	const { onError, retryOnFail } = context.getNode();
	return (
		isAgentTool(context) &&
		!context.getExecutionCancelSignal()?.aborted &&
		onError !== 'stopWorkflow' &&
		(retryOnFail !== true || isOwnExecution(context, context.getExecuteData()))
	);
}

/** A model must not spend the user's money without asking. */
const CONFIRM_WITH_USER = 'Ask the user before you create another video: each one costs money.';

/** A tool's items also say what to do next: the model knows only what they say. */
export const withNextStep = (items: INodeExecutionData[], next?: string): INodeExecutionData[] =>
	items.map((item) => ({
		...item,
		json: {
			...item.json,
			next_step: next === undefined ? nextStep(item.json) : `${next} ${CONFIRM_WITH_USER}`.trim(),
		},
	}));

function nextStep({ id, status, fileName, deleted }: IDataObject): string {
	if (deleted === true) return `The video '${id}' is gone for good.`;
	if (typeof fileName === 'string') {
		return `The file '${fileName}' is in the output of this tool in n8n. It cannot be put into an answer.`;
	}
	if (status === 'completed')
		return `The video is finished. Its file can be had with the ID '${id}'.`;
	if (status === 'failed') return `Tell the user why the video failed. ${CONFIRM_WITH_USER}`;
	return `The video is not finished yet. Wait for it, or look again later, with the ID '${id}'. Do not create it again: that would cost money again.`;
}
