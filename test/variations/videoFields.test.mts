import { CREATE, MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const VIDEO = { id: 'video_1', object: 'video', status: 'in_progress' };

const node = testNode({ operation: 'getStatus' });

const itemOf = async (json: unknown) => {
	node.server.respondTo(STATUS, { json });
	return (await node.run()).items[0].json;
};

describe('progress', () => {
	it.each([
		[0, 0],
		[1, 1],
		[50, 50],
		[99, 99],
		[100, 100],
		[49.9, 49],
		[0.5, 50],
		[0.29, 29],
		[0.001, 0],
		['50%', 50],
		[' 50 % ', 50],
		['0%', 0],
		['0.5%', 0],
		['50', 50],
		['0.5', 50],
		[150, 100],
		['150%', 100],
		[-1, 0],
	])('%j is returned as %i', async (progress, expected) => {
		expect((await itemOf({ ...VIDEO, progress })).progress).toBe(expected);
	});

	it.each([undefined, null, '', 'NaN', 'Infinity', 'unknown', '%', true, [50], { percent: 50 }])(
		'%j is left out',
		async (progress) => {
			expect(await itemOf({ ...VIDEO, progress })).toEqual(VIDEO);
		},
	);

	it('never ends Wait Until Done, not even at 100', async () => {
		node.server.respondTo(
			STATUS,
			{ json: { ...VIDEO, progress: 99 } },
			{ json: { ...VIDEO, progress: 100 } },
			{ json: { ...VIDEO, progress: '100%' } },
			{ json: { ...VIDEO, status: 'completed', progress: 0 } },
		);
		const { items } = await node.run({ operation: 'waitUntilDone' });
		// Some servers never report 100, even for a completed video.
		expect(items[0].json).toEqual({ ...VIDEO, status: 'completed', progress: 100 });
		expect(node.time.pauses).toHaveLength(3);
	});

	it('is unchanged if the video failed', async () => {
		const json = { ...VIDEO, status: 'failed', progress: '40%' };
		expect((await itemOf(json)).progress).toBe(40);
	});
});

/** An unfinished one has no time of its end. */
const DONE = { ...VIDEO, status: 'completed', progress: 100 };

describe('created_at, completed_at and expires_at', () => {
	it.each([
		['seconds', 1764347090, 1764347090],
		['milliseconds', 1764347090922, 1764347090],
		['fractional seconds', 1764347090.92, 1764347090],
		['seconds as text', '1764347090', 1764347090],
		['milliseconds as text', '1764347090922', 1764347090],
		['a date', '2025-11-28T16:24:50Z', 1764347090],
		['a date in another time zone', '2025-11-28T18:24:50.922+02:00', 1764347090],
	])('are returned in Unix seconds from %s', async (_name, time, expected) => {
		const times = { created_at: time, completed_at: time, expires_at: time };
		const fields = {
			...{ created_at: expected, completed_at: expected, expires_at: expected },
			expires_at_iso: '2025-11-28T16:24:50.000Z',
		};
		expect(await itemOf({ ...DONE, ...times })).toEqual({ ...DONE, ...fields });
	});

	it.each([
		['created', 'created_at'],
		['createdAt', 'created_at'],
		['create_time', 'created_at'],
		['submit_time', 'created_at'],
		['finished_at', 'completed_at'],
		['finish_time', 'completed_at'],
		['completedAt', 'completed_at'],
		['expiresAt', 'expires_at'],
	])('are read from %s as %s', async (name, canonical) => {
		const json = await itemOf({ ...DONE, [canonical]: null, [name]: 1764347090922 });
		expect(json).toEqual({
			...{ ...DONE, [canonical]: 1764347090, [name]: 1764347090922 },
			...(canonical === 'expires_at' && { expires_at_iso: '2025-11-28T16:24:50.000Z' }),
		});
	});

	it.each([null, '', 0, 'soon', 'NaN', {}])('are left out if they are %j', async (time) => {
		const times = { created_at: time, completed_at: time, expires_at: time };
		expect(await itemOf({ ...VIDEO, ...times })).toEqual(VIDEO);
	});
});

describe('seconds', () => {
	it.each([
		[{ seconds: '4' }, '4'],
		[{ seconds: 4 }, '4'],
		[{ seconds: 4.5 }, '4.5'],
		[{ seconds: null, duration: 6 }, '6'],
		[{ duration: '6' }, '6'],
	])('is returned as text: %j', async (fields, seconds) => {
		expect((await itemOf({ ...VIDEO, ...fields })).seconds).toBe(seconds);
	});
});

describe('cost', () => {
	it.each([
		[{ cost: 0.4 }, 0.4],
		[{ cost: 0 }, 0],
		[{ cost: '0.40' }, 0.4],
		[{ usage: { cost: 1.25 } }, 1.25],
		[{ usage: { total_cost: '1.25' } }, 1.25],
		[{ outputs: { cost: 3, video_url: '/f' } }, 3],
		[{ cost: { total: 0.4, currency: 'USD' } }, 0.4],
		[{ cost: { amount: '0.4' } }, 0.4],
		[{ cost: 0.4, usage: { cost: 0.3 } }, 0.4],
		[{ cost: null, usage: { cost: 0.3 } }, 0.3],
	])('is returned as a number: %j', async (fields, cost) => {
		expect((await itemOf({ ...VIDEO, ...fields })).cost).toBe(cost);
	});

	it.each([
		{},
		{ cost: null },
		{ usage: { duration_seconds: 4, cost_in_usd_ticks: 5 } },
		{ usage: { cost: 'unknown' } },
		{ costs: 5, price: 6, metadata: { cost: 7 }, data: { cost: 8 } },
	])('is left out if the server does not tell it: %j', async (fields) => {
		expect(await itemOf({ ...VIDEO, ...fields })).not.toHaveProperty('cost');
	});

	it.each([{ input: 0.1, output: 0.3 }, 'about 1 EUR'])(
		'is left as it came if it is not clear: %j',
		async (cost) => expect((await itemOf({ ...VIDEO, cost })).cost).toEqual(cost),
	);

	it('is read from an envelope', async () => {
		const json = { code: 0, data: VIDEO, usage: { cost: 0.4 } };
		expect((await itemOf(json)).cost).toBe(0.4);
	});

	const headers = { 'x-litellm-response-cost': '0.4' };

	it("is read from LiteLLM's header, and kept until the video is downloaded", async () => {
		node.server.respondTo('POST /v1/videos', { json: VIDEO, headers });
		const created = await node.run(CREATE, { items: [{ json: {} }] });
		expect(created.items[0].json.cost).toBe(0.4);

		const poll = { 'x-litellm-response-cost': '0.0' };
		const completed = { json: { ...VIDEO, status: 'completed' }, headers: poll };
		node.server.respondTo(STATUS, completed, completed);
		node.server.respondTo(`${STATUS}/content`, { body: MP4 });
		const waited = await node.run({ operation: 'waitUntilDone' }, { items: created.items });
		const { items } = await node.run({ operation: 'download' }, { items: waited.items });
		expect(items[0].json).toMatchObject({ cost: 0.4, fileName: 'video_1.mp4' });
	});

	it('of the body comes first', async () => {
		node.server.respondTo('POST /v1/videos', { json: { ...VIDEO, cost: 0.5 }, headers });
		const { items } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(items[0].json.cost).toBe(0.5);
	});

	it.each(['', 'None', 'NaN'])('is not read from the header %j', async (cost) => {
		node.server.respondTo('POST /v1/videos', {
			json: VIDEO,
			headers: { 'x-litellm-response-cost': cost },
		});
		const { items } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(items[0].json).not.toHaveProperty('cost');
	});
});

describe('the fields of a video', () => {
	it('are left out if they are null, as LiteLLM sends them', async () => {
		const nulls = {
			...{ created_at: null, completed_at: null, expires_at: null, error: null, progress: null },
			...{ model: null, size: null, seconds: null, remixed_from_video_id: null },
		};
		const usage = { duration_seconds: 4 };
		expect(await itemOf({ id: 'video_1', object: 'video', status: null, ...nulls, usage })).toEqual(
			{
				id: 'video_1',
				object: 'video',
				status: 'pending',
				usage,
			},
		);
	});

	it('are unchanged if they are not part of the OpenAI Videos API', async () => {
		const more = { quality: 'standard', peak_memory_mb: 1.5, prompt: null, tags: ['a'] };
		expect(await itemOf({ ...VIDEO, ...more })).toEqual({ ...VIDEO, ...more });
	});

	it('always have video as the object', async () => {
		expect((await itemOf({ ...VIDEO, object: 'video.generation' })).object).toBe('video');
	});
});
