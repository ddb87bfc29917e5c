import type { INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../../sandbox/server.mts';
import { expectError } from '../../support/expectError.mts';
import { completedVideo } from '../../support/fixtures.mts';
import { type NodeSetup } from '../../support/nodeRunner.mts';
import { testNode } from '../../support/testNode.mts';

const PATH = 'GET /v1/videos';

const node = testNode({ operation: 'getAll' });
const getAll = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
	await node.run(parameters, { items: [{ json: {} }], ...setup });

const page = (from: number, to: number, hasMore: boolean) => ({
	json: {
		object: 'list',
		data: Array.from({ length: to - from + 1 }, (_, index) =>
			completedVideo(`video_${from + index}`),
		),
		first_id: `video_${from}`,
		last_id: `video_${to}`,
		has_more: hasMore,
	},
});
const idsFrom1To = (last: number) => Array.from({ length: last }, (_, at) => `video_${at + 1}`);

describe('Get Many', () => {
	it('requests the newest videos first, and returns one item per video in the order of the server', async () => {
		const { progress: _progress, ...rest } = completedVideo('video_2');
		const failed = { ...rest, status: 'failed', error: { message: 'No.' } };
		const queued = { id: 'video_1', status: 'queued', progress: '40%', error: null };
		node.server.respondTo(`${PATH}?limit=50&order=desc`, {
			json: { object: 'list', data: [failed, queued], has_more: false },
		});
		expect((await getAll()).items).toEqual([
			{ json: failed, pairedItem: { item: 0 } },
			{
				json: {
					id: 'video_1',
					object: 'video',
					status: 'pending',
					provider_status: 'queued',
					progress: 40,
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('stops at the limit, and requests only as many videos as are missing', async () => {
		node.server.respondTo(`${PATH}?limit=100&order=desc`, page(1, 100, true));
		node.server.respondTo(`${PATH}?limit=20&order=desc&after=video_100`, page(101, 120, true));
		const { items } = await getAll({ limit: 120 });
		expect(items.map(({ json }) => json.id)).toEqual(idsFrom1To(120));
	});

	it('returns no more than the limit when the server sends more', async () => {
		node.server.respondTo(`${PATH}?limit=3&order=desc`, page(1, 20, true));
		const { items } = await getAll({ limit: 3 });
		expect(items.map(({ json }) => json.id)).toEqual(idsFrom1To(3));
	});

	it('reads all pages with Return All', async () => {
		node.server.respondTo(`${PATH}?limit=100&order=desc`, page(1, 100, true));
		node.server.respondTo(`${PATH}?limit=100&order=desc&after=video_100`, page(101, 200, true));
		node.server.respondTo(`${PATH}?limit=100&order=desc&after=video_200`, page(201, 207, false));
		const { items } = await getAll({ returnAll: true, limit: 5 });
		expect(items.map(({ json }) => json.id)).toEqual(idsFrom1To(207));
	});

	it('returns no items and no error when there are no videos', async () => {
		node.server.respondTo(`${PATH}?limit=50&order=desc`, page(1, 0, false));
		const { items, error } = await getAll();
		expect([items, error]).toEqual([[], undefined]);
	});

	it('pairs each video with the input item that requested it', async () => {
		node.server.respondTo(`${PATH}?limit=1&order=desc`, page(1, 1, false));
		node.server.respondTo(`${PATH}?limit=2&order=desc`, page(1, 2, false));
		const { items } = await getAll(
			{ limit: '={{ $json.limit }}' },
			{ items: [{ json: { limit: 1 } }, { json: { limit: 2 } }] },
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 1 },
		]);
	});

	it.each([0, -1, 'many', null])('rejects the limit %s before sending anything', async (limit) => {
		const { error } = await getAll({ limit: `={{ ${JSON.stringify(limit)} }}` });
		expect(error?.message).toBe("'Limit' must be a number from 1 to 1000000000");
		expect(node.server.received).toHaveLength(0);
	});

	it('retries temporary errors in the middle of the list', async () => {
		node.server.respondTo(`${PATH}?limit=100&order=desc`, page(1, 100, true));
		node.server.respondTo(
			`${PATH}?limit=100&order=desc&after=video_100`,
			{ status: 503 },
			{ respond: (response) => response.destroy() },
			page(101, 101, false),
		);
		expect((await getAll({ returnAll: true })).items).toHaveLength(101);
	});

	it('returns nothing when a page is missing, because a partial list would look complete', async () => {
		node.server.respondTo(`${PATH}?limit=100&order=desc`, page(1, 100, true));
		node.server.alwaysRespondTo(`${PATH}?limit=100&order=desc&after=video_100`, { status: 503 });
		const { items, error } = await getAll({ returnAll: true });
		expect(items).toEqual([]);
		expect(error?.message).toBe('The server gave no list of its videos (503)');
		expect(error?.description).toBe('Run this step again later.');
		expect(node.time.waited).toBeGreaterThan(20_000);
		expect(node.time.waited).toBeLessThanOrEqual(60_000);
	});

	it.each([
		[
			401,
			{ json: { error: 'Bad key.' } },
			'The server did not accept the API key (401): Bad key.',
			"Check 'API Key'",
		],
		[403, {}, 'The API key is not allowed to do this (403)', "server's operator"],
		[
			422,
			{ json: { detail: 'Odd.' } },
			'This server does not list its videos (422): Odd.',
			"check 'Base URL'",
		],
		[
			200,
			{ body: '<html><title>Welcome</title></html>' },
			'This server does not list its videos: Welcome',
			"check 'Base URL'",
		],
		[
			200,
			{ json: { message: 'Odd.' } },
			'This server does not list its videos: Odd.',
			'Keep the IDs that Create puts out',
		],
	])('explains the response and the next step: %i %j', async (status, response, message, next) => {
		node.server.respondTo(`${PATH}?limit=50&order=desc`, { status, ...response });
		const { error } = await getAll();
		expectError(error, { status, message, next });
	});

	it('does not mention billing when the connection drops', async () => {
		const dropped = { respond: (response: { destroy(): void }) => response.destroy() };
		node.server.alwaysRespondTo(`${PATH}?limit=50&order=desc`, dropped);
		const { error } = await getAll();
		expect(error?.message).toBe('The server gave no list of its videos');
		expect(error?.description).toMatch(/ECONNRESET/);
		expect(`${error?.message} ${error?.description}`).not.toMatch(/billed|created/);
	});

	it('lists every video of the sandbox once', async () => {
		const sandbox = await startSandbox();
		const create = {
			method: 'POST',
			headers: {
				authorization: `Bearer ${sandbox.apiKey}`,
				'content-type': 'application/json',
			},
			body: JSON.stringify({ model: 'sora-2', prompt: 'a cat' }),
		};
		for (let count = 0; count < 105; count++) await fetch(`${sandbox.baseUrl}/videos`, create);
		const { items } = await getAll(
			{ returnAll: true },
			{ credentials: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl } },
		);
		await sandbox.close();
		expect(items.map(({ json: { id } }) => id)).toEqual([...sandbox.videos.keys()].reverse());
		expect(items).toHaveLength(105);
	});
});
