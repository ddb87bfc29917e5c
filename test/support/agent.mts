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

interface Asking {
	/** Whether all calls are made at once, or one after the other. */
	isParallel?: boolean;
	/** The tool's own: onError, retryOnFail ... */
	settings?: Partial<INode>;
}

/** An agent with one operation of the node as its tool; returns what the tool said to each call. */
export const agentWith =
	(bench: TestNode, parameters: INodeParameters) =>
	async (calls: INodeExecutionData['json'][], asking: Asking = {}): Promise<string[]> => {
		const { isParallel = false, settings = {} } = asking;
		const { finished } = (await sharedEngine()).run(workflow(parameters, settings), {
			credentials: { apiKey: API_KEY, baseUrl: bench.server.baseUrl },
			items: calls.map((json) => ({ json })),
			types: { [AGENT_TYPE]: agent(isParallel) },
		});
		const { error, runData } = (await finished).data.resultData;
		expect(error).toBeUndefined();
		return runData.Agent[0].data!.main[0]!.map(({ json }) => String(json.said));
	};

/** An agent that calls its one tool by itself, as those before n8n's version 3 of it, with each of its items. */
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
			json: { said: await tool.invoke(json).catch(String) },
		});
		if (isParallel) return [await Promise.all(this.getInputData().map(call))];
		const rows: INodeExecutionData[] = [];
		for (const item of this.getInputData()) rows.push(await call(item));
		return [rows];
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
