import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';

/** A tool as a language model sees it. */
type Tool = NonNullable<ChatCompletionRequest['tools']>[number]['function'];

export interface ScriptedModel {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	apiKey: string;
	/** All requests, oldest first. */
	requests(): ChatCompletionRequest[];
	/** The tools offered in the last request. */
	tools(): Tool[];
	stop(): Promise<void>;
}

/** An item that a tool returned, or its error. */
interface ToolResult {
	id?: string;
	status?: string;
	error?: unknown;
}

const API_KEY = 'scripted-model-key';

/**
 * A chat server (CopilotKit's aimock) with a scripted model: it creates a video for each line of the
 * message, waits for all of them, and reports. For practice and tests: no account, no cost.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
	const server = new LLMock({ host: '127.0.0.1', port: 0, auth: { apiKeys: [API_KEY] } });
	server.on({ predicate: () => true }, nextResponse);
	await server.start();
	const requests = () =>
		server.getRequests().map(({ body }) => body as unknown as ChatCompletionRequest);
	return {
		baseUrl: `${server.url}/v1`,
		apiKey: API_KEY,
		requests,
		tools: () =>
			requests()
				.at(-1)!
				.tools!.map((tool) => tool.function),
		stop: async () => await server.stop(),
	};
}

function nextResponse({ messages }: ChatCompletionRequest): FixtureResponse {
	const start = messages.map(({ role }) => role).lastIndexOf('user');
	const lines = String(messages[start].content).split('\n').filter(Boolean);
	const newMessages = messages.slice(start + 1);
	const created = resultsOf(newMessages, CREATE);
	const waited = resultsOf(newMessages, WAIT);
	const started = created.filter(({ id }) => id);

	if (!/video/i.test(lines.join())) return { content: 'Tell me what the video shall show.' };
	if (created.length === 0) {
		return callEach(
			CREATE,
			lines.map((line) => ({ Prompt: line, Custom_Size: '1280x720' })),
		);
	}
	if (waited.length === 0 && started.length > 0) {
		return callEach(
			WAIT,
			started.map(({ id }) => ({ Video_ID: id })),
		);
	}
	return {
		content: [...created.filter(({ id }) => !id), ...waited].map(describeResult).join('\n'),
	};
}

/** The names of the example's tool nodes. */
const CREATE = 'Create_video';
const WAIT = 'Wait_until_done';

const callEach = (name: string, each: object[]): FixtureResponse => ({
	toolCalls: each.map((values) => ({ name, arguments: JSON.stringify(values) })),
});

const describeResult = ({ id, status, error }: ToolResult) =>
	error
		? `No video${id ? ` from '${id}'` : ''}: ${String(error)}.`
		: `Your video '${id}' is ${status}. The file is in the output of "Download video".`;

/** The results of all calls of one tool. */
function resultsOf(messages: ChatCompletionRequest['messages'], tool: string): ToolResult[] {
	const ids = messages
		.flatMap(({ tool_calls }) => tool_calls ?? [])
		.filter((call) => call.function.name === tool)
		.map(({ id }) => id);
	return messages
		.filter(({ tool_call_id }) => ids.includes(tool_call_id ?? ''))
		.flatMap(({ content }) => JSON.parse(String(content)) as ToolResult[]);
}
