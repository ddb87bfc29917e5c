import type { INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import { TOOL_TYPE } from '../../../scripts/engine.mts';
import { CHAT_CREDENTIAL_TYPE, readExamples } from '../../../scripts/n8n/import.mts';
import { type ScriptedModel, startScriptedModel } from '../../../scripts/scriptedModel.mts';
import { canaryFor, SECRETS, secretsIn } from './canary.mts';
import type { Execution } from './client.mts';
import { expectSameFile } from './expectSameFile.mts';
import type { TestContext } from './useN8n.mts';
import { expectSuccess, outputItems } from './workflow.mts';

interface Chat {
	/** The URL prefix of a sandbox fault, such as `/slow`. */
	fault?: string;
	/** Settings and parameters to change in the example's tools, by name. */
	change?: Record<string, Partial<INode>>;
	renderSeconds?: number;
}

/** The AI agent example in this n8n, with a new scripted model and sandbox for each message. */
export function useAgent(context: TestContext) {
	let model: ScriptedModel;
	let sandbox: Sandbox | undefined;

	beforeEach(async () => {
		model = await startScriptedModel();
	});
	afterEach(async () => {
		await model.stop();
		await sandbox?.close();
	});

	const videos = () => [...sandbox!.videos.values()];

	return {
		/** All videos of the server, oldest first. */
		videos,

		/** How many Creates have arrived at the server. */
		creates: () => sandbox!.requests.filter(({ method }) => method === 'POST').length,

		/** The tools as described to the model, by name. */
		tools: () => new Map(model.tools().map((tool) => [tool.name, tool])),

		/** Sends a message to the example's chat; no secret may reach the model or the saved execution. */
		async chat(message: string, { fault = '', change = {}, renderSeconds = 1 }: Chat = {}) {
			sandbox = await startSandbox({ renderSeconds, apiKey: SECRETS[0] });
			const baseUrl = sandbox.baseUrl.replace('/v1', `${fault}/v1`);
			const { client } = context.instance;
			const credential = await client.createCredential('Canary', canaryFor(baseUrl));
			const chatCredential = await client.createCredential(
				'Scripted model',
				{ apiKey: model.apiKey, url: model.baseUrl },
				CHAT_CREDENTIAL_TYPE,
			);
			const example = (await readExamples(credential, chatCredential)).get('ai-agent-tool')!;
			const execution = await client.execute(withMessage(example, message, change));
			expect(secretsIn(execution.text + JSON.stringify(model.requests()))).toEqual([]);
			expect(execution.text).not.toContain(model.apiKey);
			return execution;
		},

		/** What one tool has returned to the model, in all its calls. */
		toolResults(tool: string): object[] {
			const { messages } = model.requests().at(-1)!;
			const calls = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
			const ids = calls.filter((call) => call.function.name === tool).map(({ id }) => id);
			return messages
				.filter(({ tool_call_id }) => ids.includes(tool_call_id ?? ''))
				.flatMap(({ content }) => JSON.parse(String(content)) as object[]);
		},

		/** Expects that the node after the agent has stored the file of each video. */
		async expectFiles(execution: Execution): Promise<void> {
			const items = downloadsOf(execution);
			// n8n 1 runs parallel tool calls in reverse order.
			const ids = items.map(({ json }) => String(json.id));
			expect(ids.sort()).toEqual(
				videos()
					.map(({ id }) => id)
					.sort(),
			);
			for (const item of items) await expectSameFile(context.instance, sandbox!, item);
		},
	};
}

/** The example with a message in its chat and some of its tools changed. */
function withMessage(
	example: IWorkflowBase,
	chatInput: string,
	change: Record<string, Partial<INode>>,
): IWorkflowBase {
	const tools = example.nodes.filter(({ type }) => type === TOOL_TYPE).map(({ name }) => name);
	expect(tools).toEqual(expect.arrayContaining(Object.keys(change)));
	return {
		...example,
		nodes: example.nodes.map((node) => {
			const { parameters, ...settings } = change[node.name] ?? {};
			const changed = { ...node.parameters, ...parameters } as INodeParameters;
			return { ...node, ...settings, parameters: changed };
		}),
		pinData: {
			'When chat message received': [
				{ json: { sessionId: 'e2e', action: 'sendMessage', chatInput } },
			],
		},
	};
}

export const downloadsOf = (execution: Execution) => outputItems(execution, 'Download video');

/** What the chat shows: the output of the node that ran last. */
export function chatResponse(execution: Execution): string {
	expectSuccess(execution);
	return String(outputItems(execution, execution.data.resultData.lastNodeExecuted)[0].json.output);
}
