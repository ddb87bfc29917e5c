import { completedVideo, SORA } from '../support/fixtures.mts';
import { type ScriptedAnswer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_1';
const RUNNING = { id: 'video_1', object: 'video', status: 'in_progress' };
const DONE = { json: completedVideo('video_1') };

const bench = testNode({ operation: 'waitUntilDone' });
const wait = async (parameters = {}, setup = {}) => await bench.run(parameters, setup);

/** Waits for a video that was created this many seconds ago, as Create put it out. */
const waitForOneOf = async (age: number, ...answers: ScriptedAnswer[]) => {
	bench.server.answer(STATUS, ...answers);
	const json = { ...RUNNING, created_at: bench.time.now / 1000 - age };
	return await bench.run({}, { items: [{ json }] });
};

describe('a video that the server does not know', () => {
	const UNKNOWN: Array<[name: string, answer: ScriptedAnswer]> = [
		['404', { status: 404, json: { error: { message: 'Why.' } } }],
		['404 with nothing', { status: 404 }],
		['404 of FastAPI', { status: 404, json: { detail: 'Why.' } }],
		[
			'400 task_not_exist',
			{ status: 400, json: { code: 'task_not_exist', message: 'task_not_exist', data: null } },
		],
		['400 in words', { status: 400, json: { error: { message: 'Task does not exist.' } } }],
	];

	it.each(UNKNOWN)('moments after Create is mere lag: %s', async (_name, answer) => {
		const { items, error } = await waitForOneOf(1, answer, answer, DONE);
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
		expect(bench.time.waited).toBeLessThanOrEqual(10_000);
	});

	it.each(UNKNOWN)('is an answer when the lag lasts: %s', async (_name, answer) => {
		bench.server.answerAlways(STATUS, answer);
		const { error } = await waitForOneOf(1);
		expect(error?.message).toContain("The server does not know video 'video_1' (");
		expect(bench.time.waited).toBeGreaterThan(3_000);
		expect(bench.time.waited).toBeLessThanOrEqual(10_000);
	});

	it.each(UNKNOWN)('is an answer at once ten minutes later: %s', async (_name, answer) => {
		const { error } = await waitForOneOf(600, answer);
		expect(error?.message).toContain("The server does not know video 'video_1' (");
		expect(error?.description).toContain("Check 'Video ID'");
		expect(bench.time.pauses).toEqual([]);
	});

	it.each(UNKNOWN)('is an answer also in the middle of a wait: %s', async (_name, answer) => {
		bench.server.answer(STATUS, { json: RUNNING }, answer);
		const { error } = await wait();
		expect(error?.message).toContain("The server does not know video 'video_1' (");
		expect(bench.time.pauses).toHaveLength(1);
	});

	it('has expired where the server says 410, fresh or not', async () => {
		for (const age of [1, 600]) {
			const { error } = await waitForOneOf(age, { status: 410, json: { detail: 'Restarted.' } });
			expect(error?.message).toBe("Video 'video_1' has expired on the server (410): Restarted.");
		}
		expect(bench.time.pauses).toEqual([]);
	});

	it('is not what any other 400 means', async () => {
		const { error } = await waitForOneOf(1, { status: 400, json: { error: 'Odd.' } });
		expect(error?.message).toBe(
			"The server did not accept the request for video 'video_1' (400): Odd.",
		);
	});

	it.each([400, 403])(
		'is not what an expired key means: nobody shall pay again (%i)',
		async (status) => {
			const message = 'Authentication Error - Expired Key. Key Expiry time 2026-10-01';
			const { error } = await waitForOneOf(600, {
				status,
				json: { error: { message, type: 'expired_key', code: String(status) } },
			});
			expect(error?.message).toContain(message);
			expect(error?.message).not.toContain("Video 'video_1' has expired");
			expect(error?.description).not.toContain('Create it again');
		},
	);
});

describe('rate limits', () => {
	const limited = (headers: Record<string, string> = {}): ScriptedAnswer => ({
		status: 429,
		headers,
		json: { error: { message: 'Too many running tasks', code: 'rate_limit_exceeded' } },
	});
	const create = async (...answers: ScriptedAnswer[]) => {
		bench.server.answer(POST, ...answers);
		const parameters = { operation: 'create', model: SORA, prompt: 'a cat' };
		return await bench.run(parameters, { items: [{ json: {} }] });
	};
	const HINTS: Array<[headers: Record<string, string>, ms: number]> = [
		[{ 'retry-after': '20' }, 20_000],
		[{ 'retry-after': '1.5' }, 1_500],
		[{ 'retry-after': 'Sun, 01 Nov 2026 00:00:40 GMT' }, 40_000],
		[{ 'retry-after-ms': '2500' }, 2_500],
		[{ 'retry-after-ms': '2500', 'retry-after': '20' }, 2_500],
		[{ 'x-should-retry': 'true', 'retry-after': '3' }, 3_000],
	];

	it.each(HINTS)('are waited out by Create as told: %j', async (headers, ms) => {
		const { items } = await create(limited(headers), { json: RUNNING });
		expect(items[0].json.id).toBe('video_1');
		expect(bench.time.pauses).toEqual([ms]);
	});

	it.each(HINTS)('are waited out by a poll as told: %j', async (headers, ms) => {
		bench.server.answer(STATUS, limited(headers), DONE);
		expect((await wait()).items).toHaveLength(1);
		expect(bench.time.pauses).toEqual([ms]);
	});

	it.each([{}, { 'retry-after': '0' }, { 'retry-after': 'soon' }, { 'retry-after': '' }])(
		'without a time are waited out with pauses that grow: %j',
		async (headers) => {
			await create(...Array(4).fill(limited(headers as Record<string, string>)), { json: RUNNING });
			const { pauses } = bench.time;
			expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
			expect(pauses.at(-1)).toBeGreaterThan(pauses[0]);
			expect(pauses[0]).toBeGreaterThanOrEqual(500);
		},
	);

	it('for videos that run side by side last minutes, and Create waits that long', async () => {
		const { items } = await create(...Array(12).fill(limited({ 'retry-after': '30' })), {
			json: RUNNING,
		});
		expect(items[0].json.id).toBe('video_1');
		expect(bench.time.waited).toBe(360_000);
	});

	it('that never end are told, and nothing was created', async () => {
		bench.server.answerAlways(POST, limited());
		const { error } = await create();
		expect(error?.message).toBe(
			'The server takes no more requests right now (429): Too many running tasks',
		);
		expect(bench.time.waited).toBeGreaterThan(300_000);
		expect(bench.time.waited).toBeLessThanOrEqual(600_000);
	});

	it('are not waited out where the server says that it is of no use', async () => {
		await create(limited({ 'x-should-retry': 'false', 'retry-after': '5' }));
		bench.server.answer(STATUS, limited({ 'x-should-retry': 'false' }));
		await wait();
		expect(bench.time.pauses).toEqual([]);
	});

	it.each([500, 503, 408, 409])(
		'alone make Create ask again: after %i not even a server that wants it',
		async (status) => {
			await create({ status, headers: { 'x-should-retry': 'true', 'retry-after': '1' } });
			expect(bench.server.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
			expect(bench.time.pauses).toEqual([]);
		},
	);

	it.each([
		'Rate limit reached for sora-2 on requests per min. Limit: 3 / min. Please try again in 20s. Visit https://platform.openai.com/account/billing to add a payment method.',
		'Quota exceeded for online_prediction_requests_per_minute with base model: veo-3.1',
	])('that speak of billing or a quota are rate limits all the same: %s', async (message) => {
		const { error } = await create(
			{
				...limited({ 'retry-after': '20' }),
				json: { error: { message, code: 'rate_limit_exceeded' } },
			},
			{ json: RUNNING },
		);
		expect(error).toBeUndefined();
		expect(bench.time.pauses).toEqual([20_000]);
	});
});
