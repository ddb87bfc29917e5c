import type { ServerResponse } from 'node:http';

import type { INodeParameters } from 'n8n-workflow';

import { completedVideo } from '../support/fixtures.mts';
import type { ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const RUNNING = { id: 'video_1', object: 'video', status: 'in_progress' };
const DONE = { json: completedVideo('video_1') };

interface Hint extends ScriptedResponse {
	options?: INodeParameters;
}

const node = testNode({ operation: 'waitUntilDone' });
const wait = async (parameters = {}) => await node.run(parameters);

describe('Wait Until Done', () => {
	it.each([
		...[304, 408, 409, 425, 429, 500, 502, 503, 504, 524].map((status) => ({ status })),
		{ status: 400, headers: { 'x-should-retry': 'true' } },
		{ respond: (response: ServerResponse) => response.destroy() },
	])('retries a failed poll: %j', async (response) => {
		node.server.respondTo(STATUS, { json: RUNNING }, response, response, DONE);
		const { items, error } = await wait();
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
	});

	it.each(['<html>Just a moment</html>', '{"id": "video_1", "stat', ''])(
		'retries a poll whose response is not valid JSON: %j',
		async (body) => {
			node.server.respondTo(STATUS, { json: RUNNING }, { body }, DONE);
			expect((await wait()).items[0].json.status).toBe('completed');
		},
	);

	it.each([
		['openai-poll-after-ms', { headers: { 'openai-poll-after-ms': '12345' } }, 12_345],
		['poll_after_seconds', { json: { ...RUNNING, poll_after_seconds: 7 } }, 7_000],
		['poll_after_seconds as text', { json: { ...RUNNING, poll_after_seconds: '7' } }, 7_000],
		[
			'poll_after_seconds in an envelope',
			{ json: { code: 0, data: { ...RUNNING, poll_after_seconds: 7 } } },
			7_000,
		],
		['Retry-After', { headers: { 'retry-after': '9' } }, 9_000],
		['retry-after-ms', { headers: { 'retry-after-ms': '900' } }, 900],
	])('polls when the server says, unless Poll Interval is set: %s', async (_name, hint, ms) => {
		node.server.respondTo(STATUS, { json: RUNNING, ...hint }, DONE);
		await wait();
		expect(node.time.pauses).toEqual([ms]);

		node.server.respondTo(STATUS, { json: RUNNING, ...hint }, DONE);
		await wait({ options: { pollInterval: 3 } });
		expect(node.time.pauses).toEqual([ms, 3_000]);
	});

	it('stops at the timeout, whatever the server says', async () => {
		node.server.respondTo(
			STATUS,
			{ headers: { 'retry-after': '3600' }, json: RUNNING },
			{ json: RUNNING },
		);
		node.server.respondTo(`${STATUS}/content`, { status: 404 });
		const { error } = await wait({ timeoutMinutes: 1 });
		expect(error?.message).toContain('was not finished within 1 minute (');
		expect(node.time.waited).toBe(60_000);
	});

	it.each([
		...['0', '-5', 'soon', ''].map((ms) => ({
			headers: { 'openai-poll-after-ms': ms },
			json: { ...RUNNING, poll_after_seconds: 0 },
		})),
		{ headers: { 'openai-poll-after-ms': '1' } },
		{ json: { ...RUNNING, poll_after_seconds: 0.001 } },
		{ options: { pollInterval: 0.001 } },
	])('never polls more often than every 500 ms: %j', async ({ options = {}, ...hint }: Hint) => {
		node.server.respondTo(STATUS, { json: RUNNING, ...hint }, DONE);
		await wait({ options });
		expect(node.time.pauses).toHaveLength(1);
		expect(node.time.pauses[0]).toBeGreaterThanOrEqual(500);
	});

	it('fails with the video ID if a poll is redirected', async () => {
		const headers = { location: 'https://example.com/login' };
		node.server.respondTo(STATUS, { status: 302, headers });
		expect((await wait()).error?.message).toContain("'video_1'");
	});
});
