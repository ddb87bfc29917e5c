import { completedVideo, CREATE } from '../support/fixtures.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_1';
const RUNNING = { id: 'video_1', object: 'video', status: 'in_progress' };
const DONE = { json: completedVideo('video_1') };

const node = testNode({ operation: 'waitUntilDone' });
const wait = async (parameters = {}, setup = {}) => await node.run(parameters, setup);

const create = async (...responses: ScriptedResponse[]) => {
	node.server.respondTo(POST, ...responses);
	return await node.run(CREATE, { items: [{ json: {} }] });
};

/** Waits for a video that Create returned this many seconds ago. */
const waitForVideoOfAge = async (age: number, ...responses: ScriptedResponse[]) => {
	node.server.respondTo(STATUS, ...responses);
	const json = { ...RUNNING, created_at: node.time.now / 1000 - age };
	return await node.run({}, { items: [{ json }] });
};

describe('Wait Until Done for a video that the server does not find', () => {
	const NOT_FOUND: Array<[name: string, response: ScriptedResponse]> = [
		['404', { status: 404, json: { error: { message: 'Why.' } } }],
		['404 with an empty body', { status: 404 }],
		['404 from FastAPI', { status: 404, json: { detail: 'Why.' } }],
		[
			'400 task_not_exist',
			{ status: 400, json: { code: 'task_not_exist', message: 'task_not_exist', data: null } },
		],
		['400 with a message', { status: 400, json: { error: { message: 'Task does not exist.' } } }],
	];

	it.each(NOT_FOUND)('retries shortly after Create: %s', async (_name, response) => {
		const { items, error } = await waitForVideoOfAge(1, response, response, DONE);
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
		expect(node.time.waited).toBeLessThanOrEqual(10_000);
	});

	it.each(NOT_FOUND)('fails after a minute of retries: %s', async (_name, response) => {
		node.server.alwaysRespondTo(STATUS, response);
		const { error } = await waitForVideoOfAge(1);
		expect(error?.message).toContain("The server does not know video 'video_1' (");
		expect(node.time.waited).toBeGreaterThanOrEqual(60_000);
		expect(node.time.waited).toBeLessThanOrEqual(90_000);
	});

	it.each(NOT_FOUND)('fails at once ten minutes after Create: %s', async (_name, response) => {
		const { error } = await waitForVideoOfAge(600, response);
		expect(error?.message).toContain("The server does not know video 'video_1' (");
		expect(error?.description).toContain("Check 'Video ID'");
		expect(node.time.pauses).toEqual([]);
	});

	it('reports an expired video after 410, whatever its age', async () => {
		for (const age of [1, 600]) {
			const { error } = await waitForVideoOfAge(age, {
				status: 410,
				json: { detail: 'Restarted.' },
			});
			expect(error?.message).toBe("Video 'video_1' has expired on the server (410): Restarted.");
		}
		expect(node.time.pauses).toEqual([]);
	});

	it('reports a rejected request after any other 400', async () => {
		const { error } = await waitForVideoOfAge(600, { status: 400, json: { error: 'Odd.' } });
		expect(error?.message).toBe(
			"The server did not accept the request for video 'video_1' (400): Odd.",
		);
	});

	it.each([400, 403])(
		'does not report an expired API key as an expired video: %i',
		async (status) => {
			const message = 'Authentication Error - Expired Key. Key Expiry time 2026-10-01';
			const { error } = await waitForVideoOfAge(600, {
				status,
				json: { error: { message, type: 'expired_key', code: String(status) } },
			});
			expect(error?.message).toContain(message);
			expect(error?.message).not.toContain("Video 'video_1' has expired");
			expect(error?.description).not.toContain('Create it again');
		},
	);
});

describe('rate limit', () => {
	const limited = (headers: Record<string, string> = {}): ScriptedResponse => ({
		status: 429,
		headers,
		json: { error: { message: 'Too many requests', code: 'rate_limit_exceeded' } },
	});
	const HINTS: Array<[headers: Record<string, string>, ms: number]> = [
		[{ 'retry-after': '20' }, 20_000],
		[{ 'retry-after': '1.5' }, 1_500],
		[{ 'retry-after': 'Sun, 01 Nov 2026 00:00:40 GMT' }, 40_000],
		[{ 'retry-after-ms': '2500' }, 2_500],
		[{ 'retry-after-ms': '2500', 'retry-after': '20' }, 2_500],
		[{ 'x-should-retry': 'true', 'retry-after': '3' }, 3_000],
	];

	it.each(HINTS)(
		'is waited out by Create for as long as the server says: %j',
		async (headers, ms) => {
			const { items } = await create(limited(headers), { json: RUNNING });
			expect(items[0].json.id).toBe('video_1');
			expect(node.time.pauses).toEqual([ms]);
		},
	);

	it.each(HINTS)(
		'is waited out by Wait Until Done for as long as the server says: %j',
		async (headers, ms) => {
			node.server.respondTo(STATUS, limited(headers), DONE);
			expect((await wait()).items).toHaveLength(1);
			expect(node.time.pauses).toEqual([ms]);
		},
	);

	it.each([{}, { 'retry-after': '0' }, { 'retry-after': 'soon' }, { 'retry-after': '' }])(
		'is waited out with growing pauses if the server does not say how long: %j',
		async (headers) => {
			await create(...Array(4).fill(limited(headers as Record<string, string>)), { json: RUNNING });
			const { pauses } = node.time;
			expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
			expect(pauses.at(-1)).toBeGreaterThan(pauses[0]);
			expect(pauses[0]).toBeGreaterThanOrEqual(500);
		},
	);

	it('is waited out by Create for minutes', async () => {
		const { items } = await create(...Array(12).fill(limited({ 'retry-after': '30' })), {
			json: RUNNING,
		});
		expect(items[0].json.id).toBe('video_1');
		expect(node.time.waited).toBe(360_000);
	});

	it('is reported by Create if it never ends', async () => {
		node.server.alwaysRespondTo(POST, limited());
		const { error } = await create();
		expect(error?.message).toBe(
			'The server takes no more requests right now (429): Too many requests',
		);
		expect(node.time.waited).toBeGreaterThan(300_000);
		expect(node.time.waited).toBeLessThanOrEqual(600_000);
	});

	it('is not waited out if the server sends x-should-retry: false', async () => {
		await create(limited({ 'x-should-retry': 'false', 'retry-after': '5' }));
		node.server.respondTo(STATUS, limited({ 'x-should-retry': 'false' }));
		await wait();
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		'Rate limit reached for sora-2 on requests per min. Limit: 3 / min. Please try again in 20s. Visit https://platform.openai.com/account/billing to add a payment method.',
		'Quota exceeded for online_prediction_requests_per_minute with base model: veo-3.1',
	])('is waited out even if its message mentions billing or a quota: %s', async (message) => {
		const { error } = await create(
			{
				...limited({ 'retry-after': '20' }),
				json: { error: { message, code: 'rate_limit_exceeded' } },
			},
			{ json: RUNNING },
		);
		expect(error).toBeUndefined();
		expect(node.time.pauses).toEqual([20_000]);
	});
});

describe('Create', () => {
	it.each([500, 503, 408, 409])(
		'does not retry a %i, even with x-should-retry: true',
		async (status) => {
			await create({ status, headers: { 'x-should-retry': 'true', 'retry-after': '1' } });
			expect(node.server.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
			expect(node.time.pauses).toEqual([]);
		},
	);
});
