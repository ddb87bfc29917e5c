import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const VIDEO = { id: 'video_1', object: 'video', status: 'in_progress' };

const bench = testNode({ operation: 'getStatus' });

const rowOf = async (json: unknown) => {
	bench.server.answer(STATUS, { json });
	return (await bench.run()).items[0].json;
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
	])('%j is %i', async (progress, expected) => {
		expect((await rowOf({ ...VIDEO, progress })).progress).toBe(expected);
	});

	it.each([null, '', 'NaN', 'Infinity', 'unknown', '%', true, [50], { percent: 50 }])(
		'%j is no progress, and left out',
		async (progress) => {
			expect(await rowOf({ ...VIDEO, progress })).toEqual(VIDEO);
		},
	);

	it('may be absent', async () => {
		expect(await rowOf(VIDEO)).toEqual(VIDEO);
	});

	it('never ends a wait, neither at 99 nor at 100', async () => {
		bench.server.answer(
			STATUS,
			{ json: { ...VIDEO, progress: 99 } },
			{ json: { ...VIDEO, progress: 100 } },
			{ json: { ...VIDEO, progress: '100%' } },
			{ json: { ...VIDEO, status: 'completed', progress: 0 } },
		);
		const { items } = await bench.run({ operation: 'waitUntilDone' });
		// Some servers leave it at 0 or 99 for ever; a completed video is at 100.
		expect(items[0].json).toEqual({ ...VIDEO, status: 'completed', progress: 100 });
		expect(bench.time.pauses).toHaveLength(3);
	});

	it('stays where it was when the video failed', async () => {
		const json = { ...VIDEO, status: 'failed', progress: '40%' };
		expect((await rowOf(json)).progress).toBe(40);
	});
});

describe('times and lengths', () => {
	it.each([
		['seconds', 1764347090, 1764347090],
		['milliseconds', 1764347090922, 1764347090],
		['parts of a second', 1764347090.92, 1764347090],
		['seconds as text', '1764347090', 1764347090],
		['milliseconds as text', '1764347090922', 1764347090],
		['a date', '2025-11-28T16:24:50Z', 1764347090],
		['a date of another zone', '2025-11-28T18:24:50.922+02:00', 1764347090],
	])('in %s become Unix seconds', async (_name, given, expected) => {
		const times = { created_at: given, completed_at: given, expires_at: given };
		const wanted = {
			...{ created_at: expected, completed_at: expected, expires_at: expected },
			expires_at_iso: '2025-11-28T16:24:50.000Z',
		};
		expect(await rowOf({ ...VIDEO, ...times })).toEqual({ ...VIDEO, ...wanted });
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
	])('called %s are %s', async (name, canonical) => {
		const json = await rowOf({ ...VIDEO, [canonical]: null, [name]: 1764347090922 });
		expect(json).toEqual({
			...{ ...VIDEO, [canonical]: 1764347090, [name]: 1764347090922 },
			...(canonical === 'expires_at' && { expires_at_iso: '2025-11-28T16:24:50.000Z' }),
		});
	});

	it.each([null, '', 0, 'soon', 'NaN', {}])('%j is no time, and left out', async (time) => {
		const times = { created_at: time, completed_at: time, expires_at: time };
		expect(await rowOf({ ...VIDEO, ...times })).toEqual(VIDEO);
	});

	it.each([
		[{ seconds: '4' }, '4'],
		[{ seconds: 4 }, '4'],
		[{ seconds: 4.5 }, '4.5'],
		[{ seconds: null, duration: 6 }, '6'],
		[{ duration: '6' }, '6'],
	])('of a video are text: %j', async (fields, seconds) => {
		expect((await rowOf({ ...VIDEO, ...fields })).seconds).toBe(seconds);
	});

	it('and all else may be null, as LiteLLM has it, without leaving nulls in these fields', async () => {
		const nulls = {
			...{ created_at: null, completed_at: null, expires_at: null, error: null, progress: null },
			...{ model: null, size: null, seconds: null, remixed_from_video_id: null },
		};
		const usage = { duration_seconds: 4 };
		expect(await rowOf({ id: 'video_1', object: 'video', status: null, ...nulls, usage })).toEqual({
			id: 'video_1',
			object: 'video',
			status: 'pending',
			usage,
		});
	});

	it('keeps whatever else a server tells', async () => {
		const more = { quality: 'standard', peak_memory_mb: 1.5, prompt: null, tags: ['a'] };
		expect(await rowOf({ ...VIDEO, ...more })).toEqual({ ...VIDEO, ...more });
	});

	it('calls it a video, whatever the server calls it', async () => {
		expect((await rowOf({ ...VIDEO, object: 'video.generation' })).object).toBe('video');
	});
});
