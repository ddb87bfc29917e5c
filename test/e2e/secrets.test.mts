import type { INodeParameters } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import {
	type ScriptedAnswer,
	type ScriptedServer,
	startScriptedServer,
} from '../support/scriptedServer.mts';
import { completedVideo, SORA } from '../support/videos.mts';
import { contains, filesUnder } from './support/files.mts';
import { chain, type NodeSketch, videosNode } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

const KEY = 'sk-canary-4f1d0c9a7b';
const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const VIDEO = completedVideo('video_1');

let world: World;
let sandbox: Sandbox;
let server: ScriptedServer;
const told: string[] = [];

beforeAll(async () => {
	world = await startWorld({ env: { N8N_LOG_LEVEL: 'debug' } });
	sandbox = await startSandbox({ apiKey: KEY, renderSeconds: 0.2 });
	server = await startScriptedServer();
});

afterAll(async () => {
	console.log(told.join('\n'));
	await world.end();
	await sandbox.close();
	await server.close();
});

/** Runs one node in n8n; returns the sentence and next step it ended with, '' when it succeeded. */
async function run(
	parameters: INodeParameters,
	{ baseUrl = server.baseUrl, before = [] }: { baseUrl?: string; before?: NodeSketch[] } = {},
): Promise<string> {
	const credential = await world.client.createCredential('Canary', { apiKey: KEY, baseUrl });
	const workflow = chain([...before, videosNode(credential, parameters)]);
	const execution = await world.client.execute(workflow);
	expect(execution.text).not.toContain(KEY);
	expect(JSON.stringify(execution.data)).not.toContain(KEY);
	const { error } = execution.data.resultData;
	expect(execution.status).toBe(error ? 'error' : 'success');
	if (!error) return '';
	const sentence = `${error.message} | ${error.description ?? ''}`;
	told.push(sentence);
	return sentence;
}

/** A file that n8n itself makes out of a text. */
const textFile: NodeSketch[] = [
	{
		name: 'Text',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: '{ "text": "I am no picture" }', options: {} },
	},
	{
		name: 'File',
		type: 'n8n-nodes-base.convertToFile',
		typeVersion: 1.1,
		parameters: { operation: 'toText', sourceProperty: 'text', options: {} },
	},
];

describe('bad input in a real n8n', () => {
	it.each<[string, INodeParameters, Parameters<typeof run>[1], RegExp]>([
		['empty prompt', { ...CREATE, prompt: '={{ "" }}' }, {}, /'Prompt' is empty/],
		['empty model', { ...CREATE, model: { ...SORA, value: '={{ "" }}' } }, {}, /'Model' is empty/],
		['empty video id', { operation: 'getStatus', videoId: '={{ "" }}' }, {}, /'Video ID' is empty/],
		['no binary field', { ...CREATE, referenceImage: 'binary' }, {}, /binary f(ile|ield) 'data'/],
		[
			'text as reference',
			{ ...CREATE, referenceImage: 'binary' },
			{ before: textFile },
			/not a picture/,
		],
		['empty base URL', CREATE, { baseUrl: '' }, /'Base URL'.* is empty/],
		['no base URL', CREATE, { baseUrl: 'nonsense' }, /'Base URL'.*not a web address: nonsense/],
		['size 10x', { ...CREATE, size: 'custom', customSize: '10x' }, {}, /'Size' is not a size: 10x/],
		['size abc', { ...CREATE, size: 'custom', customSize: 'abc' }, {}, /'Size' is not a size: abc/],
		['0 s', { ...CREATE, seconds: 'custom', customSeconds: '0' }, {}, /'Seconds' is not .*: 0/],
		['-1 s', { ...CREATE, seconds: 'custom', customSeconds: '-1' }, {}, /'Seconds' is not .*: -1/],
		[
			'four s',
			{ ...CREATE, seconds: 'custom', customSeconds: 'four' },
			{},
			/'Seconds' is not .*: four/,
		],
	])(
		'%s is told in a sentence, and nothing is sent',
		async (_name, parameters, setup, sentence) => {
			server.received.length = 0;
			expect(await run(parameters, setup)).toMatch(sentence);
			expect(server.received).toHaveLength(0);
		},
	);

	it('what n8n itself finds missing in the editor stops the run before anything is sent', async () => {
		server.received.length = 0;
		expect(await run({ ...CREATE, prompt: '' })).toMatch(/issues/);
		expect(server.received).toHaveLength(0);
	});
});

describe('a server that says no, in a real n8n', () => {
	const words = { error: { message: `The key ${KEY} is not right.` } };
	/** Trouble that would pass is told at once, so that the test need not wait for its end. */
	const headers = { 'x-should-retry': 'false' };
	const answers: Array<[string, ScriptedAnswer]> = [
		...[400, 401, 403, 404, 429, 500].map((status): [string, ScriptedAnswer] => [
			String(status),
			{ status, json: words, headers },
		]),
		['HTML', { status: 502, body: `<html>${KEY}</html>`, headers }],
		['an empty body', { status: 200, body: '', headers }],
	];

	it.each(answers)('%s is told in a sentence by each operation', async (_name, answer) => {
		server.answerAlways('POST /v1/videos', answer);
		expect(await run(CREATE)).toMatch(/^The .+ \| .+/);

		server.answerAlways('GET /v1/videos/video_1', answer);
		expect(await run({ operation: 'getStatus', videoId: 'video_1' })).toContain("'video_1'");
		expect(await run({ operation: 'waitUntilDone', videoId: 'video_1' })).toContain("'video_1'");

		server.answerAlways('GET /v1/videos/video_1', { json: VIDEO });
		server.answerAlways('GET /v1/videos/video_1/content', answer);
		expect(await run({ operation: 'download', videoId: 'video_1' })).toContain("'video_1'");
	});

	it('a failed video and a server that is not there are told too', async () => {
		server.answerAlways('GET /v1/videos/video_1', {
			json: { ...VIDEO, status: 'failed', error: { message: 'Blocked.' } },
		});
		expect(await run({ operation: 'waitUntilDone', videoId: 'video_1' })).toMatch(
			/could not make video 'video_1': Blocked\./,
		);
		expect(await run(CREATE, { baseUrl: 'http://127.0.0.1:9' })).toMatch(/cannot be reached/);
	});
});

describe('the credential test of a real n8n', () => {
	const test = async (data: { apiKey: string; baseUrl: string }) =>
		await world.client.testCredential(await world.client.createCredential('Test', data), data);

	it('passes with the right key, and with a bare host too', async () => {
		expect(await test({ apiKey: KEY, baseUrl: sandbox.baseUrl })).toMatchObject({ status: 'OK' });
		const bareHost = sandbox.baseUrl.replace('/v1', '');
		expect(await test({ apiKey: KEY, baseUrl: bareHost })).toMatchObject({ status: 'OK' });
	});

	it.each([
		['a wrong key', 'wrong', '', /^The server did not accept the API key\. Check 'API Key'/],
		['a path that is not there', KEY, '/nowhere', /^The server has no list of models there/],
		// n8n has no way to put this one into better words.
		['a host where nobody listens', KEY, 'http://127.0.0.1:9/v1', /^ECONNREFUSED$/],
		['an address that is none', KEY, 'nonsense', /^'Base URL' must be a full address/],
	])('does not pass with %s, and says why', async (_name, apiKey, address, message) => {
		const baseUrl = /^(\/|$)/.test(address) ? sandbox.baseUrl + address : address;
		const result = await test({ apiKey, baseUrl });
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(message) });
	});
});

describe('the API key', () => {
	it('is in no file and no log of n8n after all of this and a success', async () => {
		expect(await run(CREATE, { baseUrl: sandbox.baseUrl })).toBe('');
		await world.n8n.stop();
		expect(world.n8n.log()).not.toContain(KEY);
		const files = await filesUnder(world.userFolder);
		expect(files.some((file) => file.endsWith('database.sqlite'))).toBe(true);
		for (const file of files) expect([file, await contains(file, KEY)]).toEqual([file, false]);
	});
});
