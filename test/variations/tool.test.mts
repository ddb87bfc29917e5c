import type {
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeType,
	IWorkflowBase,
} from 'n8n-workflow';

import { TOOL_TYPE } from '../../scripts/engine.mts';
import { benchFor } from '../support/bench.mts';
import { API_KEY, sharedEngine, SORA, workflowOf } from '../support/videos.mts';

const POST = 'POST /v1/videos';
const AGENT_TYPE = 'test.agent';
const CREATE = {
	operation: 'create',
	model: SORA,
	prompt: "={{ $fromAI('prompt', '', 'string') }}",
	descriptionType: 'manual',
	toolDescription: 'Makes a video',
};

const bench = benchFor(CREATE);

interface Tool {
	invoke(input: { prompt: string }): Promise<string>;
}

/** An agent that calls its one tool with each prompt of its items, all at once or one after the other. */
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
			json: { said: await tool.invoke({ prompt: String(json.prompt) }).catch(String) },
		});
		if (isParallel) return [await Promise.all(this.getInputData().map(call))];
		const rows: INodeExecutionData[] = [];
		for (const item of this.getInputData()) rows.push(await call(item));
		return [rows];
	},
});

function workflow(settings: Partial<INode>): IWorkflowBase {
	const { nodes, ...rest } = workflowOf(CREATE, { type: TOOL_TYPE, ...settings });
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

async function ask(
	prompts: string[],
	{ isParallel = false, settings = {} }: { isParallel?: boolean; settings?: Partial<INode> },
): Promise<string[]> {
	const { finished } = (await sharedEngine()).run(workflow(settings), {
		credentials: { apiKey: API_KEY, baseUrl: bench.server.baseUrl },
		items: prompts.map((prompt) => ({ json: { prompt } })),
		types: { [AGENT_TYPE]: agent(isParallel) },
	});
	const { error, runData } = (await finished).data.resultData;
	expect(error).toBeUndefined();
	return runData.Agent[0].data!.main[0]!.map(({ json }) => String(json.said));
}

const accepted = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const created = () => bench.server.received.filter(({ method }) => method === 'POST');

describe.each([
	['one after the other', false],
	['at once', true],
])('an AI agent that asks for two videos %s', (_name, isParallel) => {
	it('gets two videos, each under its own Idempotency-Key', async () => {
		bench.server.answer(POST, accepted('video_a'), accepted('video_b'));
		const said = await ask(['a cat', 'a dog'], { isParallel });
		expect(said.filter((text) => text.includes('video_a'))).toHaveLength(1);
		expect(said.filter((text) => text.includes('video_b'))).toHaveLength(1);
		const keys = created().map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(2);
	});
});

describe('an AI agent whose tool has Retry On Fail', () => {
	const RETRY = { settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } };

	it('does not pay again for a video that may exist', async () => {
		bench.server.answer(POST, { status: 502, body: '' });
		const [said] = await ask(['a cat'], RETRY);
		expect(said).toMatch(/may exist and be billed/);
		expect(created()).toHaveLength(1);
	});

	it('gets the video when a later try goes well', async () => {
		bench.server.answer(POST, { status: 400, json: { error: 'Odd.' } }, accepted('video_a'));
		expect(await ask(['a cat'], RETRY)).toEqual([expect.stringContaining('video_a')]);
	});
});
