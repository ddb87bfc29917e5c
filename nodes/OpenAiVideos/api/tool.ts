import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isOwn } from './orders/run';
import type { Context } from './problems/problem';

/** Whether the node is a tool of an AI agent: n8n has a node type of its own for that. */
export const isTool = (context: Context): boolean => context.getNode().type.endsWith('Tool');

/**
 * Whether a failure is put out as a row, so that the agent reads it and goes on; n8n 1.x would end the
 * execution. Not where the user chose otherwise, nor where n8n repeats only what was thrown: in agents
 * that call their tools by themselves.
 */
export function tellsFailure(context: Context): boolean {
	const { onError, retryOnFail } = context.getNode();
	return (
		isTool(context) &&
		!context.getExecutionCancelSignal()?.aborted &&
		onError !== 'stopWorkflow' &&
		(retryOnFail !== true || isOwn(context, context.getExecuteData()))
	);
}

/** What a user may do at once, with money of his own, a model shall not. */
const ASK_FIRST = 'Ask the user before you create another video: each one costs money.';

/** The rows of a tool also say what to do next: the model knows no more of videos than they tell it. */
export const withNextStep = (rows: INodeExecutionData[], next?: string): INodeExecutionData[] =>
	rows.map((row) => ({
		...row,
		json: {
			...row.json,
			next_step: next === undefined ? nextStep(row.json) : `${next} ${ASK_FIRST}`.trim(),
		},
	}));

function nextStep({ id, status, fileName, deleted }: IDataObject): string {
	if (deleted === true) return `The video '${id}' is gone for good.`;
	if (typeof fileName === 'string') {
		return `The file '${fileName}' is in the output of this tool in n8n. It cannot be put into an answer.`;
	}
	if (status === 'completed')
		return `The video is finished. Its file can be had with the ID '${id}'.`;
	if (status === 'failed') return `Tell the user why the video failed. ${ASK_FIRST}`;
	return `The video is not finished yet. Wait for it, or look again later, with the ID '${id}'. Do not create it again: that would cost money again.`;
}
