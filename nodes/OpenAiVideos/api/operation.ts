import type {
	DeclarativeRestApiSettings,
	IDataObject,
	IBinaryKeyData,
	IExecutePaginationFunctions,
	INodeExecutionData,
	INodePropertyOptions,
	IN8nRequestOperations,
} from 'n8n-workflow';

import { keepAnswer } from './answers/answer';
import { withoutFiles } from './answers/withoutFiles';
import { failureRow, problem } from './problems/problem';
import type { Context, NodeProblem, Where } from './problems/problem';
import type { Subject } from './problems/refusal';
import { completeBaseUrl, shownAddress } from './requests/baseUrl';
import type { Request } from './requests/send';
import { isTool, tellsFailure, withNextStep } from './tool';

export type Work = (context: Context, request: Request) => Promise<INodeExecutionData[]>;

/**
 * The routing of an operation whose `work` sends the described request itself, as often as it needs.
 * `pagination` is n8n's seam for that: it is called once per item with the request ready to be sent.
 */
export function routed(
	request: DeclarativeRestApiSettings.HttpRequestOptions,
	work: Work,
): INodePropertyOptions['routing'] {
	return {
		request,
		send: { paginate: true },
		operations: { pagination: withFailureRows(work) },
		output: { postReceive: [keepAnswer] },
	};
}

const withFailureRows = (work: Work): IN8nRequestOperations['pagination'] =>
	async function (this: IExecutePaginationFunctions, request: Request) {
		const told = isTool(this) ? withNextStep : (rows: INodeExecutionData[]) => rows;
		return await work(this, request).then(
			(rows) => told(rows),
			(error: NodeProblem) =>
				this.continueOnFail() || tellsFailure(this)
					? told(failureRow(this, error), error.description ?? '')
					: Promise.reject(error),
		);
	};

/** An output item that n8n can trace back to its input; n8n sets no pairing in declarative nodes. */
export const outputItem = (
	context: Context,
	json: IDataObject,
	binary?: IBinaryKeyData,
): INodeExecutionData => ({
	json: withoutFiles(json),
	...(binary && { binary }),
	pairedItem: { item: context.getItemIndex() },
});

/** The credential's base URL; throws before anything is sent when it is none. */
export function requireBaseUrl(context: Where, { options }: Pick<Request, 'options'>): string {
	const entered = String(options.baseURL ?? '').trim();
	const baseUrl = completeBaseUrl(entered);
	if (baseUrl === '') {
		throw problem(context, {
			message:
				entered === ''
					? "'Base URL' of the OpenAI Videos API credential is empty"
					: `'Base URL' of the OpenAI Videos API credential is not a web address: ${shownAddress(entered)}`,
			next: 'Open the credential and enter a full address such as https://gateway.example.com/v1 there.',
		});
	}
	return baseUrl;
}

/** The 'Video ID' parameter; throws before anything is sent when it is empty. */
function requireVideoId(context: Context): string {
	const videoId = String(context.getNodeParameter('videoId', '') ?? '').trim();
	// As a path segment, dots alone would address another endpoint.
	if (!/^\.*$/.test(videoId)) return videoId;
	const { error } = context.getInputData().json;
	const reason = videoId === '' && typeof error === 'string' ? error : '';
	throw problem(context, {
		message: reason
			? `'Video ID' is empty, because the step before put out no video: ${reason}`
			: videoId === ''
				? "'Video ID' is empty"
				: `'Video ID' is not an ID: ${videoId}`,
		next: reason
			? "In the settings of the step before, set 'On Error' to 'Continue (using error output)': then only its videos come here."
			: isTool(context)
				? "At the field 'Video ID', choose 'Let the model define this parameter'."
				: 'Connect this node behind Create, or enter the ID that Create put out as id.',
	});
}

/** Both of the above: what a request about an existing video is about. */
export function requireVideo(context: Context, request: Request): Required<Subject> {
	return { baseUrl: requireBaseUrl(context, request), videoId: requireVideoId(context) };
}
