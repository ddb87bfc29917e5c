import { completedVideo, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const WAIT = { operation: 'waitUntilDone', timeoutMinutes: 10 };

const bench = testNode({ operation: 'getStatus' });

const WORDS = {
	pending: [
		...['queued', 'pending', 'submitted', 'created', 'starting'],
		...['not_start', 'not_started', 'unknown', 'preparing'],
	],
	in_progress: ['in_progress', 'processing', 'preprocessing', 'running', 'generating'],
	completed: ['completed', 'complete', 'succeeded', 'succeed', 'success', 'done', 'finished'],
	failed: [
		...['failed', 'fail', 'failure', 'error', 'cancelled', 'canceled'],
		...['expired', 'rejected', 'deleted'],
	],
};

/** One word in all the ways in which servers write it. */
const spellings = (word: string) => [
	word,
	word.toUpperCase(),
	word[0].toUpperCase() + word.slice(1),
	` ${word}\n`,
	word.replaceAll('_', '-'),
	word.replaceAll('_', ' '),
];

describe('status words', () => {
	it.each(Object.entries(WORDS).flatMap(([status, words]) => words.map((word) => [word, status])))(
		'"%s" means %s, however it is written',
		async (word, status) => {
			for (const spelling of spellings(word)) {
				bench.server.answer(STATUS, { json: { id: 'video_1', status: spelling } });
				const { json } = (await bench.run()).items[0];
				expect([spelling, json.status]).toEqual([spelling, status]);
				// An IF node reads `status`; who wants the server's own word finds it beside it.
				const own = spelling.trim();
				expect(json.provider_status).toBe(own === status ? undefined : own);
			}
		},
	);

	it.each([
		['missing', {}],
		['empty', { status: '' }],
		['null', { status: null }],
	])('a status that is %s means pending', async (_name, fields) => {
		bench.server.answer(STATUS, { json: { id: 'video_1', ...fields } });
		const { json } = (await bench.run()).items[0];
		expect(json.status).toBe('pending');
		expect(json).not.toHaveProperty('provider_status');
	});

	it.each([
		['state', { state: 'running' }],
		['task_status', { status: null, task_status: 'RUNNING' }],
	])('a status may be called %s', async (_name, fields) => {
		bench.server.answer(STATUS, { json: { id: 'video_1', ...fields } });
		expect((await bench.run()).items[0].json.status).toBe('in_progress');
	});

	it('keeps waiting on words that nobody knows, until the video is done', async () => {
		bench.server.answer(
			STATUS,
			{ json: { id: 'video_1', status: 'upscaling' } },
			{ json: { id: 'video_1', status: 'Moderation in progress' } },
			{ json: completedVideo('video_1') },
		);
		const { items, error } = await bench.run(WAIT);
		expect(error).toBeUndefined();
		expect(items[0].json).toEqual(completedVideo('video_1'));
	});

	it('quotes an unknown word when the time is up, and keeps the video', async () => {
		bench.server.answerAlways(STATUS, {
			json: { id: 'video_1', status: 'Upscaling', progress: 7 },
		});
		const { items } = await bench.run(WAIT, { settings: { onError: 'continueRegularOutput' } });
		expect(items[0].json).toMatchObject({
			id: 'video_1',
			status: 'pending',
			provider_status: 'Upscaling',
			error: "Video 'video_1' was not finished within 10 minutes (last state: Upscaling, 7 %)",
		});
	});

	it.each([
		['expired', "Video 'video_1' has expired on the server", 'Create it again'],
		['EXPIRED', "Video 'video_1' has expired on the server", 'Create it again'],
		['cancelled', "Video 'video_1' was cancelled on the server", 'Create it again'],
		['Canceled', "Video 'video_1' was cancelled on the server", 'Create it again'],
		['deleted', "Video 'video_1' was deleted on the server", 'Create it again'],
		['rejected', "The server could not make video 'video_1': it gave no reason", 'Change the'],
	])('has a sentence of its own for "%s"', async (status, message, next) => {
		for (const operation of ['waitUntilDone', 'download']) {
			bench.server.answer(STATUS, { json: { id: 'video_1', status } });
			const { error } = await bench.run({ operation });
			expect(error?.message).toBe(message);
			expect(error?.description).toContain(next);
		}
		expect(bench.time.pauses).toEqual([]);
	});

	it.each([
		['expired', "Video 'video_1' has expired on the server: Kept for one hour."],
		['cancelled', "Video 'video_1' was cancelled on the server: Kept for one hour."],
	])('adds the reason of the server to "%s"', async (status, message) => {
		const error = { message: 'Kept for one hour.' };
		bench.server.answer(STATUS, { json: { id: 'video_1', status, error } });
		expect((await bench.run(WAIT)).error?.message).toBe(message);
	});
});

describe('what Create is answered with', () => {
	const create = async () => await bench.run(CREATE, { items: [{ json: {} }] });

	it.each([200, 201, 202])('a %i is a success', async (status) => {
		bench.server.answer('POST /v1/videos', { status, json: { id: 'video_1', status: 'pending' } });
		expect((await create()).items[0].json).toMatchObject({ id: 'video_1', status: 'pending' });
	});

	it.each([200, 201, 202])('a video may be completed at once (%i)', async (status) => {
		bench.server.answer('POST /v1/videos', { status, json: completedVideo('video_1') });
		const { items } = await create();
		expect(items[0].json).toEqual(completedVideo('video_1'));

		bench.server.answer(STATUS, { json: completedVideo('video_1') });
		expect((await bench.run(WAIT, { items })).items[0].json).toEqual(completedVideo('video_1'));
		expect(bench.time.pauses).toEqual([]);
	});

	it('a video that failed at once is a row with its reason, so that nothing is sent twice', async () => {
		bench.server.answer('POST /v1/videos', {
			json: { id: 'video_1', status: 'failed', error: { message: 'No.' } },
		});
		const { items } = await bench.run(CREATE, {
			items: [{ json: {} }],
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'failed' });
		expect(bench.server.received).toHaveLength(1);
	});

	it('JSON that is labelled as something else is read all the same', async () => {
		bench.server.answer('POST /v1/videos', {
			body: JSON.stringify({ id: 'video_1', status: 'pending' }),
			headers: { 'content-type': 'text/html' },
		});
		expect((await create()).items[0].json.id).toBe('video_1');
	});
});
