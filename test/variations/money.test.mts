import type { ServerResponse } from 'node:http';

import type { INode, INodeExecutionData } from 'n8n-workflow';

import { waitUntil } from '../e2e/support/waitUntil.mts';
import { benchFor } from '../support/bench.mts';
import { LIST } from '../support/scriptedServer.mts';
import {
	API_KEY,
	resultOf,
	type NodeSetup,
	sharedEngine,
	SORA,
	workflowOf,
} from '../support/videos.mts';

const POST = 'POST /v1/videos';
const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt ?? "a cat" }}' };
const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const bench = benchFor(CREATE);
const create = async (setup: Partial<NodeSetup> = {}) =>
	await bench.run({}, { items: [{ json: {} }], ...setup });

const accepted = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const refused = { status: 400, json: { error: { message: 'Odd.' } } };
const prompts = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, item) => ({ json: { prompt: `cat ${item}` } }));
const created = () => bench.server.received.filter(({ method }) => method === 'POST');
const keys = () => created().map(({ headers }) => headers['idempotency-key']);

describe('a Create that may have been accepted', () => {
	const IN_DOUBT = [
		['a dropped connection', { respond: (response: ServerResponse) => response.destroy() }],
		['500', { status: 500, json: { error: { message: 'Oops.' } } }],
		['502 with a page', { status: 502, body: '<html></html>' }],
		['504', { status: 504 }],
		['524 of Cloudflare', { status: 524 }],
		['408', { status: 408 }],
		['200 with a page', { body: '<html></html>' }],
		['200 with nothing', { body: '' }],
		['200 without an id', { json: { status: 'queued' } }],
		['200 with broken JSON', { body: '{"id": "vid' }],
	] as const;

	it.each(IN_DOUBT)('is not sent again by Retry On Fail: %s', async (_name, answer) => {
		bench.server.answer(POST, answer);
		const { error, items } = await create({ settings: RETRY });
		expect(items).toEqual([]);
		expect(created()).toHaveLength(1);
		expect(`${error?.message} ${error?.description}`).toMatch(/may exist .*be billed/);
		expect(error?.description).toContain('do not pay twice');
	});

	it.each(IN_DOUBT)('does not stop the other items under Continue: %s', async (_name, answer) => {
		bench.server.answer(POST, answer, accepted('video_2'));
		const { items } = await create({
			items: prompts(2),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items).toHaveLength(2);
		expect(items.filter(({ json }) => json.id === 'video_2')).toHaveLength(1);
		expect(created()).toHaveLength(2);
	});

	it.each([429, 500, 503])(
		'is not lost when it comes with a refusing status: %i',
		async (status) => {
			const json = { id: 'video_9', object: 'video', status: 'queued' };
			bench.server.answer(POST, { status, json });
			const { items, error } = await create({ settings: RETRY });
			expect(error).toBeUndefined();
			expect(items[0].json.id).toBe('video_9');
			expect(created()).toHaveLength(1);
		},
	);

	it('is looked for on the server, and what can be it is named', async () => {
		const now = bench.time.now / 1000;
		bench.server.answer(POST, { status: 502, body: '' });
		const video = { object: 'video', status: 'queued', prompt: 'a cat', created_at: now };
		bench.server.answerAlways(LIST, {
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
		// In the message, because it is all that n8n keeps under Continue.
		expect(error?.message).toContain("'video_9'");
		expect(`${error?.message} ${error?.description}`).not.toMatch(/other_prompt|'old'/);
		expect(error?.description).toContain('Wait Until Done');
	});

	it.each([
		['without the spaces around it', 'a cat'],
		['with spaces of its own', ' a cat\r\n'],
		['as an empty text', ''],
		['as null', null],
	])('is found where the list tells its prompt %s', async (_name, prompt) => {
		bench.server.answer(POST, { status: 502, body: '' });
		const created_at = bench.time.now / 1000;
		const data = [{ id: 'video_9', object: 'video', status: 'queued', prompt, created_at }];
		bench.server.answerAlways(LIST, { json: { data } });
		const { error } = await create({ items: [{ json: { prompt: 'a cat\n' } }] });
		expect(error?.message).toContain("'video_9'");
	});

	it.each([
		['began before it, by the clock that the server shows', -10, 'a cat'],
		['began for another prompt', 1, 'a dog'],
	])('is not taken for a video that the server %s', async (_name, seconds, prompt) => {
		// Its clock is an hour fast.
		const serverNow = bench.time.now + 3_600_000;
		const video = { object: 'video', status: 'queued', prompt: 'a cat' };
		const created_at = serverNow / 1000;
		bench.server.answer(POST, { status: 502, body: '' });
		bench.server.answerAlways(LIST, {
			headers: { date: new Date(serverNow).toUTCString() },
			json: {
				data: [
					{ ...video, id: 'mine', created_at },
					{ ...video, id: 'other', created_at: created_at + seconds, prompt },
				],
			},
		});
		const { error } = await create();
		expect(error?.message).toContain("It may be 'mine', which");
	});

	it('is not taken for a video that a later batch began meanwhile', async () => {
		const created_at = bench.time.now / 1000;
		const video = { id: 'video_1', object: 'video', status: 'queued', prompt: 'a cat', created_at };
		bench.server.answer(POST, { status: 502, body: '' }, { json: video });
		let tell = () => {};
		bench.server.answerAlways(LIST, {
			respond: (response) => {
				tell = () => response.end(JSON.stringify({ data: [video] }));
				if (created().length === 2) tell();
			},
		});
		const run = bench.run(
			{ requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 50 } } } },
			{ items: [{ json: {} }, { json: {} }] },
		);
		await waitUntil('both are sent', () => created().length === 2, { within: 10_000, every: 5 });
		tell();
		const { error } = await run;
		expect(error?.message).not.toContain('video_1');
		expect(error?.description).toContain("'video_1' (item 1)");
	});

	it('keeps its HTTP code when Retry On Fail asks again', async () => {
		bench.server.answer(POST, { status: 502, body: '' });
		const { error } = await create({ settings: RETRY });
		expect(error?.httpCode).toBe('502');
	});
});

describe('ten items of which one is refused', () => {
	const answers = () => {
		const ids = Array.from({ length: 9 }, (_, item) => `video_${item}`);
		bench.server.answer(POST, ...ids.slice(0, 4).map(accepted), refused);
		bench.server.answer(POST, ...ids.slice(4).map(accepted));
		return ids;
	};

	it('fail with the ids of the nine videos', async () => {
		const ids = answers();
		const { error } = await create({ items: prompts(10) });
		for (const id of ids) expect(error?.description).toContain(`'${id}'`);
		expect(created()).toHaveLength(10);
	});

	it('are nine paid videos even when Retry On Fail tries three times', async () => {
		const ids = answers();
		bench.server.answer(POST, refused, refused);
		const { error } = await create({ items: prompts(10), settings: RETRY });
		for (const id of ids) expect(error?.description).toContain(`'${id}'`);
		expect(created()).toHaveLength(12);
	});

	it('are ten rows in their order when the third try goes well', async () => {
		answers();
		bench.server.answer(POST, refused, accepted('video_9'));
		const { items } = await create({ items: prompts(10), settings: RETRY });
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(10);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(created()).toHaveLength(12);
	});
});

describe('the Idempotency-Key', () => {
	it('goes with every Create, and tells nothing of n8n', async () => {
		bench.server.answer(POST, accepted('video_1'));
		await create();
		expect(keys()[0]).toMatch(/^n8n-[0-9a-f]{40}$/);
	});

	it('is the same when an item is sent again after a rate limit', async () => {
		bench.server.answer(POST, { status: 429 }, { status: 429 }, accepted('video_1'));
		await create();
		expect(keys()).toHaveLength(3);
		expect(new Set(keys()).size).toBe(1);
	});

	it('is the same when Retry On Fail sends an item again', async () => {
		bench.server.answer(POST, refused, accepted('video_1'));
		await create({ settings: RETRY });
		expect(keys()).toHaveLength(2);
		expect(new Set(keys()).size).toBe(1);
	});

	it('is another one in another execution', async () => {
		bench.server.answer(POST, accepted('a'), accepted('b'));
		await create();
		await create();
		expect(new Set(keys()).size).toBe(2);
	});

	it('is another one for each item, of the same prompt too', async () => {
		bench.server.answer(POST, ...['a', 'b', 'c'].map(accepted));
		await create({ items: [{ json: {} }, { json: {} }, { json: {} }] });
		expect(new Set(keys()).size).toBe(3);
	});

	it('is another one in each round of a loop', async () => {
		bench.server.answer(POST, accepted('a'), accepted('b'), refused);
		const workflow = workflowOf(CREATE, { onError: 'continueErrorOutput' });
		const self = { node: 'Videos', type: 'main' as const, index: 0 };
		workflow.connections.Videos = { main: [[self]] };
		await (
			await sharedEngine()
		).run(workflow, {
			credentials: { apiKey: API_KEY, baseUrl: bench.server.baseUrl },
		}).finished;
		expect(keys()).toHaveLength(3);
		expect(new Set(keys()).size).toBe(3);
	});

	it('is another one for another node', async () => {
		bench.server.answer(POST, accepted('a'), accepted('b'));
		const workflow = workflowOf(CREATE);
		const [, videos] = workflow.nodes;
		workflow.nodes.push({ ...videos, id: 'More', name: 'More' });
		workflow.connections.Videos = { main: [[{ node: 'More', type: 'main', index: 0 }]] };
		const { error } = resultOf(
			await (
				await sharedEngine()
			).run(workflow, {
				credentials: { apiKey: API_KEY, baseUrl: bench.server.baseUrl },
			}).finished,
		);
		expect(error).toBeUndefined();
		expect(new Set(keys()).size).toBe(2);
	});

	it('goes with nothing that only reads', async () => {
		bench.server.answer('GET /v1/videos/video_1', accepted('video_1'));
		await bench.run({ operation: 'getStatus' }, { items: [{ json: { id: 'video_1' } }] });
		expect(bench.server.received[0].headers).not.toHaveProperty('idempotency-key');
	});
});
