import type { NodeApiError } from 'n8n-workflow';

import { API_KEY } from '../support/fixtures.mts';
import { searchModels } from '../support/modelList.mts';
import { stopSharedEngine } from '../support/nodeRunner.mts';
import {
	type ScriptedAnswer,
	type ScriptedServer,
	startScriptedServer,
} from '../support/scriptedServer.mts';
import { startUntrustedServer } from '../support/untrustedServer.mts';

const LIST = 'GET /v1/models';
const BY_ID = "Choose 'By ID' in place of 'From List', and enter the name of the model.";
const CHECK_BASE_URL =
	" If it should have a list: check 'Base URL' in the OpenAI Videos API credential: on most servers it ends in /v1.";
const LATER =
	"Open the list again later. Or choose 'By ID' in place of 'From List', and enter the name of the model.";

let server: ScriptedServer;

beforeEach(async () => {
	server = await startScriptedServer();
});

afterEach(async () => {
	await server.close();
	server.verify();
});

afterAll(stopSharedEngine);

const credentials = () => ({ apiKey: API_KEY, baseUrl: server.baseUrl });

/** What the list offers, from the top, for an answer of the server. */
async function offered(answer: ScriptedAnswer, filter?: string): Promise<unknown[]> {
	server.answer(LIST, answer);
	const { results } = await searchModels({ credentials: credentials(), filter });
	expect(results.map(({ name }) => name)).toEqual(results.map(({ value }) => value));
	return results.map(({ value }) => value);
}

const offeredOf = async (ids: string[], filter?: string) =>
	await offered({ json: { object: 'list', data: ids.map((id) => ({ id })) } }, filter);

/** What n8n's list shows in place of models: a code, a sentence, and what to do. */
async function shown(answer: ScriptedAnswer) {
	server.answer(LIST, answer);
	return await shownFor(credentials());
}

async function shownFor(given: Record<string, string>) {
	const error = await searchModels({ credentials: given }).then(
		() => undefined,
		(thrown: NodeApiError) => thrown,
	);
	// n8n's editor reads these of an error with this name only.
	expect(error?.name).toBe('NodeApiError');
	const { httpCode, message, description } = error!;
	expect(JSON.stringify({ ...error, message })).not.toContain(API_KEY);
	return { httpCode, message, description };
}

describe('the list of models', () => {
	it('begins with what looks like a video model; the rest follows, each in alphabetical order', async () => {
		const ids = ['whisper-1', 'wan2.2-t2v', 'gpt-5', 'veo-10', 'sora-2', 'Claude-4', 'veo-3.1'];
		expect(await offeredOf(ids)).toEqual([
			...['sora-2', 'veo-3.1', 'veo-10', 'wan2.2-t2v'],
			...['Claude-4', 'gpt-5', 'whisper-1'],
		]);
	});

	it.each([
		...['sora-2-pro', 'sora_video2', 'openai/sora-2', 'veo3.1-fast', 'google/veo-3.0-generate'],
		...['Wan-AI/Wan2.2-T2V-A14B', 'wanx2.1-t2v-turbo', 'WanVideo_comfy', 'kling-v1-6', 'KlingAI'],
		...['doubao-seedance-1-0-pro', 'MiniMax-Hailuo-02', 'minimax/x', 'Lightricks/LTX-2', 'LTXV'],
		...['LTXVideo', 'tencent/HunyuanVideo', 'hunyuan-x', 'zai-org/CogVideoX-5b', 'cogvideox-2'],
		...['genmo/mochi-1-preview', 'runway/gen4_turbo', 'runwayml', 'luma/ray-2', 'pika-2.2'],
		...[
			'viduq1',
			'vidu2.0',
			'pixverse-v5',
			'T2V-01',
			'i2v-01',
			'stable-video-diffusion',
			'sora视频',
		],
	])('begins with a video model: %s', async (id) => {
		expect(await offeredOf(['a-first', id])).toEqual([id, 'a-first']);
	});

	it.each([
		...['swan-1', 'wandb-1', 'wander', 'cognitive-1', 'cogito', 'pikachu', 'sorani-tts', 'mochiko'],
		...['individual-1', 'illuminate', 'wav2vec2', 'word2vec', 'klingon', 'runways', 'veolia'],
	])('does not take for a video model what only sounds like one: %s', async (id) => {
		expect(await offeredOf([id, 'sora-2', 'a-first'])).toEqual(['sora-2', 'a-first', id]);
	});

	it('leaves nothing out, and names each model once', async () => {
		const ids = ['sora-2', 'my-own', 'sora-2', 'My-Own', 'my-own'];
		expect(await offeredOf(ids)).toEqual(['sora-2', 'my-own', 'My-Own']);
	});

	it('is searched by any part of the name, in capitals or not', async () => {
		const ids = ['sora-2', 'sora-2-pro', 'gpt-5-pro', 'wan'];
		expect(await offeredOf(ids, ' PRO ')).toEqual(['sora-2-pro', 'gpt-5-pro']);
	});

	it('is empty where the search finds nothing', async () => {
		expect(await offeredOf(['sora-2'], 'veo')).toEqual([]);
	});

	it.each<[string, unknown]>([
		['as OpenAI has it', { object: 'list', data: [{ id: 'b' }, { id: 'a' }] }],
		['as a plain array', [{ id: 'b' }, { id: 'a' }]],
		['of names alone', ['b', 'a']],
		['of names in `data`', { data: ['b', 'a'] }],
		['in `models`, by `name`', { models: [{ name: 'b' }, { name: 'a' }] }],
		['in two envelopes', { success: true, data: { models: [{ model: 'b' }, { model: 'a' }] } }],
		['beside an empty one', { data: [], models: ['b', 'a'] }],
		['with entries that are no models', { data: [{ id: 'b' }, {}, null, ' ', 7, { id: 'a' }] }],
	])('is read %s', async (_name, json) => {
		expect(await offered({ json })).toEqual(['a', 'b']);
	});

	it('is read whatever the server calls its JSON', async () => {
		const body = JSON.stringify({ data: [{ id: 'a' }] });
		expect(await offered({ body, headers: { 'content-type': 'text/plain' } })).toEqual(['a']);
	});

	it('asks for it with the key, once', async () => {
		await offeredOf(['a']);
		expect(server.received).toHaveLength(1);
		expect(server.received[0].headers.authorization).toBe(`Bearer ${API_KEY}`);
	});
});

describe('a server without a list of models', () => {
	it.each([404, 405, 501])('is told as such, with the way out: %i', async (status) => {
		expect(await shown({ status, json: { error: { message: 'No route.' } } })).toEqual({
			httpCode: String(status),
			message: 'This server has no list of models',
			description: `${BY_ID}${CHECK_BASE_URL} (No route.)`,
		});
	});

	it.each<[string, ScriptedAnswer, string]>([
		['a web page', { body: '<html><title>Welcome</title></html>' }, ' (Welcome)'],
		['nothing', { body: '' }, ''],
		['JSON without a list', { json: { object: 'list' } }, ''],
		['a message', { json: { success: false, message: 'Not here.' } }, ' (Not here.)'],
	])('is told as such, with the way out: it sends %s', async (_name, answer, detail) => {
		expect(await shown(answer)).toEqual({
			httpCode: null,
			message: 'This server has no list of models',
			description: `${BY_ID}${CHECK_BASE_URL}${detail}`,
		});
	});

	it.each([{ data: [] }, [], { models: [] }, { data: [{}] }])(
		'or with an empty one is told from a search that finds nothing: %j',
		async (json) => {
			expect(await shown({ json })).toEqual({
				httpCode: null,
				message: "The server's list of models is empty",
				description: BY_ID,
			});
		},
	);
});

describe('a list of models that does not come', () => {
	it('says that the key was not accepted, without repeating the key', async () => {
		const message = `Incorrect API key provided: ${API_KEY}. Check your credentials.`;
		expect(await shown({ status: 401, json: { error: { message } } })).toEqual({
			httpCode: '401',
			message: 'The server did not accept the API key',
			description:
				"Check 'API Key' and 'Base URL' in the OpenAI Videos API credential. (Incorrect API key provided: ***. Check your credentials.)",
		});
		expect(server.received).toHaveLength(1);
	});

	it('offers By ID to a key that may not see it', async () => {
		expect(await shown({ status: 403 })).toEqual({
			httpCode: '403',
			message: 'The API key is not allowed to do this',
			description: `Ask the server's operator which models and videos the key may use. ${BY_ID}`,
		});
	});

	it.each([400, 429, 500, 503])('can be opened again later: %i', async (status) => {
		expect(await shown({ status, body: 'Overloaded.' })).toEqual({
			httpCode: String(status),
			message: 'The server gave no list of models',
			description: `${LATER} (Overloaded.)`,
		});
	});

	it('says where the server redirects to, and does not follow with the key', async () => {
		const headers = { location: `${server.origin}/elsewhere` };
		expect(await shown({ status: 302, headers })).toEqual({
			httpCode: null,
			message: `The server redirects elsewhere (302): ${server.origin}/elsewhere`,
			description:
				"Enter the address it redirects to as 'Base URL' in the OpenAI Videos API credential.",
		});
	});

	it('says that the connection broke off', async () => {
		const told = await shown({ respond: (response) => response.destroy() });
		expect(told).toMatchObject({
			httpCode: null,
			message: 'The connection to the server broke off',
		});
		expect(told.description).toMatch(/^Open the list again later\. .* \(ECONNRESET: .*\)$/);
	});

	it('says that nobody is there', async () => {
		const { baseUrl } = credentials();
		await server.close();
		const told = await shownFor({ apiKey: API_KEY, baseUrl });
		expect(told).toMatchObject({
			httpCode: null,
			message: `The server at ${baseUrl} cannot be reached`,
		});
		expect(told.description).toMatch(/\(ECONNREFUSED: .*\)$/);
		server = await startScriptedServer();
	});

	it('shows an address with hyphens whole: n8n would take them out', async () => {
		const baseUrl = 'http://127.0.0.1:9/my-own-gateway/v1';
		const { message } = await shownFor({ apiKey: API_KEY, baseUrl });
		expect(message).not.toContain('-');
		expect(message.replace(/\u2011/g, '-')).toBe(`The server at ${baseUrl} cannot be reached`);
	});

	it("comes from a server whose certificate n8n does not trust with 'Ignore SSL Issues' only", async () => {
		const untrusted = await startUntrustedServer({ data: [{ id: 'sora-2' }] });
		try {
			const given = { apiKey: API_KEY, baseUrl: untrusted.baseUrl };
			const told = await shownFor(given);
			expect(told.message).toBe(`No secure connection to ${untrusted.baseUrl} came about`);
			expect(told.description).toContain("switch on 'Ignore SSL Issues' in 'Request Options'");
			const parameters = { requestOptions: { allowUnauthorizedCerts: true } };
			const { results } = await searchModels({ credentials: given, parameters });
			expect(results).toEqual([{ name: 'sora-2', value: 'sora-2' }]);
		} finally {
			await untrusted.close();
		}
	});

	it('says what is wrong with the base URL, without asking anybody', async () => {
		expect(await shownFor({ apiKey: API_KEY, baseUrl: ' ' })).toEqual({
			httpCode: null,
			message: "'Base URL' of the OpenAI Videos API credential is empty",
			description:
				'Open the credential and enter a full address such as https://gateway.example.com/v1 there.',
		});
		expect(server.received).toEqual([]);
	});
});
