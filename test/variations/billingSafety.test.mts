import type { ServerResponse } from 'node:http';

import type { INodeExecutionData } from 'n8n-workflow';

import { waitUntil } from '../support/waitUntil.mts';
import { accepted, CREATE, queuedVideo, RETRY_ON_FAIL } from '../support/fixtures.mts';
import type { NodeSetup } from '../support/nodeRunner.mts';
import { LIST, type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const CREATE_FROM_ITEM = { ...CREATE, prompt: '={{ $json.prompt ?? "a cat" }}' };

const node = testNode(CREATE_FROM_ITEM);
const create = async (setup: Partial<NodeSetup> = {}) =>
	await node.run({}, { items: [{ json: {} }], ...setup });

const rejected = { status: 400, json: { error: { message: 'Odd.' } } };
const prompts = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, item) => ({ json: { prompt: `cat ${item}` } }));

describe('Create after an uncertain outcome', () => {
	const UNCERTAIN = [
		['a dropped connection', { respond: (response: ServerResponse) => response.destroy() }],
		['500', { status: 500, json: { error: { message: 'Oops.' } } }],
		['502 with a web page', { status: 502, body: '<html></html>' }],
		['504', { status: 504 }],
		['524 from Cloudflare', { status: 524 }],
		['408', { status: 408 }],
		['200 with a web page', { body: '<html></html>' }],
		['200 with an empty body', { body: '' }],
		['200 without an id', { json: { status: 'queued' } }],
		['200 with broken JSON', { body: '{"id": "vid' }],
	] as const;

	it.each(UNCERTAIN)('is not retried by Retry On Fail: %s', async (_name, response) => {
		node.server.respondTo(POST, response);
		const { error, items } = await create({ settings: RETRY_ON_FAIL });
		expect(items).toEqual([]);
		expect(node.server.posts()).toHaveLength(1);
		expect(`${error?.message} ${error?.description}`).toMatch(/may exist .*be billed/);
		expect(error?.description).toContain('do not pay twice');
	});

	it.each(UNCERTAIN)(
		'still creates the other items with On Error: Continue: %s',
		async (_name, response) => {
			node.server.respondTo(POST, response, accepted('video_2'));
			const { items } = await create({
				items: prompts(2),
				settings: { onError: 'continueRegularOutput' },
			});
			expect(items).toHaveLength(2);
			expect(items.filter(({ json }) => json.id === 'video_2')).toHaveLength(1);
			expect(node.server.posts()).toHaveLength(2);
		},
	);

	it.each([429, 500, 503])('returns the video in an error response: %i', async (status) => {
		const json = { id: 'video_9', object: 'video', status: 'queued' };
		node.server.respondTo(POST, { status, json });
		const { items, error } = await create({ settings: RETRY_ON_FAIL });
		expect(error).toBeUndefined();
		expect(items[0].json.id).toBe('video_9');
		expect(node.server.posts()).toHaveLength(1);
	});

	it('names the video on the server that may be the created one', async () => {
		const now = node.time.now / 1000;
		node.server.respondTo(POST, { status: 502, body: '' });
		const video = { object: 'video', status: 'queued', prompt: 'a cat', created_at: now };
		node.server.alwaysRespondTo(LIST, {
			json: {
				object: 'list',
				data: [
					{ ...video, id: 'video_9' },
					{ ...video, id: 'other_prompt', prompt: 'a dog' },
					{ ...video, id: 'old', created_at: now - 3_600 },
				],
			},
		});
		const { error } = await create();
		// In the message, because n8n keeps nothing else with On Error: Continue.
		expect(error?.message).toContain("'video_9'");
		expect(`${error?.message} ${error?.description}`).not.toMatch(/other_prompt|'old'/);
		expect(error?.description).toContain('Wait Until Done');
	});

	it.each([
		['without surrounding whitespace', 'a cat'],
		['with other surrounding whitespace', ' a cat\r\n'],
		['as an empty string', ''],
		['as null', null],
	])('names the video if the list returns its prompt %s', async (_name, prompt) => {
		node.server.respondTo(POST, { status: 502, body: '' });
		const created_at = node.time.now / 1000;
		const data = [{ id: 'video_9', object: 'video', status: 'queued', prompt, created_at }];
		node.server.alwaysRespondTo(LIST, { json: { data } });
		const { error } = await create({ items: [{ json: { prompt: 'a cat\n' } }] });
		expect(error?.message).toContain("'video_9'");
	});

	it.each([
		['created earlier, by the clock of the server', -10, 'a cat'],
		['created from another prompt', 1, 'a dog'],
	])('does not name a video %s', async (_name, seconds, prompt) => {
		// Its clock is an hour fast.
		const serverNow = node.time.now + 3_600_000;
		const video = { object: 'video', status: 'queued', prompt: 'a cat' };
		const created_at = serverNow / 1000;
		node.server.respondTo(POST, { status: 502, body: '' });
		node.server.alwaysRespondTo(LIST, {
			headers: { date: new Date(serverNow).toUTCString() },
			json: {
				data: [
					{ ...video, id: 'mine', created_at },
					{ ...video, id: 'other', created_at: created_at + seconds, prompt },
				],
			},
		});
		const { error } = await create();
		expect(error?.message).toContain("it may be 'mine', which");
	});

	it('does not name a video that a later batch created meanwhile', async () => {
		const created_at = node.time.now / 1000;
		const video = { id: 'video_1', object: 'video', status: 'queued', prompt: 'a cat', created_at };
		node.server.respondTo(POST, { status: 502, body: '' }, { json: video });
		let sendList = () => {};
		node.server.alwaysRespondTo(LIST, {
			respond: (response) => {
				sendList = () => response.end(JSON.stringify({ data: [video] }));
				if (node.server.posts().length === 2) sendList();
			},
		});
		const run = node.run(
			{ requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 50 } } } },
			{ items: [{ json: {} }, { json: {} }] },
		);
		await waitUntil('both are sent', () => node.server.posts().length === 2, {
			within: 10_000,
			every: 5,
		});
		sendList();
		const { error } = await run;
		expect(error?.message).not.toContain('video_1');
		expect(error?.description).toContain("'video_1' (item 1)");
	});

	it('keeps the HTTP code of the error with Retry On Fail', async () => {
		node.server.respondTo(POST, { status: 502, body: '' });
		const { error } = await create({ settings: RETRY_ON_FAIL });
		expect(error?.httpCode).toBe('502');
	});
});

describe('Create with ten items, one of them rejected', () => {
	const scriptResponses = () => {
		const ids = Array.from({ length: 9 }, (_, item) => `video_${item}`);
		node.server.respondTo(POST, ...ids.slice(0, 4).map(accepted), rejected);
		node.server.respondTo(POST, ...ids.slice(4).map(accepted));
		return ids;
	};

	it('reports the IDs of the nine videos in the error', async () => {
		const ids = scriptResponses();
		const { error } = await create({ items: prompts(10) });
		for (const id of ids) expect(error?.description).toContain(`'${id}'`);
		expect(node.server.posts()).toHaveLength(10);
	});

	it('creates nine videos even if Retry On Fail tries three times', async () => {
		const ids = scriptResponses();
		node.server.respondTo(POST, rejected, rejected);
		const { error } = await create({ items: prompts(10), settings: RETRY_ON_FAIL });
		for (const id of ids) expect(error?.description).toContain(`'${id}'`);
		expect(node.server.posts()).toHaveLength(12);
	});

	it('returns ten items in order if the third try of Retry On Fail succeeds', async () => {
		scriptResponses();
		node.server.respondTo(POST, rejected, accepted('video_9'));
		const { items } = await create({ items: prompts(10), settings: RETRY_ON_FAIL });
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(10);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(node.server.posts()).toHaveLength(12);
	});
});
