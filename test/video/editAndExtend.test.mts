import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { type SandboxOptions, startSandbox } from '../../sandbox/server.mts';
import { API_KEY, MP4, PNG, rowWithFile, SORA } from '../support/fixtures.mts';
import { type NodeSetup } from '../support/nodeRunner.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const FILE = { videoSource: 'binary', model: SORA };
const WEBM = Buffer.from('\x1aE\xdf\xa3\x87B\x82\x84webm\x18S\x80g\x84abcd', 'latin1');

const bench = testNode({ prompt: '={{ $json.prompt ?? "black" }}' });

const made = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const sources = (...prompts: string[]): INodeExecutionData[] =>
	prompts.map((prompt) => ({ json: { id: 'video_1', prompt } }));
const sent = () => bench.server.received.filter(({ method }) => method === 'POST');
const bodyOf = (index = 0) => JSON.parse(sent()[index].body.toString());

describe.each([
	{ operation: 'edit', POST: 'POST /v1/videos/edits', more: {} },
	{
		operation: 'extend',
		POST: 'POST /v1/videos/extensions',
		more: { seconds: '4' },
	},
])('$operation', ({ operation, POST, more }) => {
	const run = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
		await bench.run({ operation, ...parameters }, setup);
	const withFile = async (file = rowWithFile(MP4), parameters: INodeParameters = {}) =>
		await run({ ...FILE, ...parameters }, { items: [file] });

	describe('sends', () => {
		it('JSON for the video of the incoming item, with nothing filled in but the prompt', async () => {
			bench.server.answer(POST, made('video_2'));
			const { items } = await run();
			expect(bodyOf()).toEqual({ video: { id: 'video_1' }, prompt: 'black', ...more });
			expect(sent()[0].headers).toMatchObject({
				authorization: `Bearer ${API_KEY}`,
				'content-type': expect.stringMatching(/^application\/json/),
			});
			expect(items).toEqual([
				{
					json: { id: 'video_2', object: 'video', status: 'pending', provider_status: 'queued' },
					pairedItem: { item: 0 },
				},
			]);
		});

		it('any prompt unharmed, and any video ID', async () => {
			bench.server.answer(POST, made('video_2'));
			const prompt = '黑色的猫 🐈‍⬛\n"zweite" Zeile';
			await run({ videoId: ' sora:a/b= ' }, { items: sources(prompt) });
			expect(bodyOf()).toMatchObject({ video: { id: 'sora:a/b=' }, prompt });
		});

		it('a form with the file byte for byte, where n8n knows only octet-stream', async () => {
			bench.server.answer(POST, made('video_2'));
			const { error } = await withFile(rowWithFile(MP4, { fileName: '小猫' }));
			expect(error).toBeUndefined();
			const { video, ...rest } = Object.fromEntries(await readForm(sent()[0]));
			expect(rest).toEqual({ model: 'sora-2', prompt: 'black', ...more });
			const file = video as File;
			expect([file.name, file.type]).toEqual(['小猫.mp4', 'video/mp4']);
			expect(Buffer.from(await file.arrayBuffer()).equals(MP4)).toBe(true);
			expect(sent()[0].headers['content-length']).toBe(String(sent()[0].body.length));
		});

		it('a file without a name under one that fits its bytes, not its label', async () => {
			bench.server.answer(POST, made('video_2'));
			await withFile(rowWithFile(WEBM, { mimeType: 'video/mp4' }));
			const file = (await readForm(sent()[0])).get('video') as File;
			expect([file.name, file.type]).toEqual(['video.webm', 'video/webm']);
		});

		it('whatever else the server takes, in place of fields of the same name', async () => {
			bench.server.answer(POST, made('video_2'), made('video_3'));
			const options = { extraFields: '{ "seed": 7, "prompt": "white" }' };
			await run({ options });
			expect(bodyOf()).toEqual({ video: { id: 'video_1' }, ...more, prompt: 'white', seed: 7 });
			await withFile(rowWithFile(MP4), { options });
			const form = await readForm(sent()[1]);
			expect([form.get('seed'), form.getAll('prompt')]).toEqual(['7', ['white']]);
		});
	});

	describe('refuses before anything is sent', () => {
		it.each<[string, INodeParameters, string]>([
			['an empty prompt', { prompt: ' ' }, "'Prompt' is empty"],
			['no video ID', { videoId: '={{ "" }}' }, "'Video ID' is empty"],
			[
				'no source',
				{ ...FILE, videoSource: '={{ $json.no.such }}' },
				"'Source Video' is not one of id, binary: (empty)",
			],
			['dots for a video ID', { videoId: '..' }, "'Video ID' is not an ID: .."],
			['extra fields that are none', { options: { extraFields: '[]' } }, "'Extra Fields' is not"],
			[
				'a file without a model',
				{ ...FILE, model: { ...SORA, value: '={{ "" }}' } },
				"'Model' is empty",
			],
			['a field without a file', FILE, "There is no file in binary field 'data'"],
		])('%s', async (_name, parameters, message) => {
			const { error } = await run(parameters);
			expect(error?.message).toContain(message);
			expect(error?.description).toContain('Nothing was sent.');
			expect(bench.server.received).toHaveLength(0);
		});

		it.each<[string, INodeExecutionData, string]>([
			[
				'a picture called a video',
				rowWithFile(PNG, { mimeType: 'video/mp4' }),
				"The file in binary field 'data' is not a video (video/mp4)",
			],
			['a text', rowWithFile(Buffer.from('no film')), "The file in binary field 'data' is not"],
			['an empty file', rowWithFile(Buffer.alloc(0)), "binary field 'data'"],
			[
				'a video that is cut off',
				rowWithFile(MP4.subarray(0, 1000)),
				"The video in binary field 'data' is cut off: its file ends too early",
			],
			['a WebM that is cut off', rowWithFile(WEBM.subarray(0, -1)), 'The video in binary field'],
		])('%s', async (_name, row, message) => {
			const { error } = await withFile(row);
			expect(error?.message).toContain(message);
			expect(error?.description).toContain("set 'Source Video' to 'Video ID'");
			expect(error?.description).toContain('Nothing was sent.');
			expect(bench.server.received).toHaveLength(0);
		});

		it('all items, when one of them is wrong', async () => {
			const { error } = await run({}, { items: sources('a', ' ', 'c') });
			expect(error?.message).toBe("'Prompt' is empty [item 1]");
			expect(bench.server.received).toHaveLength(0);
		});
	});

	describe('in the sandbox', () => {
		const world = async (options: SandboxOptions = {}) => {
			const sandbox = await startSandbox({ renderSeconds: 0, ...options });
			const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
			const create = { operation: 'create', model: SORA, prompt: 'a cat' };
			const { items } = await bench.run(create, { credentials });
			const download = async () =>
				(await bench.run({ operation: 'download' }, { credentials, items })).items;
			return { sandbox, credentials, items, download };
		};

		it('makes a new video out of one by its ID, and out of the file that Download put out', async () => {
			const { sandbox, credentials, items, download } = await world();
			const byId = await run({}, { credentials, items });
			const byFile = await run(FILE, { credentials, items: await download() });
			await sandbox.close();
			expect([byId.error, byFile.error]).toEqual([undefined, undefined]);
			const kind = { prompt: 'a cat', seconds: operation === 'edit' ? '4' : '8' };
			expect(byId.items[0].json).toMatchObject(kind);
			expect(byFile.items[0].json).toMatchObject(kind);
			expect(sandbox.videos.size).toBe(3);
		});

		it.each([
			[60_000_000, 'The file of the video is too large for the server (413)', 'Make it smaller'],
			[
				100_000_001,
				"The file in binary field 'data' has more than 100 MB, which this node does not send",
				"set 'Source Video' to 'Video ID'",
			],
		])('says what to do with a file of %i bytes', async (fileBytes, message, next) => {
			const { sandbox, credentials, download } = await world({ fileBytes });
			const { error } = await run(FILE, { credentials, items: await download() });
			await sandbox.close();
			expect(error?.message).toContain(message);
			expect(error?.description).toContain(next);
			expect(sandbox.videos.size).toBe(1);
		});
	});
});

describe('what Extend says of the length', () => {
	const extend = async (parameters: INodeParameters) =>
		await bench.run({ operation: 'extend', ...parameters });

	it.each(['8', '12', '16', '20'])('may be %s seconds', async (seconds) => {
		bench.server.answer('POST /v1/videos/extensions', made('video_2'));
		await extend({ seconds });
		expect(bodyOf().seconds).toBe(seconds);
	});

	it('is text, also for a number of the user', async () => {
		bench.server.answer('POST /v1/videos/extensions', made('video_2'));
		await extend({ seconds: 'custom', customSeconds: '={{ 6 }}' });
		expect(bodyOf().seconds).toBe('6');
	});

	it('is nothing where the server shall choose', async () => {
		bench.server.answer('POST /v1/videos/extensions', made('video_2'));
		await extend({ seconds: 'serverDefault' });
		expect(bodyOf()).toEqual({ video: { id: 'video_1' }, prompt: 'black' });
	});

	it('is refused before anything is sent where it is none', async () => {
		const { error } = await extend({ seconds: 'custom', customSeconds: '0' });
		expect(error?.message).toBe("'Custom Seconds' is not a length of time: 0");
		expect(bench.server.received).toHaveLength(0);
	});
});
