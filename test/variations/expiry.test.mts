import { completedVideo, MP4, SORA } from '../support/fixtures.mts';
import { type ScriptedAnswer, startScriptedServer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = 'GET /v1/videos/video_1/content';
const PAST = { expires_at: Date.UTC(2026, 9, 31, 22, 15, 30) / 1000 };
const FUTURE = { expires_at: Date.UTC(2026, 10, 1, 1) / 1000 };
const SINCE = ', which kept it until 2026-10-31 22:15:30 UTC';

const bench = testNode({ operation: 'download' });

const video = (more: object = {}) => ({ ...completedVideo('video_1'), ...more });

describe('the time at which a file expires', () => {
	it.each([
		['getStatus', 'completed'],
		['getStatus', 'queued'],
		['waitUntilDone', 'completed'],
		['download', 'completed'],
	])('is told as text too by %s, of a video that is %s', async (operation, status) => {
		bench.server.answer(STATUS, { json: video({ ...FUTURE, status }) });
		if (operation === 'download') bench.server.answer(CONTENT, { body: MP4 });
		const { items } = await bench.run({ operation });
		expect(items[0].json).toMatchObject({ ...FUTURE, expires_at_iso: '2026-11-01T01:00:00.000Z' });
	});

	it('is told as text too by Create, where the server knows it already', async () => {
		bench.server.answer('POST /v1/videos', {
			json: { id: 'video_1', status: 'queued', ...FUTURE },
		});
		const parameters = { operation: 'create', model: SORA, prompt: 'a cat' };
		const { items } = await bench.run(parameters, { items: [{ json: {} }] });
		expect(items[0].json).toMatchObject({ ...FUTURE, expires_at_iso: '2026-11-01T01:00:00.000Z' });
	});

	it.each<[string, object, string]>([
		['in milliseconds', { expires_at: 1793494800922 }, '2026-11-01T01:00:00.000Z'],
		['as a date', { expires_at: '2026-11-01T03:00:00+02:00' }, '2026-11-01T01:00:00.000Z'],
		['by another name', { expiresAt: 1793494800 }, '2026-11-01T01:00:00.000Z'],
		['far away', { expires_at: 253402300799 }, '9999-12-31T23:59:59.000Z'],
	])('is the same however the server tells it: %s', async (_name, fields, expected) => {
		bench.server.answer(STATUS, { json: video(fields) });
		const { items } = await bench.run({ operation: 'getStatus' });
		const seconds = Date.parse(expected) / 1000;
		expect(items[0].json).toMatchObject({ expires_at: seconds, expires_at_iso: expected });
	});

	it.each([{}, { expires_at: null }, { expires_at: 'soon' }, { expires_at: 1e18 }])(
		'is not made up: %j',
		async (fields) => {
			bench.server.answer(STATUS, { json: video(fields) });
			const { items } = await bench.run({ operation: 'getStatus' });
			expect(items[0].json).not.toHaveProperty('expires_at_iso');
		},
	);

	it('stays as the server has it, where it has such a field and nothing else', async () => {
		bench.server.answer(STATUS, { json: video({ expires_at_iso: 'tomorrow' }) });
		const { items } = await bench.run({ operation: 'getStatus' });
		expect(items[0].json.expires_at_iso).toBe('tomorrow');
	});
});

describe('a download that comes too late', () => {
	const download = async (fields: object, answer: ScriptedAnswer) => {
		bench.server.answer(STATUS, { json: video(fields) });
		bench.server.answerAlways(CONTENT, answer);
		const { error, items } = await bench.run();
		expect(items).toEqual([]);
		return error!;
	};

	it.each([404, 410])('says since when: %i', async (status) => {
		const error = await download(PAST, { status, json: { error: { message: 'Gone.' } } });
		expect(error.message).toBe(
			`Video 'video_1' has expired on the server${SINCE} (${status}): Gone.`,
		);
		expect(error.description).toBe('Create it again, and download it soon after it is completed.');
		expect(error.httpCode).toBe(String(status));
	});

	it('says since when, also to the second', async () => {
		const now = { expires_at: bench.time.now / 1000 };
		expect((await download(now, { status: 410 })).message).toContain('2026-11-01 00:00:00 UTC');
	});

	it('says nothing of a time that has not come yet, or that nobody told', async () => {
		for (const fields of [FUTURE, {}]) {
			expect((await download(fields, { status: 410 })).message).toBe(
				"Video 'video_1' has expired on the server (410)",
			);
		}
	});

	it.each([FUTURE, {}])('is not what "not found" means before that time: %j', async (fields) => {
		expect((await download(fields, { status: 404 })).message).toBe(
			"The server says that video 'video_1' is completed, but gives out no file (404)",
		);
	});

	it.each([401, 403, 500])('is not what every refusal means: %i', async (status) => {
		expect((await download(PAST, { status })).message).not.toContain('has expired');
	});

	it('is a download like any other where the server still has the file', async () => {
		bench.server.answer(STATUS, { json: video(PAST) });
		bench.server.answer(CONTENT, { body: MP4 });
		const run = await bench.run();
		expect(run.error).toBeUndefined();
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});

	it.each([404, 410])('says so of a file on another host: %i', async (status) => {
		const store = await startScriptedServer();
		store.answerAlways('GET /file', { status });
		const headers = { location: `${store.origin}/file` };
		const error = await download(PAST, { status: 302, headers });
		await store.close();
		expect(error.message).toBe(`Video 'video_1' has expired on the server${SINCE} (${status})`);
	});
});

describe('a video that is gone by the time it is looked at', () => {
	it.each(['getStatus', 'waitUntilDone', 'download'])(
		'has expired, as the item from the step before tells %s',
		async (operation) => {
			bench.server.answer(STATUS, { status: 404, json: { error: { message: 'No such video.' } } });
			const { error } = await bench.run({ operation }, { items: [{ json: video(PAST) }] });
			expect(error?.message).toBe(
				`Video 'video_1' has expired on the server${SINCE} (404): No such video.`,
			);
		},
	);

	it('is unknown where that time has not come, or the item tells of another video', async () => {
		for (const json of [video(FUTURE), { ...video(PAST), id: 'video_2' }]) {
			bench.server.answer(STATUS, { status: 404 });
			const { error } = await bench.run({ videoId: 'video_1' }, { items: [{ json }] });
			expect(error?.message).toBe("The server does not know video 'video_1' (404)");
		}
	});

	it('says since when, where the server calls it expired', async () => {
		for (const operation of ['waitUntilDone', 'download']) {
			bench.server.answer(STATUS, { json: { id: 'video_1', status: 'expired', ...PAST } });
			const { error } = await bench.run({ operation });
			expect(error?.message).toBe(`Video 'video_1' has expired on the server${SINCE}`);
		}
	});
});
