import type { ServerResponse } from 'node:http';

import { completedVideo } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const RUNNING = { id: 'video_1', object: 'video', status: 'in_progress' };
const DONE = { json: completedVideo('video_1') };

const bench = testNode({ operation: 'waitUntilDone' });
const wait = async (parameters = {}) => await bench.run(parameters);

describe('polls that have to come again', () => {
	it.each([
		...[304, 408, 409, 425, 429, 500, 502, 503, 504, 524].map((status) => ({ status })),
		{ status: 400, headers: { 'x-should-retry': 'true' } },
		{ respond: (response: ServerResponse) => response.destroy() },
	])('do so, and lose nothing: %j', async (answer) => {
		bench.server.answer(STATUS, { json: RUNNING }, answer, answer, DONE);
		const { items, error } = await wait();
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
	});

	it.each(['<html>Just a moment</html>', '{"id": "video_1", "stat', ''])(
		'do so when a proxy spoils an answer in the middle of a wait: %j',
		async (body) => {
			bench.server.answer(STATUS, { json: RUNNING }, { body }, DONE);
			expect((await wait()).items[0].json.status).toBe('completed');
		},
	);

	it.each([
		['openai-poll-after-ms', { headers: { 'openai-poll-after-ms': '12345' } }, {}, 12_345],
		['poll_after_seconds', {}, { poll_after_seconds: 7 }, 7_000],
		['poll_after_seconds as text', {}, { poll_after_seconds: '7' }, 7_000],
		['Retry-After', { headers: { 'retry-after': '9' } }, {}, 9_000],
		['retry-after-ms', { headers: { 'retry-after-ms': '900' } }, {}, 900],
	])('do so when the server says: %s', async (_name, answer, fields, ms) => {
		bench.server.answer(STATUS, { ...answer, json: { ...RUNNING, ...fields } }, DONE);
		await wait();
		expect(bench.time.pauses).toEqual([ms]);

		// The user's own interval is a decision, the server's only a hint.
		bench.server.answer(STATUS, { ...answer, json: { ...RUNNING, ...fields } }, DONE);
		await wait({ options: { pollInterval: 3 } });
		expect(bench.time.pauses).toEqual([ms, 3_000]);
	});

	it.each(['0', '-5', 'soon', ''])('never come without a pause: %j', async (hint) => {
		const answer = {
			headers: { 'openai-poll-after-ms': hint },
			json: { ...RUNNING, poll_after_seconds: 0 },
		};
		bench.server.answer(STATUS, answer, DONE);
		await wait();
		expect(bench.time.pauses).toHaveLength(1);
		expect(bench.time.pauses[0]).toBeGreaterThanOrEqual(500);
	});

	it('do not come later than the timeout, whatever the server says', async () => {
		bench.server.answer(
			STATUS,
			{ headers: { 'retry-after': '3600' }, json: RUNNING },
			{ json: RUNNING },
		);
		const { error } = await wait({ timeoutMinutes: 1 });
		expect(error?.message).toContain('was not finished within 1 minute (');
		expect(bench.time.waited).toBe(60_000);
	});

	it.each([
		['openai-poll-after-ms', { headers: { 'openai-poll-after-ms': '1' } }, {}],
		['poll_after_seconds', { json: { ...RUNNING, poll_after_seconds: 0.001 } }, {}],
		['the user', {}, { pollInterval: 0.001 }],
	])(
		'never come a thousand times a second, whoever asks for it: %s',
		async (_name, answer, options) => {
			bench.server.answer(STATUS, { json: RUNNING, ...answer }, DONE);
			await wait({ options });
			expect(bench.time.pauses[0]).toBeGreaterThanOrEqual(500);
		},
	);

	it('do so as told also in an envelope', async () => {
		const data = { ...RUNNING, poll_after_seconds: 7 };
		bench.server.answer(STATUS, { json: { code: 0, data } }, DONE);
		await wait();
		expect(bench.time.pauses).toEqual([7_000]);
	});

	it('name the video also when they are redirected', async () => {
		const headers = { location: 'https://example.com/login' };
		bench.server.answer(STATUS, { status: 302, headers });
		expect((await wait()).error?.message).toContain("'video_1'");
	});
});
