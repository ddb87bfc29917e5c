import { startSandbox } from '../../../sandbox/server.mts';
import { API_KEY, completedVideo, SORA } from '../../support/fixtures.mts';
import { resultOf, runNode, sharedEngine, workflowOf } from '../../support/nodeRunner.mts';
import { testNode } from '../../support/testNode.mts';

const WAIT = { operation: 'waitUntilDone', videoId: '={{ $json.id }}' };
const PENDING = { id: 'video_1', object: 'video', status: 'pending', created_at: 1741570283 };

const node = testNode(WAIT);
const wait = node.run;

describe('Wait Until Done', () => {
	it('returns a finished video after one poll, without waiting', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		const { items } = await wait();
		expect(items).toEqual([{ json: completedVideo('video_1'), pairedItem: { item: 0 } }]);
		expect(node.time.pauses).toEqual([]);
	});

	it('polls until the video is completed, and not once more', async () => {
		node.server.respondTo(
			'GET /v1/videos/video_1',
			{ json: PENDING },
			{ json: { ...PENDING, status: 'in_progress', progress: 40 } },
			{ json: completedVideo('video_1') },
		);
		const { items } = await wait();
		expect(items[0].json.status).toBe('completed');
		expect(node.time.pauses).toHaveLength(2);
	});

	it('notices the end of a twelve-minute render soon, with fewer than 80 polls', async () => {
		const sandbox = await startSandbox({ renderSeconds: 720, now: () => node.time.now });
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const created = await runNode(
			{ operation: 'create', model: SORA, prompt: 'a cat' },
			{ credentials },
		);
		const { items } = await wait({}, { credentials, items: created.items });
		const polls = sandbox.requests.filter(({ method }) => method === 'GET');
		await sandbox.close();
		expect(items[0].json.status).toBe('completed');
		expect(polls.length).toBeLessThan(80);
		expect(node.time.waited).toBeLessThan(720_000 * 1.1);
	});

	it('uses the poll interval that the user set', async () => {
		node.server.respondTo(
			'GET /v1/videos/video_1',
			{ json: PENDING },
			{ json: PENDING },
			{ json: completedVideo('video_1') },
		);
		await wait({ options: { pollInterval: 7 } });
		expect(node.time.pauses).toEqual([7000, 7000]);
	});

	it('retries failed polls as soon as the server asks for it', async () => {
		node.server.respondTo(
			'GET /v1/videos/video_1',
			{ json: PENDING },
			{ status: 502, body: '<html>bad gateway</html>', headers: { 'retry-after': '3' } },
			{ status: 429, json: {}, headers: { 'retry-after-ms': '2500' } },
			{ respond: (response) => response.destroy() },
			{ json: completedVideo('video_1') },
		);
		const { items, error } = await wait();
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
		expect(node.time.pauses.slice(1, 3)).toEqual([3000, 2500]);
	});

	it('keeps polling on an unknown status, and quotes it after the timeout', async () => {
		node.server.alwaysRespondTo('GET /v1/videos/video_1', {
			json: { ...PENDING, status: 'musing' },
		});
		node.server.alwaysRespondTo('GET /v1/videos/video_1/content', { status: 404 });
		const { error } = await wait({ timeoutMinutes: 10 });
		expect(error?.message).toBe(
			"Video 'video_1' was not finished within 10 minutes (last state: musing)",
		);
		expect(error?.description).toContain('does not say whether the video is still being made');
		expect(error?.description).not.toContain('not lost');
		expect(node.time.waited).toBe(600_000);
	});

	it('reports a failed video with the reason of the server, unlike a timeout', async () => {
		const error = { code: 'moderation_blocked', message: 'The prompt names a real person.' };
		node.server.respondTo('GET /v1/videos/video_1', {
			json: { ...PENDING, status: 'failed', error },
		});
		const failure = (await wait()).error;
		expect(failure?.message).toBe(
			"The server could not make video 'video_1': The prompt names a real person.",
		);
		expect(failure?.description).toContain('Change the prompt');
	});

	it('returns a failed video as an item when the user chose that', async () => {
		const error = { code: 'moderation_blocked', message: 'No.' };
		node.server.respondTo('GET /v1/videos/video_1', {
			json: { ...PENDING, status: 'failed', error },
		});
		const { items } = await wait({ options: { onFailedVideo: 'return' } });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'failed', error });
	});

	it('fails for a failed video when the expression of that option is empty', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: { ...PENDING, status: 'failed' } });
		const { error } = await wait({ options: { onFailedVideo: '={{ $json.no.such }}' } });
		expect(error?.message).toContain("could not make video 'video_1'");
	});

	it('reports a rejected poll with the video ID', async () => {
		node.server.respondTo('GET /v1/videos/video_1', {
			status: 403,
			json: { error: { message: 'This key may not read videos.' } },
		});
		const { error } = await wait();
		expect(error?.message).toBe(
			"The API key is not allowed to do this for video 'video_1' (403): This key may not read videos.",
		);
		expect(error?.httpCode).toBe('403');
	});

	it('gives up early when the server was never reached', async () => {
		const { error } = await wait(
			{},
			{ credentials: { apiKey: '', baseUrl: 'http://127.0.0.1:9' } },
		);
		expect(error?.message).toContain('The server at http://127.0.0.1:9/v1 cannot be reached');
		expect(node.time.waited).toBeLessThanOrEqual(15_000);
	});

	it('keeps polling until the timeout when the server disappears after a response', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: PENDING });
		node.time.pauseWith(async (ms) => {
			await node.server.close();
			node.time.pauses.push(ms);
			node.time.now += ms;
		});
		const { error } = await wait({ timeoutMinutes: 5 });
		expect(error?.message).toContain('cannot be reached');
		expect(node.time.waited).toBeGreaterThan(240_000);
		expect(node.time.waited).toBeLessThanOrEqual(300_000);
	});

	it('waits for all items in parallel', async () => {
		const ids = ['a', 'b', 'c', 'd', 'e'];
		for (const id of ids) {
			node.server.respondTo(
				`GET /v1/videos/${id}`,
				{ json: { ...PENDING, id } },
				{ json: completedVideo(id) },
			);
		}
		const { items } = await wait({}, { items: ids.map((id) => ({ json: { id } })) });
		const firstPolls = node.server.received.slice(0, ids.length).map(({ path }) => path);
		expect(firstPolls).toEqual(ids.map((id) => `/v1/videos/${id}`));
		expect(items.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual(
			ids.map((id, item) => [id, { item }]),
		);
	});

	it('stops at once when the execution is cancelled during a wait', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: PENDING });
		const isWaiting = new Promise<void>((resolve) =>
			node.time.pauseWith(async (_ms, signal) => {
				resolve();
				// One hour: the test ends only because the wait is cancelled.
				await node.time.realPause(3_600_000, signal);
			}),
		);

		const running = (await sharedEngine()).run(workflowOf({ ...WAIT, videoId: 'video_1' }), {
			credentials: { apiKey: API_KEY, baseUrl: node.server.baseUrl },
		});
		await isWaiting;
		running.cancel();
		const { run } = resultOf(await running.finished);
		expect(run.status).toBe('canceled');
	});

	it.each([
		['regular output', 'continueRegularOutput'],
		['error output', 'continueErrorOutput'],
	] as const)('keeps the video ID of a failed item on the %s', async (_name, onError) => {
		node.server.respondTo('GET /v1/videos/good', { json: completedVideo('good') });
		node.server.respondTo('GET /v1/videos/bad', {
			json: { ...PENDING, id: 'bad', status: 'failed' },
		});
		const { items, failed, error } = await wait(
			{ videoId: '={{ $json.name }}' },
			{ items: [{ json: { name: 'bad' } }, { json: { name: 'good' } }], settings: { onError } },
		);
		expect(error).toBeUndefined();
		const [errorItem] = onError === 'continueErrorOutput' ? failed : items;
		expect(errorItem.json).toMatchObject({
			id: 'bad',
			status: 'failed',
			error: "The server could not make video 'bad': it gave no reason",
		});
		expect(errorItem.pairedItem).toEqual({ item: 0 });
		expect(items.at(-1)?.json.id).toBe('good');
	});

	it('reports the latest status of the server in an error item, not that of the previous node', async () => {
		const queued = { ...PENDING, provider_status: 'queued' };
		node.server.respondTo('GET /v1/videos/video_1', { json: { ...PENDING, status: 'failed' } });
		const { failed } = await wait(
			{},
			{ items: [{ json: queued }], settings: { onError: 'continueErrorOutput' } },
		);
		expect(failed[0].json).toMatchObject({ status: 'failed', provider_status: 'failed' });
	});

	it.each([
		['an empty video ID', { videoId: '={{ $json.none }}' }, "'Video ID' is empty"],
		['dots as the video ID', { videoId: '..' }, "'Video ID' is not an ID: .."],
		['a timeout of 0', { timeoutMinutes: 0 }, "'Timeout (Minutes)' must be a number above 0"],
	])('rejects %s before sending anything', async (_name, parameters, message) => {
		const { error } = await wait(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toBeTruthy();
		expect(node.server.received).toHaveLength(0);
	});
});
