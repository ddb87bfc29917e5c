import type {
	DeclarativeRestApiSettings,
	IBinaryKeyData,
	IDataObject,
	IExecutePaginationFunctions,
	IN8nRequestOperations,
	INodeExecutionData,
	INodePropertyOptions,
	NodeApiError,
	PostReceiveAction,
} from 'n8n-workflow';

import { isAgentTool, returnsErrorsAsItems, withNextStep } from './agentTool';
import { runStateOf, siblingVideos } from './api/runState';
import { toNodeApiError } from './errors/nodeError';
import { truncateInlineFiles } from './responses/values';
import { hasUnknownStatus, VIDEO_FIELDS, VIDEO_STATE_FIELDS } from './responses/video';
import type { Video } from './responses/video';
import type { OperationContext, Request } from './types';

export type OperationHandler = (
	context: OperationContext,
	request: Request,
) => Promise<INodeExecutionData[]>;

/**
 * The routing of an operation whose handler sends the described request itself, as often as it needs.
 * `pagination` is n8n's seam for that: it is called once per item with the request ready to be sent.
 */
export function routing(
	request: DeclarativeRestApiSettings.HttpRequestOptions,
	handler: OperationHandler,
): INodePropertyOptions['routing'] {
	return {
		request,
		send: { paginate: true },
		operations: { pagination: withErrorItems(handler) },
		output: { postReceive: [returnFullResponse] },
	};
}

/** Hands the whole response, status and headers included, to the handler: n8n would keep only the body. */
const returnFullResponse: PostReceiveAction = async function (_items, response) {
	return [{ json: response as unknown as IDataObject }];
};

const withErrorItems = (handler: OperationHandler): IN8nRequestOperations['pagination'] =>
	async function (this: IExecutePaginationFunctions, request: Request) {
		const toOutput = isAgentTool(this) ? withNextStep : (items: INodeExecutionData[]) => items;
		try {
			return withInputFields(this, toOutput(await handler(this, request)));
		} catch (thrown) {
			const siblings = () => siblingVideos(this);
			const error = await toNodeApiError(this, thrown, { siblings });
			if (!this.continueOnFail() && !returnsErrorsAsItems(this)) throw error;
			return withInputFields(this, toOutput([errorItem(this, error)], error.description ?? ''));
		}
	};

/** 'Include Input Fields': the other fields of the input item stay beside those of the output. */
function withInputFields(
	context: OperationContext,
	items: INodeExecutionData[],
): INodeExecutionData[] {
	if (context.getNodeParameter('options.includeInputFields', false) !== true) return items;
	const { json } = context.getInputData();
	// What the input says of a video may be about another one, or no longer true.
	const dropped = json.object === 'video' ? VIDEO_FIELDS : VIDEO_STATE_FIELDS;
	const input = Object.fromEntries(
		Object.entries(json).filter(([name]) => !dropped.includes(name)),
	);
	// The file inside the input, if there is one, is in the output now.
	const kept = (item: INodeExecutionData) => (item.binary ? truncateInlineFiles(input) : input);
	for (const item of items) item.json = { ...kept(item), ...item.json };
	return items;
}

interface OutputOptions {
	binary?: IBinaryKeyData;
	/** Whether nothing but this item may have the file that is inside its JSON. */
	holdsFile?: boolean;
}

/** An output item that n8n can trace back to its input; n8n sets no pairing in declarative nodes. */
export function outputItem(
	context: OperationContext,
	json: IDataObject,
	{ binary, holdsFile = binary === undefined && isDoneAtOnce(context, json) }: OutputOptions = {},
): INodeExecutionData {
	// A model cannot use a file as text, and would pay for each character.
	const isWhole = holdsFile && !isAgentTool(context);
	return {
		json: isWhole ? json : truncateInlineFiles(json),
		...(binary && { binary }),
		pairedItem: { item: context.getItemIndex() },
	};
}

/**
 * Whether this item has just created a video that was completed at once, or may be: a server that waits
 * for the video often keeps no copy of the file that it puts into its response.
 */
function isDoneAtOnce(context: OperationContext, { id }: IDataObject): boolean {
	const created = runStateOf(context).created.get(context.getItemIndex());
	if (!created || created.id !== id) return false;
	return created.status === 'completed' || hasUnknownStatus(created);
}

/**
 * The item of a failed item under "On Error: Continue". It keeps the video's id, which n8n's own
 * (`{ error }` alone) would lose.
 */
function errorItem(context: OperationContext, error: NodeApiError): INodeExecutionData {
	// Of an error that is not ours, n8n may know no context.
	const video = (error.context as Partial<NodeApiError['context']> | undefined)?.video as
		| Partial<Video>
		| undefined;
	const item: INodeExecutionData = {
		json: {
			...video,
			// n8n merges this over the input item, so a stale value must be overwritten.
			...(video?.status && { provider_status: video.provider_status ?? video.status }),
			error: error.message,
		},
		pairedItem: { item: context.getItemIndex() },
	};
	if (context.getNode().onError === 'continueErrorOutput') {
		// n8n sends items with `error` to the error branch, then replaces the json of those that still
		// have it. It copies the item in between, and a hidden property is not copied.
		Object.defineProperty(item, 'error', { value: error, enumerable: false });
	}
	return item;
}
