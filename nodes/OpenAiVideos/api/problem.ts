import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IExecutePaginationFunctions, INodeExecutionData } from 'n8n-workflow';

import { withoutFiles } from './place';
import type { Video } from './video';

export type Context = IExecutePaginationFunctions;
export type NodeProblem = NodeApiError | NodeOperationError;

export interface ProblemText {
	/** What happened, as one sentence; names the video id where there is one. */
	message: string;
	/** What to do next. */
	next: string;
	/** The status the server answered with, if it answered. */
	httpCode?: number;
	/** What is known of the video, for the row that Continue On Fail puts out. */
	video?: Partial<Video>;
}

/** A sentence and a next step, ready to be thrown. */
export function problem(context: Context, text: ProblemText): NodeProblem {
	const { message, next: description, httpCode, video } = text;
	const itemIndex = context.getItemIndex();
	const error =
		httpCode === undefined
			? new NodeOperationError(context.getNode(), message, { description, itemIndex })
			: new NodeApiError(
					context.getNode(),
					{},
					{ message, description, httpCode: String(httpCode), itemIndex },
				);
	// n8n replaces a whole message in which it finds a word like ENOENT; the server's words must survive.
	error.message = message;
	if (video) error.context.video = withoutFiles(video);
	return error;
}

/** The same for a text with words from the server, which may quote the key it was sent. */
export async function problemInServerWords(
	context: Context,
	text: ProblemText,
): Promise<NodeProblem> {
	const { apiKey, headerValue } = await context.getCredentials('openAiVideosApi');
	const secrets = [apiKey, headerValue]
		.map((secret) => String(secret ?? '').trim())
		.filter((secret) => secret.length > 3);
	const clean = (words: string) =>
		secrets.reduce((rest, secret) => rest.split(secret).join('***'), words);
	return problem(context, {
		...text,
		message: clean(text.message),
		next: clean(text.next),
		// Saved with the error.
		video: text.video && withTexts(text.video, clean),
	});
}

const withTexts = <T extends object>(value: T, change: (text: string) => string): T =>
	JSON.parse(
		JSON.stringify(value, (_name, each) => (typeof each === 'string' ? change(each) : each)),
	) as T;

/**
 * The row of a failed item under "On Error: Continue". It keeps the video's id, which n8n's own row
 * (`{ error }` alone) would lose.
 */
export function failureRow(context: Context, error: NodeProblem): INodeExecutionData[] {
	const row: INodeExecutionData = {
		json: { ...(error.context.video as Partial<Video>), error: error.message },
		pairedItem: { item: context.getItemIndex() },
	};
	if (context.getNode().onError === 'continueErrorOutput') {
		// n8n sends rows with `error` to the error branch, then replaces the json of those that still
		// have it. It copies the row in between, and a hidden property is not copied.
		Object.defineProperty(row, 'error', { value: error, enumerable: false });
	}
	return [row];
}
