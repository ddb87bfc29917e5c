import type { NodeApiError } from 'n8n-workflow';

import { API_KEY } from '../support/fixtures.mts';
import { searchModels } from '../support/modelList.mts';
import { stopSharedEngine } from '../support/nodeRunner.mts';
import {
	type ScriptedResponse,
	type ScriptedServer,
	startScriptedServer,
} from '../support/scriptedServer.mts';
import { startUntrustedServer } from '../support/untrustedServer.mts';

const LIST = 'GET /v1/models';
const BY_ID = "Choose 'By ID' in place of 'From List', and enter the name of the model.";
const CHECK_BASE_URL =
	" If it should have a list: check 'Base URL' in the OpenAI Videos API credential: on most servers it ends in /v1.";
const TRY_LATER =
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

/** The models that the list shows, from top to bottom. */
async function modelIds(style: Record<string, string> = {}, filter?: string): Promise<unknown[]> {
	const { results } = await searchModels({ credentials: { ...credentials(), ...style }, filter });
	expect(results.map(({ name }) => name)).toEqual(results.map(({ value }) => value));
	return results.map(({ value }) => value);
}

async function modelsFrom(response: ScriptedResponse, filter?: string): Promise<unknown[]> {
	server.respondTo(LIST, response);
	return await modelIds({}, filter);
}

const modelsFromIds = async (ids: string[], filter?: string) =>
	await modelsFrom({ json: { object: 'list', data: ids.map((id) => ({ id })) } }, filter);

/** The error that n8n's list shows for a response: a code, a message, and what to do. */
async function errorFrom(response: ScriptedResponse) {
	server.respondTo(LIST, response);
	return await errorWith(credentials());
}

async function errorWith(withCredentials: Record<string, string>) {
	const error = await searchModels({ credentials: withCredentials }).then(
		() => undefined,
		(thrown: NodeApiError) => thrown,
	);
	// n8n's editor shows the fields of errors with this name only.
	expect(error?.name).toBe('NodeApiError');
	const { httpCode, message, description } = error!;
	expect(JSON.stringify({ ...error, message })).not.toContain(API_KEY);
	return { httpCode, message, description };
}

describe('model list', () => {
	it('shows video models first, then the rest, each in alphabetical order', async () => {
		const ids = ['whisper-1', 'wan2.2-t2v', 'gpt-5', 'veo-10', 'sora-2', 'Claude-4', 'veo-3.1'];
		expect(await modelsFromIds(ids)).toEqual([
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
	])('recognizes a video model: %s', async (id) => {
		expect(await modelsFromIds(['a-first', id])).toEqual([id, 'a-first']);
	});

	it.each([
		...['swan-1', 'wandb-1', 'wander', 'cognitive-1', 'cogito', 'pikachu', 'sorani-tts', 'mochiko'],
		...['individual-1', 'illuminate', 'wav2vec2', 'word2vec', 'klingon', 'runways', 'veolia'],
	])('does not mistake a similar name for a video model: %s', async (id) => {
		expect(await modelsFromIds([id, 'sora-2', 'a-first'])).toEqual(['sora-2', 'a-first', id]);
	});

	it('has the models of all lists of the server, first those of its list for videos', async () => {
		const [data, list] = [
			[{ id: 'gpt-5' }, { id: 'acme/a' }],
			[{ id: 'acme/b' }, { id: 'acme/a' }],
		];
		server.respondTo('GET /v1/models', { json: { data } });
		server.respondTo('GET /v1/videos/models', { json: { data: list } });
		expect(await modelIds()).toEqual(['acme/a', 'acme/b', 'gpt-5']);
	});

	it.each<[name: string, first: object]>([
		['one is missing', { status: 404 }],
		['one is broken', { status: 500 }],
		['one is empty', { json: { data: [] } }],
	])('has those of one list if %s', async (_name, first) => {
		server.respondTo('GET /v1/models', first);
		server.respondTo('GET /v1/videos/models', { json: { data: [{ id: 'acme/b' }] } });
		expect(await modelIds()).toEqual(['acme/b']);
	});

	it('has first what the server calls a video model', async () => {
		const data = [
			{ id: 'a-text' },
			{ id: 'b-both', architecture: { output_modalities: ['text', 'video'] } },
			{ id: 'c-flat', output_modalities: ['video'] },
			{ id: 'd-typed', type: 'video' },
		];
		expect(await modelsFrom({ json: { data } })).toEqual(['b-both', 'c-flat', 'd-typed', 'a-text']);
	});

	it.each([
		{ architecture: { output_modalities: ['text'] } },
		{ architecture: { modality: 'text+video->text' } },
		{ output_modalities: ['image', 'text'] },
		{ modalities: { input: ['video', 'text'], output: ['text'] } },
		{ type: 'chat' },
		{ type: 'llm' },
		{ task: 'video-to-text' },
		{ pipeline_tag: 'image-text-to-text' },
		{ mode: 'embedding' },
		{ capabilities: ['chat', 'video_input'] },
		{ capabilities: { chat_completion: true, video_generation: false } },
		{ type: 'video', output_modalities: ['text'] },
	])('does not have first what makes no videos, whatever its name: %j', async (says) => {
		const data = [{ id: 'b-other' }, { id: 'veo-captions', ...says }, { id: 'wan-2' }];
		expect(await modelsFrom({ json: { data } })).toEqual(['wan-2', 'b-other', 'veo-captions']);
	});

	it.each([
		{ architecture: { modality: 'text+image->video' } },
		{ modalities: { input: ['text'], output: ['video', 'audio'] } },
		{ task: 'text-to-video' },
		{ pipeline_tag: 'image-to-video' },
		{ mode: 'video_generation' },
		{ type: 'videos' },
		{ capabilities: ['image_generation', 'video_generation'] },
		{ capabilities: { chat: false, video: true } },
		{ outputModalities: ['VIDEO'] },
		{ supportedGenerationMethods: ['predictLongRunning'] },
		{ supported_endpoint_types: ['openai', 'openai-video'] },
	])('has first what makes videos, whatever its name: %j', async (says) => {
		const data = [{ id: 'a-other' }, { id: 'z-1', ...says }];
		expect(await modelsFrom({ json: { data } })).toEqual(['z-1', 'a-other']);
	});

	it.each([{ type: 'model' }, { object: 'model' }, { capabilities: [] }, { mode: null }, {}])(
		'goes by the name where a model does not say what it makes: %j',
		async (says) => {
			const data = [{ id: 'a-other' }, { id: 'veo-3', ...says }];
			expect(await modelsFrom({ json: { data } })).toEqual(['veo-3', 'a-other']);
		},
	);

	it("leaves out Google's word before each model", async () => {
		expect(await modelsFromIds(['models/veo-3.1'])).toEqual(['veo-3.1']);
	});

	it('is asked for where the API style says', async () => {
		server.respondTo('GET /v1/video-generation-models', { json: { models: [{ id: 'imagine' }] } });
		server.respondTo('GET /v1/models', { json: { data: [{ id: 'grok' }] } });
		expect(await modelIds({ apiStyle: 'xai' })).toEqual(['imagine', 'grok']);
	});

	it('shows every model once', async () => {
		const ids = ['sora-2', 'my-own', 'sora-2', 'My-Own', 'my-own'];
		expect(await modelsFromIds(ids)).toEqual(['sora-2', 'my-own', 'My-Own']);
	});

	it('is searched by any part of the name, ignoring case', async () => {
		const ids = ['sora-2', 'sora-2-pro', 'gpt-5-pro', 'wan'];
		expect(await modelsFromIds(ids, ' PRO ')).toEqual(['sora-2-pro', 'gpt-5-pro']);
	});

	it('is empty when the search finds nothing', async () => {
		expect(await modelsFromIds(['sora-2'], 'veo')).toEqual([]);
	});

	it.each<[string, unknown]>([
		["OpenAI's format", { object: 'list', data: [{ id: 'b' }, { id: 'a' }] }],
		['a plain array', [{ id: 'b' }, { id: 'a' }]],
		['an array of names', ['b', 'a']],
		['names in `data`', { data: ['b', 'a'] }],
		['`models` with `name`', { models: [{ name: 'b' }, { name: 'a' }] }],
		[
			'`models` in an object without `data`',
			{ object: 'list', models: [{ id: 'b' }, { id: 'a' }] },
		],
		['nested envelopes', { success: true, data: { models: [{ model: 'b' }, { model: 'a' }] } }],
		['`models` next to an empty `data`', { data: [], models: ['b', 'a'] }],
		['a list with invalid entries', { data: [{ id: 'b' }, {}, null, ' ', 7, { id: 'a' }] }],
	])('is read from %s', async (_name, json) => {
		expect(await modelsFrom({ json })).toEqual(['a', 'b']);
	});

	it('is read whatever content type the server sends', async () => {
		const body = JSON.stringify({ data: [{ id: 'a' }] });
		expect(await modelsFrom({ body, headers: { 'content-type': 'text/plain' } })).toEqual(['a']);
	});

	it('is requested once from each address, with the key', async () => {
		await modelsFromIds(['a']);
		expect(server.received.map(({ path }) => path)).toEqual(['/v1/models', '/v1/videos/models']);
		for (const { headers } of server.received) {
			expect(headers.authorization).toBe(`Bearer ${API_KEY}`);
		}
	});
});

describe('model list of a server that has none', () => {
	it.each([404, 405, 501])('is reported as missing, and By ID is suggested: %i', async (status) => {
		expect(await errorFrom({ status, json: { error: { message: 'No route.' } } })).toEqual({
			httpCode: String(status),
			message: 'This server has no list of models',
			description: `${BY_ID}${CHECK_BASE_URL} (No route.)`,
		});
	});

	it.each<[string, ScriptedResponse, string]>([
		['a web page', { body: '<html><title>Welcome</title></html>' }, ' (Welcome)'],
		['an empty response', { body: '' }, ''],
		['JSON without a list', { json: { ok: true } }, ''],
		['a message', { json: { success: false, message: 'Not here.' } }, ' (Not here.)'],
	])(
		'is reported as missing, and By ID is suggested: the server sends %s',
		async (_name, response, detail) => {
			expect(await errorFrom(response)).toEqual({
				httpCode: null,
				message: 'This server has no list of models',
				description: `${BY_ID}${CHECK_BASE_URL}${detail}`,
			});
		},
	);

	it.each([{ data: [] }, [], { models: [] }, { data: [{}] }, { object: 'list', data: null }])(
		'is reported as empty, unlike a search that finds nothing: %j',
		async (json) => {
			expect(await errorFrom({ json })).toEqual({
				httpCode: null,
				message: "The server's list of models is empty",
				description: BY_ID,
			});
		},
	);
});

describe('model list that cannot be loaded', () => {
	it('reports a rejected key without repeating it', async () => {
		const message = `Incorrect API key provided: ${API_KEY}. Check your credentials.`;
		expect(await errorFrom({ status: 401, json: { error: { message } } })).toEqual({
			httpCode: '401',
			message: 'The server did not accept the API key',
			description:
				"Check 'API Key' and 'Base URL' in the OpenAI Videos API credential. (Incorrect API key provided: ***. Check your credentials.)",
		});
		expect(server.received).toHaveLength(2);
	});

	it('suggests By ID when the key may not list models', async () => {
		expect(await errorFrom({ status: 403 })).toEqual({
			httpCode: '403',
			message: 'The API key is not allowed to do this',
			description: `Ask the server's operator which models and videos the key may use. ${BY_ID}`,
		});
	});

	it.each([400, 429, 500, 503])('suggests opening the list again later: %i', async (status) => {
		expect(await errorFrom({ status, body: 'Overloaded.' })).toEqual({
			httpCode: String(status),
			message: 'The server gave no list of models',
			description: `${TRY_LATER} (Overloaded.)`,
		});
	});

	it('reports a redirect, and does not follow it with the key', async () => {
		const headers = { location: `${server.origin}/elsewhere` };
		expect(await errorFrom({ status: 302, headers })).toEqual({
			httpCode: '302',
			message: `The server redirects elsewhere: ${server.origin}/elsewhere`,
			description:
				"If that is the server's new address, enter it as 'Base URL' in the OpenAI Videos API credential. A login page means that something before the server asks for one.",
		});
	});

	it('reports a dropped connection', async () => {
		const error = await errorFrom({ respond: (response) => response.destroy() });
		expect(error).toMatchObject({
			httpCode: null,
			message: 'The connection to the server broke off',
		});
		expect(error.description).toMatch(/^Open the list again later\. .* \(ECONNRESET: .*\)$/);
	});

	it('reports an unreachable server', async () => {
		const { baseUrl } = credentials();
		await server.close();
		const error = await errorWith({ apiKey: API_KEY, baseUrl });
		expect(error).toMatchObject({
			httpCode: null,
			message: `The server at ${baseUrl} cannot be reached`,
		});
		expect(error.description).toMatch(/\(ECONNREFUSED: .*\)$/);
		server = await startScriptedServer();
	});

	it('keeps hyphens in a URL, which n8n would remove', async () => {
		const baseUrl = 'http://127.0.0.1:9/my-own-gateway/v1';
		const { message } = await errorWith({ apiKey: API_KEY, baseUrl });
		expect(message).not.toContain('-');
		expect(message.replace(/\u2011/g, '-')).toBe(`The server at ${baseUrl} cannot be reached`);
	});

	it("needs 'Ignore SSL Issues' for a server whose certificate n8n does not trust", async () => {
		const untrusted = await startUntrustedServer({ data: [{ id: 'sora-2' }] });
		try {
			const untrustedCredentials = { apiKey: API_KEY, baseUrl: untrusted.baseUrl };
			const error = await errorWith(untrustedCredentials);
			expect(error.message).toBe(`No secure connection to ${untrusted.baseUrl} came about`);
			expect(error.description).toContain(
				"switch on 'Ignore SSL Issues (Insecure)' in the credential",
			);
			const parameters = { requestOptions: { allowUnauthorizedCerts: true } };
			const { results } = await searchModels({
				credentials: untrustedCredentials,
				parameters,
			});
			expect(results).toEqual([{ name: 'sora-2', value: 'sora-2' }]);
			// The credential's own switch will do as well.
			const trusting = { ...untrustedCredentials, allowUnauthorizedCerts: true };
			expect((await searchModels({ credentials: trusting })).results).toHaveLength(1);
		} finally {
			await untrusted.close();
		}
	});

	it("goes through the node's own proxy", async () => {
		// The scripted server is the proxy, so no request leaves this machine.
		const models = { json: { data: [{ id: 'sora-2' }] } };
		server.respondTo('GET http://gateway.invalid/v1/models', models);
		server.respondTo('GET http://gateway.invalid/v1/videos/models', { status: 404 });
		const { results } = await searchModels({
			credentials: { apiKey: API_KEY, baseUrl: 'http://gateway.invalid/v1' },
			parameters: {
				requestOptions: { proxy: server.origin.replace('://', '://me:pass%40word@') },
			},
		});
		expect(results).toEqual([{ name: 'sora-2', value: 'sora-2' }]);
		const login = Buffer.from('me:pass@word').toString('base64');
		expect(server.received[0].headers['proxy-authorization']).toBe(`Basic ${login}`);
	});

	it.each(['', ' ', '={{ $vars.proxy }}'])(
		'is asked for directly without a proxy: "%s"',
		async (proxy) => {
			server.respondTo(LIST, { json: { data: ['a'] } });
			const parameters = { requestOptions: { proxy } };
			const { results } = await searchModels({ credentials: credentials(), parameters });
			expect(results).toHaveLength(1);
		},
	);

	it('reports a proxy that is no address', async () => {
		const error = await searchModels({
			credentials: credentials(),
			parameters: { requestOptions: { proxy: 'proxy:8080' } },
		}).catch((thrown: NodeApiError) => thrown);
		expect((error as NodeApiError).message).toBe(
			"'Proxy' in 'Request Options' is not a web address",
		);
	});

	it('reports an invalid base URL without sending a request', async () => {
		expect(await errorWith({ apiKey: API_KEY, baseUrl: ' ' })).toEqual({
			httpCode: null,
			message: "'Base URL' of the OpenAI Videos API credential is empty",
			description:
				'Open the credential and enter a full address such as https://gateway.example.com/v1 there.',
		});
		expect(server.received).toEqual([]);
	});
});
