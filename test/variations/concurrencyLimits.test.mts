import {
	accepted,
	completedVideo,
	CREATE,
	queuedVideo,
	RETRY_ON_FAIL,
} from '../support/fixtures.mts';
import type { ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_0';
const TOO_MANY = 'The account makes as many videos as it may at once';

const node = testNode(CREATE);
const items = (count: number) => Array.from({ length: count }, () => ({ json: {} }));
const create = async (count = 1, settings = {}) =>
	await node.run({}, { items: items(count), settings });

const refusal = (status: number, message: string): ScriptedResponse => ({
	status,
	json: { error: { message } },
});
const running = { json: { ...queuedVideo('video_0'), status: 'in_progress' } };
const done = { json: completedVideo('video_0') };

/** The server's answers to Create, by the number of the request from 0. */
const respondByCount = (respond: (count: number) => ScriptedResponse) => {
	let count = 0;
	node.server.alwaysRespondTo(POST, {
		respond(response) {
			const { status = 200, json } = respond(count++);
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(json));
		},
	});
};

describe('Create, when the account makes as many videos as it may at once', () => {
	it.each([
		[429, 'Too many running tasks'],
		[400, 'Too many running tasks'],
		[403, 'Too many running tasks. You have exceeded the max number of running tasks (2).'],
		[503, 'Too many running tasks'],
		[400, 'You have reached the maximum number of concurrent generations'],
		[403, 'Concurrency limit exceeded for this account'],
		[503, 'parallel task over resource pack limit'],
		[400, 'Max concurrent jobs (3) reached, try again when one is done'],
		[400, 'You already have 2 videos in progress'],
		[409, 'Another video is being generated'],
		[403, 'Please wait for your current tasks to finish'],
		[400, 'The number of inflight requests exceeds the limit'],
		[400, 'Only 1 video can be generated at a time'],
		[400, '当前并发数已达上限'],
		[429, '任务数超限'],
		[403, '您有正在进行中的任务数量已达上限，请稍后再试'],
		[400, '同時実行数の上限に達しました'],
		[403, 'Превышен лимит одновременных задач'],
	])('is sent again while videos of the run are being made: %i %s', async (status, message) => {
		// An hour in all, far longer than a rate limit is waited out.
		respondByCount((count) => {
			if (count === 0) return accepted('video_0');
			return count < 100 ? refusal(status, message) : accepted('video_1');
		});
		node.server.alwaysRespondTo(STATUS, running);
		const { items: videos, error } = await create(2);
		expect(error?.message).toBeUndefined();
		expect(videos.map(({ json }) => json.id)).toEqual(['video_0', 'video_1']);
		expect(node.time.waited).toBeGreaterThan(1_800_000);
	});

	it.each([
		[429, 300_000, 600_000],
		[400, 30_000, 70_000],
		[403, 30_000, 70_000],
		[503, 30_000, 70_000],
	])(
		'is reported if no video of the run is being made, without a bill: %i',
		async (status, atLeast, atMost) => {
			node.server.alwaysRespondTo(POST, refusal(status, 'Too many running tasks'));
			const { error } = await create();
			expect(error?.message).toBe(`${TOO_MANY} (${status}): Too many running tasks`);
			expect(error?.description).toContain('Run this step again later.');
			expect(error?.description).toContain("'Videos at a Time'");
			expect(error?.description).toContain('Nothing was created for this item.');
			expect(node.time.waited).toBeGreaterThanOrEqual(atLeast);
			expect(node.time.waited).toBeLessThanOrEqual(atMost);
		},
	);

	it('is reported some time after the last video of the run is done', async () => {
		respondByCount((count) =>
			count === 0 ? accepted('video_0') : refusal(400, 'Too many running tasks'),
		);
		node.server.respondTo(STATUS, ...Array<ScriptedResponse>(50).fill(running), done);
		const { error } = await create(2);
		expect(error?.message).toContain(TOO_MANY);
		expect(error?.description).toContain("'video_0' (item 0)");
		expect(node.time.waited).toBeLessThan(51 * 36_000 + 100_000);
	});

	it.each<[string, ScriptedResponse]>([
		['failed', { json: { ...queuedVideo('video_0'), status: 'failed' } }],
		['that the server has forgotten', { status: 404, json: {} }],
		['that it does not tell of', { status: 403, json: {} }],
	])('does not wait for a video %s', async (_name, response) => {
		respondByCount((count) =>
			count === 0 ? accepted('video_0') : refusal(400, 'Too many running tasks'),
		);
		node.server.alwaysRespondTo(STATUS, response);
		const { error } = await create(2);
		expect(error?.message).toContain(TOO_MANY);
		expect(node.time.waited).toBeLessThan(100_000);
	});

	it('asks for one item at a time, however many wait', async () => {
		let free = 1;
		let made = 0;
		respondByCount(() => {
			if (free === 0) return refusal(429, 'Too many running tasks');
			free--;
			return { json: { ...completedVideo(`video_${made++}`), status: 'queued' } };
		});
		for (let video = 0; video < 10; video++) {
			node.server.alwaysRespondTo(`GET /v1/videos/video_${video}`, {
				respond(response) {
					free = 1;
					response.end(JSON.stringify(completedVideo(`video_${video}`)));
				},
			});
		}
		const { items: videos, error } = await create(10);
		expect(error?.message).toBeUndefined();
		expect(new Set(videos.map(({ json }) => json.id)).size).toBe(10);
		// 10 at once, then a few for each.
		expect(node.server.posts().length).toBeLessThan(40);
	});

	it('gives up for all items together', async () => {
		node.server.alwaysRespondTo(POST, refusal(429, 'Too many running tasks'));
		const { items: rows } = await create(5, { onError: 'continueRegularOutput' });
		expect(rows.map(({ json }) => String(json.error).startsWith(TOO_MANY))).toEqual(
			Array(5).fill(true),
		);
		expect(node.time.waited).toBeLessThanOrEqual(600_000);
	});

	it('is sent again by Retry On Fail, as nothing was created', async () => {
		let isFull = true;
		node.time.pauseWith(async (ms) => {
			node.time.pauses.push(ms);
			node.time.now += ms;
			if (node.time.waited > 60_000) isFull = false;
		});
		respondByCount(() => (isFull ? refusal(400, 'Too many running tasks') : accepted('video_0')));
		const { items: videos } = await create(1, RETRY_ON_FAIL);
		expect(videos[0].json.id).toBe('video_0');
	});

	it('is not sent again if the server says so', async () => {
		node.server.respondTo(POST, {
			...refusal(429, 'Too many running tasks'),
			headers: { 'x-should-retry': 'false' },
		});
		const { error } = await create();
		expect(error?.message).toContain(TOO_MANY);
	});

	it.each([
		[400, 'Prompt must be at most 500 characters, and name only one video at a time'],
		[400, 'seconds exceeds the limit of 12'],
		[400, 'image and video cannot be used at the same time'],
		[400, '图片和视频不能同时使用'],
		[403, 'Insufficient balance'],
		[403, 'You have reached the daily limit of 10 videos'],
		[400, 'The video is already being processed'],
		[400, 'Please wait for the video to complete before you remix it'],
	])('is not taken for what it is not: %i %s', async (status, message) => {
		node.server.respondTo(POST, refusal(status, message));
		const { error } = await create();
		expect(error?.message).not.toContain(TOO_MANY);
		expect(node.time.pauses).toEqual([]);
	});

	it.each([500, 502, 504])(
		'is in doubt with a %i, which may come after the video was accepted',
		async (status) => {
			node.server.respondTo(POST, refusal(status, 'Too many running tasks'));
			const { error } = await create();
			expect(error?.message).toContain('may exist');
		},
	);
});

describe('Generate, when the account makes as many videos as it may at once', () => {
	it('makes the next video when one is done', async () => {
		let making = 0;
		let most = 0;
		let made = 0;
		const polls = new Map<string, number>();
		respondByCount(() => {
			if (making >= 2) return refusal(400, 'Too many running tasks');
			most = Math.max(most, ++making);
			const id = `video_${made++}`;
			node.server.alwaysRespondTo(`GET /v1/videos/${id}`, {
				respond(response) {
					const count = (polls.get(id) ?? 0) + 1;
					polls.set(id, count);
					if (count === 6) making--;
					const status = count < 6 ? 'in_progress' : 'failed';
					response.end(JSON.stringify({ ...queuedVideo(id), status }));
				},
			});
			return accepted(id);
		});
		const { items: videos, error } = await node.run(
			{ operation: 'generate', options: { onFailedVideo: 'return' } },
			{ items: items(6) },
		);
		expect(error?.message).toBeUndefined();
		expect(new Set(videos.map(({ json }) => json.id)).size).toBe(6);
		expect(most).toBe(2);
	});
});
