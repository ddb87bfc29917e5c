import { downloadFrom } from '../support/downloadFrom.mts';
import { MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const CONTENT = 'GET /v1/videos/video_1/content';

const bench = testNode({ operation: 'download' });
const download = downloadFrom(bench);

describe('a file that is not there yet', () => {
	const notYet = (status: number, headers?: Record<string, string>) => ({
		status,
		headers,
		json: { error: { message: 'Task is not completed yet.' } },
	});

	it.each([400, 404, 408, 409, 425, 429, 500, 502, 503, 504])(
		'is asked for again after %i, and the video is not created again',
		async (status) => {
			const run = await download(notYet(status), notYet(status), { body: MP4 });
			expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
			expect(bench.time.pauses).toHaveLength(2);
			expect(bench.server.received.every(({ method }) => method === 'GET')).toBe(true);
		},
	);

	it.each([
		[{ 'retry-after': '7' }, 7_000],
		[{ 'retry-after-ms': '1500' }, 1_500],
		[{ 'retry-after': 'Sun, 01 Nov 2026 00:00:09 GMT' }, 9_000],
	])('is asked for when the server says: %j', async (headers, ms) => {
		await download(notYet(409, headers), { body: MP4 });
		expect(bench.time.pauses).toEqual([ms]);
	});

	it('is given more time with each try', async () => {
		await download(...Array(5).fill(notYet(502)), { body: MP4 });
		const { pauses } = bench.time;
		expect(pauses).toHaveLength(5);
		expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
		expect(pauses[4]).toBeGreaterThan(pauses[0]);
	});

	it.each([
		[400, 90_000, 'gives out no file (400): Task is not completed yet.'],
		[404, 90_000, 'gives out no file (404): Task is not completed yet.'],
		[
			409,
			300_000,
			"The server says that video 'video_1' is completed, but gives out no file (409)",
		],
		[502, 300_000, "The server gave no answer about video 'video_1' (502)"],
	])('and never will be ends in a sentence with the id: %i', async (status, limit, message) => {
		bench.server.answerAlways(CONTENT, notYet(status));
		const { error, items } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toContain(message);
		expect(error?.message).toContain("'video_1'");
		expect(error?.description).toBeTruthy();
		expect(bench.time.waited).toBeGreaterThan(limit / 3);
		expect(bench.time.waited).toBeLessThanOrEqual(limit);
	});

	it('is not waited for when the server says that it is of no use', async () => {
		await download(notYet(404, { 'x-should-retry': 'false' }));
		expect(bench.time.pauses).toEqual([]);
	});

	it.each([
		[410, { error: { code: 'video_expired', message: 'Gone.' } }, 'Gone.'],
		[410, {}, undefined],
	])('is not waited for when it is gone: %i %j', async (status, json, words) => {
		const { error } = await download({ status, json });
		expect(error?.message).toBe(
			`Video 'video_1' has expired on the server (410)${words ? `: ${words}` : ''}`,
		);
		expect(error?.description).toContain('Create it again');
		expect(bench.time.pauses).toEqual([]);
	});

	it('is waited for as told when the server answers 202', async () => {
		const headers = { 'retry-after': '40' };
		const notYet202 = { status: 202, headers, json: { status: 'processing' } };
		const run = await download(notYet202, { body: MP4 });
		expect(run.error).toBeUndefined();
		expect(bench.time.pauses).toEqual([40_000]);
	});
});
