import type {
	ICredentialDataDecryptedObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	IRun,
	IWorkflowBase,
	NodeApiError,
} from 'n8n-workflow';

import { type Engine, NODE_TYPE, startEngine } from '../../scripts/engine.mts';

export interface NodeRun {
	/** Items of the main output. */
	items: INodeExecutionData[];
	/** Items of the error output, if the node has one. */
	failed: INodeExecutionData[];
	/** The error that ended the execution, if any. */
	error?: NodeApiError;
	run: IRun;
}

export interface NodeSetup {
	credentials: ICredentialDataDecryptedObject;
	/** Input items; one empty item by default. */
	items?: INodeExecutionData[];
	/** The node's own settings: onError, retryOnFail, maxTries ... */
	settings?: Partial<INode>;
}

/** A workflow of a trigger and one node of this package. */
export function workflowOf(
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): IWorkflowBase {
	const node = (name: string, type: string, rest: Partial<INode>): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...rest,
	});
	return {
		id: 'test',
		name: 'Test',
		active: false,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', {}),
			node('Videos', NODE_TYPE, { parameters, ...settings }),
		],
		connections: { Start: { main: [[{ node: 'Videos', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	} as unknown as IWorkflowBase;
}

let engine: Promise<Engine> | undefined;

/** The engine that all tests of a file share. */
export const sharedEngine = async (): Promise<Engine> => await (engine ??= startEngine());

export const stopSharedEngine = async (): Promise<void> => await (await engine)?.stop();

/** Runs one node in n8n's engine to its end. */
export async function runNode(parameters: INodeParameters, setup: NodeSetup): Promise<NodeRun> {
	const { credentials, items, settings } = setup;
	const running = (await sharedEngine()).run(workflowOf(parameters, settings), {
		credentials,
		items,
	});
	return resultOf(await running.finished);
}

export function resultOf(run: IRun): NodeRun {
	const { error, runData } = run.data.resultData;
	const [items, failed] = runData.Videos?.at(-1)?.data?.main ?? [];
	return {
		items: items ?? [],
		failed: failed ?? [],
		error: error as NodeApiError | undefined,
		run,
	};
}
