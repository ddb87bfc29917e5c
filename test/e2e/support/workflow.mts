import type { INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { CREDENTIAL_TYPE, NODE_TYPE } from '../../../scripts/engine.mts';

export type NodeSketch = Partial<INode> & Pick<INode, 'name' | 'type'>;

/** A workflow of these nodes one behind the other, after a manual trigger. */
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

export const mainTo = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });

/** The node under test, under the name `Videos`. */
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

/** Two of n8n's own nodes that put out one item for each prompt, in its field `prompt`. */
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

/** An example with another prompt. */
export const withPrompt = (workflow: IWorkflowBase, prompt: string): IWorkflowBase => ({
	...workflow,
	nodes: workflow.nodes.map((node) =>
		node.name === 'Create video' ? { ...node, parameters: { ...node.parameters, prompt } } : node,
	),
});

/** An example with one item for each prompt, put between its trigger and the rest. */
export function forEach(example: IWorkflowBase, prompts: string[]): IWorkflowBase {
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
