import type {
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IWorkflowBase,
} from 'n8n-workflow';

import { TOOL_TYPE } from '../../scripts/engine.mts';
import { API_KEY } from './fixtures.mts';
import { sharedEngine, workflowOf } from './nodeRunner.mts';
import type { TestNode } from './testNode.mts';

const AGENT_TYPE = 'test.agent';

interface Tool {
	invoke(input: object): Promise<string>;
}

interface AgentOptions {
	/** Whether the agent makes all its calls at once. */
	isParallel?: boolean;
	/** The tool's node settings: onError, retryOnFail ... */
	settings?: Partial<INode>;
}

/** An agent with one operation of the node as its tool; returns the tool's output for each call. */
export const agentWith =
	(node: TestNode, parameters: INodeParameters) =>
	async (calls: INodeExecutionData['json'][], options: AgentOptions = {}): Promise<string[]> => {
		const { isParallel = false, settings = {} } = options;
		const { finished } = (await sharedEngine()).run(workflow(parameters, settings), {
			credentials: { apiKey: API_KEY, baseUrl: node.server.baseUrl },
			items: calls.map((json) => ({ json })),
			types: { [AGENT_TYPE]: agent(isParallel) },
		});
		const { error, runData } = (await finished).data.resultData;
		expect(error).toBeUndefined();
		return runData.Agent[0].data!.main[0]!.map(({ json }) => String(json.output));
	};

/** Calls its one tool directly with each of its items, as n8n's AI Agent did before version 3. */
const agent = (isParallel: boolean): INodeType => ({
	description: {
		displayName: 'Agent',
		name: 'agent',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: {},
		inputs: ['main', 'ai_tool'],
		outputs: ['main'],
		properties: [],
	},
	async execute(this: IExecuteFunctions) {
		const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
		const call = async ({ json }: INodeExecutionData): Promise<INodeExecutionData> => ({
			json: { output: await tool.invoke(json).catch(String) },
		});
		if (isParallel) return [await Promise.all(this.getInputData().map(call))];
		const items: INodeExecutionData[] = [];
		for (const item of this.getInputData()) items.push(await call(item));
		return [items];
	},
});

function workflow(parameters: INodeParameters, settings: Partial<INode>): IWorkflowBase {
	const { nodes, ...rest } = workflowOf(parameters, { type: TOOL_TYPE, ...settings });
	const node = { ...nodes[0], id: 'Agent', name: 'Agent', type: AGENT_TYPE };
	return {
		...rest,
		nodes: [...nodes, node],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Videos: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
}
