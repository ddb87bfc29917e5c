import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { type SandboxOptions, startSandbox } from '../../../sandbox/server.mts';
import { API_KEY, MP4, PNG, itemWithFile, SORA } from '../../support/fixtures.mts';
import { type NodeSetup } from '../../support/nodeRunner.mts';
import { readForm } from '../../support/scriptedServer.mts';
import { testNode } from '../../support/testNode.mts';

const FILE = { videoSource: 'binary', model: SORA };
const WEBM = Buffer.from('\x1aE\xdf\xa3\x87B\x82\x84webm\x18S\x80g\x84abcd', 'latin1');

const node = testNode({ prompt: '={{ $json.prompt ?? "black" }}' });

const created = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const sources = (...prompts: string[]): INodeExecutionData[] =>
	prompts.map((prompt) => ({ json: { id: 'video_1', prompt } }));
const sent = () => node.server.received.filter(({ method }) => method === 'POST');
const bodyOf = (index = 0) => JSON.parse(sent()[index].body.toString());

/** A sandbox with one completed video. */
async function sandboxWithVideo(options: SandboxOptions = {}) {
	const sandbox = await startSandbox({ renderSeconds: 0, ...options });
	const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
	const create = { operation: 'create', model: SORA, prompt: 'a cat' };
	const { items } = await node.run(create, { credentials, items: [{ json: {} }] });
	const download = async () =>
		(await node.run({ operation: 'download' }, { credentials, items })).items;
	return { sandbox, credentials, items, download };
}

describe.each([
	{
		operation: 'remix',
		Operation: 'Remix',
		requestFor: (encodedId: string) => `POST /v1/videos/${encodedId}/remix`,
		sourceFields: () => ({}),
	},
	{
		operation: 'edit',
		Operation: 'Edit',
		requestFor: () => 'POST /v1/videos/edits',
		sourceFields: (id: string) => ({ video: { id } }),
	},
	{
		operation: 'extend',
		Operation: 'Extend',
		requestFor: () => 'POST /v1/videos/extensions',
		sourceFields: (id: string) => ({ video: { id }, seconds: '4' }),
	},
])('$Operation', ({ operation, requestFor, sourceFields }) => {
	const run = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
		await node.run({ operation, ...parameters }, setup);

	it.each([{}, FILE])('reports an invalid base URL, and every error once: %j', async (source) => {
		const unhandled: unknown[] = [];
		const listen = (reason: unknown) => void unhandled.push(reason);
		process.on('unhandledRejection', listen);
		try {
			const credentials = { apiKey: API_KEY, baseUrl: '' };
			const { error } = await run({ ...source, prompt: ' ' }, { credentials });
			expect(error?.message).toBe("'Base URL' of the OpenAI Videos API credential is empty");
			// Node reports it after the pending microtasks.
			await new Promise((resolve) => setImmediate(resolve));
			expect(unhandled).toEqual([]);
		} finally {
			process.off('unhandledRejection', listen);
		}
	});

	it('sends only the prompt and the incoming video as JSON, and returns the new video', async () => {
		node.server.respondTo(requestFor('video_1'), created('video_2'));
		const { items } = await run();
		expect(bodyOf()).toEqual({ ...sourceFields('video_1'), prompt: 'black' });
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

	it('sends any prompt and any video ID unchanged', async () => {
		node.server.respondTo(requestFor('sora%3Aa%2Fb%3D'), created('video_2'));
		const prompt = '黑色的猫 🐈‍⬛\n"zweite" Zeile';
		await run({ videoId: ' sora:a/b= ' }, { items: sources(prompt) });
		expect(bodyOf()).toEqual({ ...sourceFields('sora:a/b='), prompt });
	});

	it.each([
		['an empty prompt', { prompt: ' ' }, "'Prompt' is empty"],
		['an empty video ID', { videoId: '={{ "" }}' }, "'Video ID' is empty"],
		['dots as the video ID', { videoId: '..' }, "'Video ID' is not an ID: .."],
	])('rejects %s before sending anything', async (_name, parameters, message) => {
		const { error } = await run(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it('sends no item when one is invalid', async () => {
		const { error } = await run({}, { items: sources('a', ' ', 'c') });
		expect(error?.message).toBe("'Prompt' is empty [item 1]");
		expect(node.server.received).toHaveLength(0);
	});
});

describe('Remix', () => {
	it('creates a video in the sandbox that names its source video', async () => {
		const { sandbox, credentials, items } = await sandboxWithVideo();
		const [{ json: source }] = items;
		const remix = await node.run(
			{ operation: 'remix', videoId: source.id as string },
			{ credentials, items: sources('in snow') },
		);
		await sandbox.close();
		expect(remix.error).toBeUndefined();
		expect(remix.items[0].json).toMatchObject({
			prompt: 'in snow',
			remixed_from_video_id: source.id,
		});
	});
});

describe.each([
	{ operation: 'edit', Operation: 'Edit', POST: 'POST /v1/videos/edits', seconds: {} },
	{
		operation: 'extend',
		Operation: 'Extend',
		POST: 'POST /v1/videos/extensions',
		seconds: { seconds: '4' },
	},
])('$Operation with a file or extra fields', ({ operation, POST, seconds }) => {
	const run = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
		await node.run({ operation, ...parameters }, setup);
	const withFile = async (file = itemWithFile(MP4), parameters: INodeParameters = {}) =>
		await run({ ...FILE, ...parameters }, { items: [file] });

	it('sends the file byte for byte in a form, with the media type of its content', async () => {
		node.server.respondTo(POST, created('video_2'));
		const { error } = await withFile(itemWithFile(MP4, { fileName: '小猫' }));
		expect(error).toBeUndefined();
		const { video, ...rest } = Object.fromEntries(await readForm(sent()[0]));
		expect(rest).toEqual({ model: 'sora-2', prompt: 'black', ...seconds });
		const file = video as File;
		expect([file.name, file.type]).toEqual(['小猫.mp4', 'video/mp4']);
		expect(Buffer.from(await file.arrayBuffer()).equals(MP4)).toBe(true);
		expect(sent()[0].headers['content-length']).toBe(String(sent()[0].body.length));
	});

	// LiteLLM drops the file of Extend, and the model of Edit.
	it.each(['video: Field required', "Missing required parameter: 'model'"])(
		'says that the server may take a video by its ID only: %s',
		async (message) => {
			node.server.respondTo(POST, { status: 400, json: { error: { message } } });
			const { error } = await withFile();
			expect(error?.message).toMatch(
				/^The server did not read the file of the video, or its model/,
			);
			expect(error?.description).toContain("set 'Source Video' to 'Video ID'");
		},
	);

	it('gives a nameless file a name, and ignores its wrong media type', async () => {
		node.server.respondTo(POST, created('video_2'));
		await withFile(itemWithFile(WEBM, { mimeType: 'video/mp4' }));
		const file = (await readForm(sent()[0])).get('video') as File;
		expect([file.name, file.type]).toEqual(['video.webm', 'video/webm']);
	});

	it('sends extra fields in place of fields of the same name', async () => {
		node.server.respondTo(POST, created('video_2'), created('video_3'));
		const options = { extraFields: '{ "seed": 7, "prompt": "white" }' };
		await run({ options });
		expect(bodyOf()).toEqual({ video: { id: 'video_1' }, ...seconds, prompt: 'white', seed: 7 });
		await withFile(itemWithFile(MP4), { options });
		const form = await readForm(sent()[1]);
		expect([form.get('seed'), form.getAll('prompt')]).toEqual(['7', ['white']]);
	});

	it.each<[string, INodeParameters, string]>([
		[
			'an unknown source',
			{ ...FILE, videoSource: '={{ $json.no.such }}' },
			"'Source Video' is not one of id, binary: (empty)",
		],
		['invalid extra fields', { options: { extraFields: '[]' } }, "'Extra Fields' is not"],
		[
			'a file without a model',
			{ ...FILE, model: { ...SORA, value: '={{ "" }}' } },
			"'Model' is empty",
		],
		['a missing binary field', FILE, "There is no file in binary field 'data'"],
	])('rejects %s before sending anything', async (_name, parameters, message) => {
		const { error } = await run(parameters);
		expect(error?.message).toContain(message);
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it.each<[string, INodeExecutionData, string]>([
		[
			'an image that is labelled as a video',
			itemWithFile(PNG, { mimeType: 'video/mp4' }),
			"The file in binary field 'data' is not a video (video/mp4)",
		],
		['text', itemWithFile(Buffer.from('no video')), "The file in binary field 'data' is not"],
		['an empty file', itemWithFile(Buffer.alloc(0)), "binary field 'data'"],
		[
			'a truncated MP4',
			itemWithFile(MP4.subarray(0, 1000)),
			"The video in binary field 'data' is cut off: its file ends too early",
		],
		['a truncated WebM', itemWithFile(WEBM.subarray(0, -1)), 'The video in binary field'],
	])('rejects %s as the source video before sending anything', async (_name, item, message) => {
		const { error } = await withFile(item);
		expect(error?.message).toContain(message);
		expect(error?.description).toContain("set 'Source Video' to 'Video ID'");
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it('creates a video in the sandbox from a video ID, and from the file that Download returns', async () => {
		const { sandbox, credentials, items, download } = await sandboxWithVideo();
		const byId = await run({}, { credentials, items });
		const byFile = await run(FILE, { credentials, items: await download() });
		await sandbox.close();
		expect([byId.error, byFile.error]).toEqual([undefined, undefined]);
		const expected = { prompt: 'a cat', seconds: operation === 'edit' ? '4' : '8' };
		expect(byId.items[0].json).toMatchObject(expected);
		expect(byFile.items[0].json).toMatchObject(expected);
		expect(sandbox.videos.size).toBe(3);
	});

	it.each([
		[60_000_000, 'The file of the video is too large for the server (413)', 'Make it smaller'],
		[
			100_000_001,
			"The file in binary field 'data' has more than 100 MB, which this node does not send",
			"set 'Source Video' to 'Video ID'",
		],
	])('explains what to do with a file of %i bytes', async (fileBytes, message, next) => {
		const { sandbox, credentials, download } = await sandboxWithVideo({ fileBytes });
		const { error } = await run(FILE, { credentials, items: await download() });
		await sandbox.close();
		expect(error?.message).toContain(message);
		expect(error?.description).toContain(next);
		expect(sandbox.videos.size).toBe(1);
	});
});

describe('Extend by a length', () => {
	const extend = async (parameters: INodeParameters) =>
		await node.run({ operation: 'extend', ...parameters });

	it.each(['8', '12', '16', '20'])('accepts %s seconds', async (seconds) => {
		node.server.respondTo('POST /v1/videos/extensions', created('video_2'));
		await extend({ seconds });
		expect(bodyOf().seconds).toBe(seconds);
	});

	it('sends a custom length as text', async () => {
		node.server.respondTo('POST /v1/videos/extensions', created('video_2'));
		await extend({ seconds: 'custom', customSeconds: '={{ 6 }}' });
		expect(bodyOf().seconds).toBe('6');
	});

	it('sends no length when the server chooses it', async () => {
		node.server.respondTo('POST /v1/videos/extensions', created('video_2'));
		await extend({ seconds: 'serverDefault' });
		expect(bodyOf()).toEqual({ video: { id: 'video_1' }, prompt: 'black' });
	});

	it('sends no item if the API style cannot send the length of one', async () => {
		const credentials = {
			...{ apiKey: API_KEY, baseUrl: node.server.baseUrl, apiStyle: 'custom' },
			...{ bodyFormat: 'json', secondsAs: 'none' },
		};
		const items = ['4', '8'].map((seconds) => ({ json: { id: 'video_1', seconds } }));
		const parameters = { operation: 'extend', seconds: '={{ $json.seconds }}', customSeconds: '1' };
		const { error } = await node.run(parameters, { credentials, items });
		expect(error?.message).toContain("'Seconds' 8 cannot be sent");
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it('rejects an invalid length before sending anything', async () => {
		const { error } = await extend({ seconds: 'custom', customSeconds: '0' });
		expect(error?.message).toBe("'Custom Seconds' is not a length of time: 0");
		expect(node.server.received).toHaveLength(0);
	});
});
