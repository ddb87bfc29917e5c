import { completedVideo, CREATE, MP4, queuedVideo } from '../support/fixtures.mts';
import { type ScriptedResponse, startScriptedServer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = 'GET /v1/videos/video_1/content';
const PAST = { expires_at: Date.UTC(2026, 9, 31, 22, 15, 30) / 1000 };
const FUTURE = { expires_at: Date.UTC(2026, 10, 1, 1) / 1000 };
const KEPT_UNTIL = ', which kept it until 2026-10-31 22:15:30 UTC';

const node = testNode({ operation: 'download' });

const video = (more: object = {}) => ({ ...completedVideo('video_1'), ...more });

describe('expires_at_iso', () => {
	it.each([
		['getStatus', 'completed'],
		['getStatus', 'queued'],
		['waitUntilDone', 'completed'],
		['download', 'completed'],
	])('is returned by %s for a video that is %s', async (operation, status) => {
		node.server.respondTo(STATUS, { json: video({ ...FUTURE, status }) });
		if (operation === 'download') node.server.respondTo(CONTENT, { body: MP4 });
		const { items } = await node.run({ operation });
		expect(items[0].json).toMatchObject({ ...FUTURE, expires_at_iso: '2026-11-01T01:00:00.000Z' });
	});

	it('is returned by Create if the server reports the expiry', async () => {
		node.server.respondTo('POST /v1/videos', { json: { ...queuedVideo('video_1'), ...FUTURE } });
		const { items } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(items[0].json).toMatchObject({ ...FUTURE, expires_at_iso: '2026-11-01T01:00:00.000Z' });
	});

	it.each<[string, object, string]>([
		['in milliseconds', { expires_at: 1793494800922 }, '2026-11-01T01:00:00.000Z'],
		['as a date', { expires_at: '2026-11-01T03:00:00+02:00' }, '2026-11-01T01:00:00.000Z'],
		['under another name', { expiresAt: 1793494800 }, '2026-11-01T01:00:00.000Z'],
		['in the far future', { expires_at: 253402300799 }, '9999-12-31T23:59:59.000Z'],
	])('is read from an expiry %s', async (_name, fields, expected) => {
		node.server.respondTo(STATUS, { json: video(fields) });
		const { items } = await node.run({ operation: 'getStatus' });
		const seconds = Date.parse(expected) / 1000;
		expect(items[0].json).toMatchObject({ expires_at: seconds, expires_at_iso: expected });
	});

	it.each([{}, { expires_at: null }, { expires_at: 'soon' }, { expires_at: 1e30 }])(
		'is left out without a valid expiry: %j',
		async (fields) => {
			node.server.respondTo(STATUS, { json: video(fields) });
			const { items } = await node.run({ operation: 'getStatus' });
			expect(items[0].json).not.toHaveProperty('expires_at_iso');
		},
	);

	it('is unchanged if the server sends only expires_at_iso', async () => {
		node.server.respondTo(STATUS, { json: video({ expires_at_iso: 'tomorrow' }) });
		const { items } = await node.run({ operation: 'getStatus' });
		expect(items[0].json.expires_at_iso).toBe('tomorrow');
	});
});

describe('Download of an expired file', () => {
	const download = async (fields: object, response: ScriptedResponse) => {
		node.server.respondTo(STATUS, { json: video(fields) });
		node.server.alwaysRespondTo(CONTENT, response);
		const { error, items } = await node.run();
		expect(items).toEqual([]);
		return error!;
	};

	it.each([404, 410])('reports when the file expired after %i', async (status) => {
		const error = await download(PAST, { status, json: { error: { message: 'Gone.' } } });
		expect(error.message).toBe(
			`Video 'video_1' has expired on the server${KEPT_UNTIL} (${status}): Gone.`,
		);
		expect(error.description).toBe('Create it again, and download it soon after it is completed.');
		expect(error.httpCode).toBe(String(status));
	});

	it('reports the expiry from the second in which it is reached', async () => {
		const now = { expires_at: node.time.now / 1000 };
		expect((await download(now, { status: 410 })).message).toContain('2026-11-01 00:00:00 UTC');
	});

	it('reports no expiry that is in the future or missing', async () => {
		for (const fields of [FUTURE, {}]) {
			expect((await download(fields, { status: 410 })).message).toBe(
				"Video 'video_1' has expired on the server (410)",
			);
		}
	});

	it.each([FUTURE, {}])(
		'does not report a 404 before the expiry as expired: %j',
		async (fields) => {
			expect((await download(fields, { status: 404 })).message).toBe(
				"The server says that video 'video_1' is completed, but returns no file (404)",
			);
		},
	);

	it.each([401, 403, 500])('does not report a %i as expired', async (status) => {
		expect((await download(PAST, { status })).message).not.toContain('has expired');
	});

	it('returns the file if the server still has it', async () => {
		node.server.respondTo(STATUS, { json: video(PAST) });
		node.server.respondTo(CONTENT, { body: MP4 });
		const run = await node.run();
		expect(run.error).toBeUndefined();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});

	it.each([404, 410])('reports when a file on another server expired after %i', async (status) => {
		const store = await startScriptedServer();
		store.alwaysRespondTo('GET /file', { status });
		const headers = { location: `${store.origin}/file` };
		const error = await download(PAST, { status: 302, headers });
		await store.close();
		expect(error.message).toBe(
			`Video 'video_1' has expired on the server${KEPT_UNTIL} (${status})`,
		);
	});
});

describe('a video that no longer exists', () => {
	it.each(['getStatus', 'waitUntilDone', 'download'])(
		'is reported by %s as expired, with the expiry from the input item',
		async (operation) => {
			node.server.respondTo(STATUS, {
				status: 404,
				json: { error: { message: 'No such video.' } },
			});
			const { error } = await node.run({ operation }, { items: [{ json: video(PAST) }] });
			expect(error?.message).toBe(
				`Video 'video_1' has expired on the server${KEPT_UNTIL} (404): No such video.`,
			);
		},
	);

	it.each(['getStatus', 'waitUntilDone'])(
		'is not called expired by %s if the expiry has no time zone, which the row tells',
		async (operation) => {
			const expires_at = '2026-10-31 22:15:30';
			node.server.respondTo(STATUS, { json: video({ expires_at }) }, { status: 404 });
			const { items } = await node.run({ operation: 'getStatus' });
			expect(items[0].json).toMatchObject({ ...PAST, provider_expires_at: expires_at });
			const { error } = await node.run({ operation }, { items });
			expect(error?.message).toBe("The server does not know video 'video_1' (404)");
			expect(error?.description).not.toContain('Create it again');
		},
	);

	it('is reported as unknown before the expiry, or if the input item holds another video', async () => {
		for (const json of [video(FUTURE), { ...video(PAST), id: 'video_2' }]) {
			node.server.respondTo(STATUS, { status: 404 });
			const { error } = await node.run({ videoId: 'video_1' }, { items: [{ json }] });
			expect(error?.message).toBe("The server does not know video 'video_1' (404)");
		}
	});

	it('is reported with its expiry if its status is expired', async () => {
		for (const operation of ['waitUntilDone', 'download']) {
			node.server.respondTo(STATUS, { json: { id: 'video_1', status: 'expired', ...PAST } });
			const { error } = await node.run({ operation });
			expect(error?.message).toBe(`Video 'video_1' has expired on the server${KEPT_UNTIL}`);
		}
	});
});
