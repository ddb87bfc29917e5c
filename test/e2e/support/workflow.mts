import type { INode, INodeExecutionData, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { CREDENTIAL_TYPE, NODE_TYPE, TRIGGER_TYPE } from '../../../scripts/engine.mts';
import type { Execution } from './client.mts';

export type NodeSketch = Partial<INode> & Pick<INode, 'name' | 'type'>;

/** A workflow of a manual trigger and these nodes in sequence. */
export function chain(nodes: NodeSketch[]): IWorkflowBase {
	const all = [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' }, ...nodes];
	return {
		name: 'Chain',
		nodes: all.map((node, index) => ({
			id: String(index),
			typeVersion: 1,
			position: [index * 200, 0],
			parameters: {},
			...node,
		})),
		connections: Object.fromEntries(
			nodes.map(({ name }, index) => [all[index].name, mainTo(name)]),
		),
		settings: { executionOrder: 'v1' },
	} as unknown as IWorkflowBase;
}

/** A workflow of a manual trigger, some nodes in sequence, and then each of the others in a branch of its own. */
export function branches(before: NodeSketch[], ends: NodeSketch[]): IWorkflowBase {
	const workflow = chain([...before, ...ends]);
	const last = before.at(-1)!.name;
	const connections = Object.entries(workflow.connections).slice(0, before.length);
	const toEnds = ends.map(({ name }) => ({ node: name, type: 'main', index: 0 }));
	return {
		...workflow,
		connections: { ...Object.fromEntries(connections), [last]: { main: [toEnds] } },
	} as IWorkflowBase;
}

/** The same workflow with a node at the error output of another. */
export const withErrorOutput = (
	workflow: IWorkflowBase,
	from: string,
	to: NodeSketch,
): IWorkflowBase => {
	const node = {
		id: to.name,
		typeVersion: 1,
		position: [0, 200] as [number, number],
		parameters: {},
	};
	const [main] = workflow.connections[from].main;
	const [failed] = mainTo(to.name).main;
	return {
		...workflow,
		nodes: [...workflow.nodes, { ...node, ...to }],
		connections: { ...workflow.connections, [from]: { main: [main, failed] } },
	} as IWorkflowBase;
};

export const mainTo = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });

/** The node under test, named `Videos`. */
export const videosNode = (
	credential: { id: string; name: string },
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): NodeSketch => ({
	name: 'Videos',
	type: NODE_TYPE,
	parameters,
	credentials: { [CREDENTIAL_TYPE]: credential },
	...settings,
});

/** A workflow of the trigger alone, named `Videos`, which the editor polls once. */
export const triggerNode = (credential: { id: string; name: string }): IWorkflowBase => {
	const trigger = videosNode(
		credential,
		{ events: ['completed', 'failed'] },
		{ type: TRIGGER_TYPE },
	);
	const { nodes, ...workflow } = chain([trigger]);
	return { ...workflow, nodes: nodes.slice(1), connections: {} };
};

/** This many different prompts. */
export const numbered = (count: number): string[] =>
	Array.from({ length: count }, (_, index) => `video ${index}`);

/** Two of n8n's own nodes that return one item for each prompt, in the field `prompt`. */
export const itemsOf = (prompts: string[]): NodeSketch[] => [
	{
		name: 'Prompts',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ prompt: prompts }), options: {} },
	},
	{
		name: 'Split',
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: 'prompt', options: {} },
	},
];

/** Two of n8n's own nodes that return a file with the given bytes. */
export const fileOf = (base64: string, fileName: string, mimeType: string): NodeSketch[] => [
	{
		name: 'Bytes',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ bytes: base64 }), options: {} },
	},
	{
		name: 'File',
		type: 'n8n-nodes-base.convertToFile',
		typeVersion: 1.1,
		parameters: {
			operation: 'toBinary',
			sourceProperty: 'bytes',
			options: { fileName, mimeType },
		},
	},
];

export const expectSuccess = ({ status, data }: Execution): void =>
	expect([status, data.resultData.error?.message]).toEqual(['success', undefined]);

/** The items of a node's last run at one of its outputs; empty if it did not run. */
export const outputItems = (
	{ data }: Execution,
	node = 'Videos',
	output = 0,
): INodeExecutionData[] => data.resultData.runData[node]?.at(-1)?.data?.main[output] ?? [];

/** The same for an execution that must have succeeded. */
export function outputOf(execution: Execution, node = 'Videos'): INodeExecutionData[] {
	expectSuccess(execution);
	return outputItems(execution, node);
}

/** The error message of an execution and its description, the next step. */
export function errorMessageOf({ status, data }: Execution): string {
	const { error } = data.resultData;
	expect([status, error === undefined]).toEqual(['error', false]);
	return `${error!.message} | ${error!.description ?? ''}`;
}

/** An example with another prompt. */
export const withPrompt = (workflow: IWorkflowBase, prompt: string): IWorkflowBase => ({
	...workflow,
	nodes: workflow.nodes.map((node) =>
		node.name === 'Create video' ? { ...node, parameters: { ...node.parameters, prompt } } : node,
	),
});

/** An example with one item for each prompt, added after its trigger. */
export function withPrompts(example: IWorkflowBase, prompts: string[]): IWorkflowBase {
	const [trigger] = Object.keys(example.connections);
	const items = itemsOf(prompts).map((node) => ({ id: node.name, position: [0, 200], ...node }));
	return {
		...example,
		nodes: [
			...example.nodes.map((each) =>
				each.name === 'Create video'
					? { ...each, parameters: { ...each.parameters, prompt: '={{ $json.prompt }}' } }
					: each,
			),
			...items,
		],
		connections: {
			...example.connections,
			[trigger]: mainTo('Prompts'),
			Prompts: mainTo('Split'),
			Split: mainTo('Create video'),
		},
	} as unknown as IWorkflowBase;
}
