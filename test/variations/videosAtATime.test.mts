import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import {
	API_KEY,
	completedVideo,
	CREATE,
	MP4,
	queuedVideo,
	RETRY_ON_FAIL,
} from '../support/fixtures.mts';
import { resultOf, sharedEngine, workflowOf } from '../support/nodeRunner.mts';
import { testNode } from '../support/testNode.mts';
import { waitUntil } from '../support/waitUntil.mts';

const POST = 'POST /v1/videos';
const GENERATE = { ...CREATE, operation: 'generate', prompt: '={{ $json.prompt }}' };
const node = testNode(GENERATE);

const prompts = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, item) => ({ json: { prompt: `cat ${item}` } }));
const atATime = (videosAtATime: number | string, options = {}): INodeParameters => ({
	options: { videosAtATime, ...options },
});

interface Options {
	/** At which poll a video is done. */
	polls?: number;
	/** How the video with this number ends. */
	end?: (video: number) => object;
	/** The answer to the request with this number, instead of a video. */
	refuse?: (request: number) => { status: number; json?: object } | undefined;
	/** Videos whose status is refused with 403, for ever. */
	unreadable?: number[];
}

/** A server that counts the videos that it makes at the same time. */
function startMaking({ polls = 3, end, refuse, unreadable = [] }: Options = {}) {
	const counts = { making: 0, most: 0, created: 0, requests: 0 };
	node.server.alwaysRespondTo(POST, {
		respond(response) {
			const refused = refuse?.(counts.requests++);
			if (refused) {
				response.writeHead(refused.status, { 'content-type': 'application/json' });
				response.end(JSON.stringify(refused.json ?? {}));
				return;
			}
			const video = counts.created++;
			const id = `video_${video}`;
			counts.making++;
			counts.most = Math.max(counts.most, counts.making);
			let seen = 0;
			node.server.alwaysRespondTo(`GET /v1/videos/${id}`, {
				respond(poll) {
					if (unreadable.includes(video)) return void poll.writeHead(403).end('{}');
					if (++seen === polls) counts.making--;
					const state = seen < polls ? queuedVideo(id) : { ...completedVideo(id), ...end?.(video) };
					poll.end(JSON.stringify(state));
				},
			});
			node.server.alwaysRespondTo(`GET /v1/videos/${id}/content`, { body: MP4 });
			response.end(JSON.stringify(queuedVideo(id)));
		},
	});
	return counts;
}

describe('Generate with Videos at a Time', () => {
	it.each([
		[1, 1],
		[2, 2],
		['2', 2],
		[0, 8],
		[100, 8],
	])('makes no more than that: %j', async (limit, most) => {
		const counts = startMaking({ polls: 4 });
		const { items, error } = await node.run(atATime(limit), { items: prompts(8) });
		expect(error?.message).toBeUndefined();
		expect(items).toHaveLength(8);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(counts.most).toBe(most);
		expect(counts.created).toBe(8);
	});

	it('starts the items in their order', async () => {
		startMaking();
		await node.run(atATime(1), { items: prompts(5) });
		const sent = node.server.posts().map(({ body }) => /cat \d/.exec(body.toString())?.[0]);
		expect(sent).toEqual(['cat 0', 'cat 1', 'cat 2', 'cat 3', 'cat 4']);
	});

	it('starts the next one when a video has failed', async () => {
		const counts = startMaking({ end: () => ({ status: 'failed', error: { message: 'No.' } }) });
		const { items } = await node.run(atATime(1, { onFailedVideo: 'return' }), {
			items: prompts(4),
		});
		expect(items.map(({ json }) => json.status)).toEqual(Array(4).fill('failed'));
		expect(counts.most).toBe(1);
	});

	it('goes on after items that fail, with On Error: Continue', async () => {
		const counts = startMaking({
			refuse: (request) => [{ status: 400 }, undefined, { status: 500 }][request],
			unreadable: [1],
		});
		const { items } = await node.run(atATime(1), {
			items: [...prompts(5), { json: { prompt: ' ' } }],
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items.map(({ json }) => typeof json.error)).toEqual([
			...['string', 'undefined', 'string', 'string', 'undefined', 'string'],
		]);
		expect(counts.created).toBe(3);
	});

	it('starts no further video when one fails and n8n would drop the others', async () => {
		const counts = startMaking({
			refuse: (request) => (request === 1 ? { status: 400 } : undefined),
		});
		const { error } = await node.run(atATime(1), { items: prompts(10) });
		expect(error?.message).toContain('The server did not accept this video (400)');
		expect(error?.description).toContain("'video_0' (item 0)");
		expect(counts).toMatchObject({ created: 1, requests: 2 });
	});

	it('creates each video once under Retry On Fail, and no more at a time', async () => {
		const counts = startMaking({
			refuse: (request) => (request === 2 ? { status: 400 } : undefined),
		});
		const { items, error } = await node.run(atATime(2), {
			items: prompts(6),
			settings: RETRY_ON_FAIL,
		});
		expect(error?.message).toBeUndefined();
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(6);
		expect(counts.created).toBe(6);
		expect(counts.most).toBeLessThanOrEqual(2);
	});

	it('keeps to it with Batching', async () => {
		const counts = startMaking();
		const { items } = await node.run(
			{
				...atATime(2),
				requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 5 } } },
			},
			{ items: prompts(5) },
		);
		expect(items).toHaveLength(5);
		expect(counts.most).toBeLessThanOrEqual(2);
	});

	it('counts the Timeout of each item from its own Create', async () => {
		startMaking({ polls: 20 });
		const { items, error } = await node.run(
			{ ...atATime(1, { pollInterval: 2 }), timeoutMinutes: 1 },
			{ items: prompts(5) },
		);
		expect(error?.message).toBeUndefined();
		expect(items).toHaveLength(5);
		expect(node.time.waited).toBeGreaterThan(120_000);
	});

	it('sends nothing when one of the items is invalid', async () => {
		startMaking();
		const items = [...prompts(3), { json: { prompt: ' ' } }];
		const { error } = await node.run(atATime(1), { items });
		expect(error?.message).toContain("'Prompt' is empty");
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.posts()).toHaveLength(0);
	});

	it.each([-1, 1.5, 'two', '={{ [2] }}', '={{ true }}'])(
		'sends nothing when it is %j',
		async (limit) => {
			const { error } = await node.run(atATime(limit), { items: prompts(1) });
			expect(error?.message).toMatch(
				/^'Videos at a Time' (must be a whole number from 0 to 10000|is an? .*not a number)/,
			);
			expect(error?.description).toContain('Nothing was sent.');
		},
	);

	it('sends no other item after one whose video may exist, because the run fails', async () => {
		startMaking({ refuse: (request) => (request === 0 ? { status: 502 } : undefined) });
		const { error } = await node.run(atATime(1), { items: prompts(4) });
		expect(error?.message).toMatch(/may exist and be billed/);
		expect(node.server.posts()).toHaveLength(1);
	});

	it('ends at once when the execution is canceled', async () => {
		startMaking({ polls: 1_000_000 });
		node.time.pauseWith(node.time.realPause);
		const running = (await sharedEngine()).run(workflowOf({ ...GENERATE, ...atATime(1) }), {
			credentials: { apiKey: API_KEY, baseUrl: node.server.baseUrl },
			items: prompts(20),
		});
		await waitUntil('it is sent', () => node.server.posts().length === 1, {
			within: 10_000,
			every: 5,
		});
		running.cancel();
		const { run } = resultOf(await running.finished);
		expect(run.status).toBe('canceled');
		expect(node.server.posts()).toHaveLength(1);
		expect(run.data.resultData.runData.Videos[0].error).toMatchObject({
			message: 'The execution was canceled',
		});
	});

	it('names the possibly lost video while other items wait for their turn', async () => {
		const counts = startMaking({
			refuse: (request) => (request === 0 ? { status: 502 } : undefined),
		});
		const { items } = await node.run(atATime(1), {
			items: prompts(3),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items.map(({ json }) => typeof json.error)).toEqual([
			'string',
			'undefined',
			'undefined',
		]);
		expect(counts.created).toBe(2);
	});
});
