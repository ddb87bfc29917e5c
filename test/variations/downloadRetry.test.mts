import { downloadFrom } from '../support/downloadFrom.mts';
import { completedVideo, MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const CONTENT = 'GET /v1/videos/video_1/content';

const node = testNode({ operation: 'download' });
const download = downloadFrom(node);

describe('Download of a file that is not ready', () => {
	const notYet = (status: number, headers?: Record<string, string>) => ({
		status,
		headers,
		json: { error: { message: 'Task is not completed yet.' } },
	});

	it.each([400, 404, 408, 409, 425, 429, 500, 502, 503, 504])(
		'is retried after %i, and no video is created',
		async (status) => {
			const run = await download(notYet(status), notYet(status), { body: MP4 });
			expect((await node.fileOf(run)).equals(MP4)).toBe(true);
			expect(node.time.pauses).toHaveLength(2);
			expect(node.server.received.every(({ method }) => method === 'GET')).toBe(true);
		},
	);

	it.each([
		[{ 'retry-after': '7' }, 7_000],
		[{ 'retry-after-ms': '1500' }, 1_500],
		[{ 'retry-after': 'Sun, 01 Nov 2026 00:00:09 GMT' }, 9_000],
	])('is retried when the server says: %j', async (headers, ms) => {
		await download(notYet(409, headers), { body: MP4 });
		expect(node.time.pauses).toEqual([ms]);
	});

	it('waits longer before each retry', async () => {
		await download(...Array(5).fill(notYet(502)), { body: MP4 });
		const { pauses } = node.time;
		expect(pauses).toHaveLength(5);
		expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
		expect(pauses[4]).toBeGreaterThan(pauses[0]);
	});

	it.each([
		[400, 90_000, 'returns no file (400): Task is not completed yet.'],
		[404, 90_000, 'returns no file (404): Task is not completed yet.'],
		[409, 30_000, "The server says that video 'video_1' is completed, but returns no file (409)"],
		[
			502,
			300_000,
			"The server answered with an error instead of the file of video 'video_1' (502): Task is not",
		],
	])('fails with the video ID if it is never ready: %i', async (status, limit, message) => {
		node.server.alwaysRespondTo(CONTENT, notYet(status));
		const { error, items } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toContain(message);
		expect(error?.message).toContain("'video_1'");
		expect(error?.description).toBeTruthy();
		expect(node.time.waited).toBeGreaterThan(limit / 3);
		expect(node.time.waited).toBeLessThanOrEqual(limit);
	});

	it('is not retried if the server sends x-should-retry: false', async () => {
		await download(notYet(404, { 'x-should-retry': 'false' }));
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		[410, { error: { code: 'video_expired', message: 'Gone.' } }, 'Gone.'],
		[410, {}, undefined],
	])('is not retried if the video has expired: %i %j', async (status, json, message) => {
		const { error } = await download({ status, json });
		expect(error?.message).toBe(
			`Video 'video_1' has expired on the server (410)${message ? `: ${message}` : ''}`,
		);
		expect(error?.description).toContain('Create it again');
		expect(node.time.pauses).toEqual([]);
	});

	it('is retried after 202 when Retry-After says', async () => {
		const headers = { 'retry-after': '40' };
		const accepted = { status: 202, headers, json: { status: 'processing' } };
		const run = await download(accepted, { body: MP4 });
		expect(run.error).toBeUndefined();
		expect(node.time.pauses).toEqual([40_000]);
	});
});

describe('Download with On Error: Continue', () => {
	it('returns an item with all fields of the video if the file has expired', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		node.server.respondTo(CONTENT, { status: 410, json: {} });
		const { items } = await node.run({}, { settings: { onError: 'continueRegularOutput' } });
		expect(items[0].json).toEqual({
			...completedVideo('video_1'),
			provider_status: 'completed',
			error: "Video 'video_1' has expired on the server (410)",
		});
	});
});
