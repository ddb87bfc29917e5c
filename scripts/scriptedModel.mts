import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';

/** What a language model is told of one tool. */
type Tool = NonNullable<ChatCompletionRequest['tools']>[number]['function'];

export interface ScriptedModel {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	apiKey: string;
	/** Everything it was asked, oldest first. */
	requests(): ChatCompletionRequest[];
	/** The tools it was offered last. */
	tools(): Tool[];
	stop(): Promise<void>;
}

/** The rows that a tool put out, or what became of a failed one. */
interface Row {
	id?: string;
	status?: string;
	error?: unknown;
}

const API_KEY = 'scripted-model-key';

/**
 * A chat server (CopilotKit's aimock) whose "model" follows a script: it creates a video for each line
 * of the message, waits for all of them, and reports. For practice and tests: no account, no cost.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
	const server = new LLMock({ host: '127.0.0.1', port: 0, auth: { apiKeys: [API_KEY] } });
	server.on({ predicate: () => true }, script);
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

function script({ messages }: ChatCompletionRequest): FixtureResponse {
	const start = messages.map(({ role }) => role).lastIndexOf('user');
	const lines = String(messages[start].content).split('\n').filter(Boolean);
	const since = messages.slice(start + 1);
	const made = rowsOf(since, CREATE);
	const seen = rowsOf(since, WAIT);
	const started = made.filter(({ id }) => id);

	if (!/video/i.test(lines.join())) return { content: 'Tell me what the video shall show.' };
	if (made.length === 0) {
		return calls(
			CREATE,
			lines.map((line) => ({ Prompt: line, Custom_Size: '1280x720' })),
		);
	}
	if (seen.length === 0 && started.length > 0) {
		return calls(
			WAIT,
			started.map(({ id }) => ({ Video_ID: id })),
		);
	}
	return { content: [...made.filter(({ id }) => !id), ...seen].map(report).join('\n') };
}

/** As the example's tool nodes are named. */
const CREATE = 'Create_video';
const WAIT = 'Wait_until_done';

const calls = (name: string, each: object[]): FixtureResponse => ({
	toolCalls: each.map((values) => ({ name, arguments: JSON.stringify(values) })),
});

const report = ({ id, status, error }: Row) =>
	error
		? `No video${id ? ` from '${id}'` : ''}: ${String(error)}.`
		: `Your video '${id}' is ${status}. The file is in the output of "Download video".`;

/** What the calls of one tool put out. */
function rowsOf(messages: ChatCompletionRequest['messages'], tool: string): Row[] {
	const ids = messages
		.flatMap(({ tool_calls }) => tool_calls ?? [])
		.filter((call) => call.function.name === tool)
		.map(({ id }) => id);
	return messages
		.filter(({ tool_call_id }) => ids.includes(tool_call_id ?? ''))
		.flatMap(({ content }) => JSON.parse(String(content)) as Row[]);
}
