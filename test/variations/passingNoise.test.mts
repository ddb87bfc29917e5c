import { completedVideo, MP4, queuedVideo, SORA } from '../support/fixtures.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const RUNNING = { json: { id: 'video_1', object: 'video', status: 'in_progress' } };
const DONE = { json: completedVideo('video_1') };

const node = testNode({ operation: 'waitUntilDone' });
const wait = async (parameters = {}) => await node.run(parameters);

const generate = async () => {
	node.server.respondTo('POST /v1/videos', { json: queuedVideo('video_1') });
	return await node.run(
		{ operation: 'generate', model: SORA, prompt: 'a cat' },
		{ items: [{ json: {} }] },
	);
};

const NOISE: Array<[name: string, response: ScriptedResponse]> = [
	['a 404 of another replica', { status: 404, json: { error: { message: 'Video not found' } } }],
	['a 404 without words', { status: 404 }],
	['a 400 that means the same', { status: 400, json: { code: 'task_not_exist', message: 'No.' } }],
	['a 400 without a reason', { status: 400, json: {} }],
	['a 401', { status: 401, json: { error: { message: '该令牌状态不可用' } } }],
	['a 403', { status: 403, json: { error: { message: '该令牌状态不可用' } } }],
	['a 403 of a firewall', { status: 403, body: '<html>Attention required</html>' }],
	['a 405', { status: 405 }],
	['a redirect to a login', { status: 302, headers: { location: '/login' } }],
	['an empty 200', { body: '' }],
	['a web page', { body: '<html>Just a moment</html>' }],
	['JSON without a video', { json: { code: 500, message: 'busy' } }],
];

describe('Wait Until Done after a good poll', () => {
	it.each(NOISE)('waits out %s for a minute', async (_name, response) => {
		node.server.respondTo(STATUS, RUNNING, ...Array(6).fill(response), DONE);
		const { items, error } = await wait();
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
		expect(node.time.waited).toBeGreaterThan(55_000);
		const pauses = node.time.pauses.slice(1);
		expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
	});

	it.each(NOISE)('tells %s after that, within two minutes', async (_name, response) => {
		node.server.respondTo(STATUS, RUNNING);
		node.server.alwaysRespondTo(STATUS, response);
		const { error } = await wait();
		expect(error?.message).toContain("'video_1'");
		expect(node.time.waited).toBeGreaterThanOrEqual(60_000);
		expect(node.time.waited).toBeLessThan(120_000);
	});

	it('never goes on beyond its timeout', async () => {
		node.server.respondTo(STATUS, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status: 404 });
		const { error } = await wait({ timeoutMinutes: 0.5 });
		expect(node.time.waited).toBeLessThanOrEqual(30_000);
		// Too short to tell a restart by it.
		expect(error?.description).not.toMatch(/create the video again/i);
	});

	it('reports a video that the server has forgotten', async () => {
		node.server.respondTo(STATUS, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status: 404, json: { detail: 'Video not found' } });
		const { error } = await wait();
		expect(error?.message).toBe(
			"The server has forgotten video 'video_1', which it had before (404): Video not found",
		);
		expect(error?.description).toContain(
			'It may have been restarted, or the video was deleted: create it again.',
		);
		expect(error?.description).not.toMatch(/not lost|Check 'Video ID'|Run this step again/);
	});

	it('does not take a 404 right after the Create for several servers', async () => {
		const json = { ...queuedVideo('video_1'), created_at: node.time.now / 1000 };
		node.server.respondTo(STATUS, { status: 404 }, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status: 404 });
		const { error } = await node.run({}, { items: [{ json }] });
		expect(error?.message).toContain("The server has forgotten video 'video_1'");
	});

	it('reports several servers behind one address where a 404 came and went', async () => {
		node.server.respondTo(STATUS, RUNNING, { status: 404 }, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status: 404 });
		const { error } = await wait();
		expect(error?.message).toBe(
			"The server knows video 'video_1' at one time and not at another (404)",
		);
		expect(error?.description).toContain('several servers behind one address');
		expect(error?.description).not.toMatch(/create the video again/i);
	});

	it('says so in a timeout as well', async () => {
		const half = [RUNNING, { status: 404 }];
		node.server.respondTo(STATUS, ...half, ...half, ...half);
		node.server.alwaysRespondTo(STATUS, RUNNING);
		node.server.respondTo(CONTENT, { status: 404 });
		const { error } = await wait({ timeoutMinutes: 1 });
		expect(error?.message).toContain('was not finished within 1 minute');
		expect(error?.description).toContain('several servers behind one address');
	});

	it.each([401, 403])('explains a lasting %i by what can happen to a good key', async (status) => {
		node.server.respondTo(STATUS, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status, json: { error: 'Invalid token' } });
		const { error } = await wait();
		expect(error?.message).toBe(
			`The server no longer accepts the API key for video 'video_1', as it did before (${status}): Invalid token`,
		);
		expect(error?.description).toMatch(/used up, disabled or expired/);
		expect(error?.description).toContain('nother key of the same account');
	});

	it('tells at once that the account has no credit', async () => {
		node.server.respondTo(STATUS, RUNNING, { status: 403, json: { error: 'insufficient quota' } });
		const { error } = await wait();
		expect(error?.message).toContain('has no credit left');
		expect(node.time.pauses).toHaveLength(1);
	});
});

describe('Wait Until Done without a good poll', () => {
	it.each([
		[401, 'did not accept the API key'],
		[403, 'is not allowed to do this'],
		[404, 'does not know video'],
	])('tells a %i at once', async (status, message) => {
		node.server.respondTo(STATUS, { status });
		expect((await wait()).error?.message).toContain(message);
		expect(node.time.pauses).toEqual([]);
	});

	it('says that a video of the input item may have been forgotten', async () => {
		node.server.alwaysRespondTo(STATUS, { status: 404 });
		const { error } = await node.run({}, { items: [{ json: queuedVideo('video_1') }] });
		expect(error?.message).toBe("The server does not know video 'video_1' (404)");
		expect(error?.description).toContain('perhaps in a restart: then create it again');
	});

	it('says of the key of an input item that it may be used up', async () => {
		const json = { ...queuedVideo('video_1'), created_at: node.time.now / 1000 - 900 };
		node.server.respondTo(STATUS, { status: 401, json: { error: 'Invalid token' } });
		const { error } = await node.run({}, { items: [{ json }] });
		expect(error?.description).toContain('used up');
		expect(error?.description).toContain('nother key of the same account');
	});

	it.each([401, 403, 404])('waits out a %i right after the Create', async (status) => {
		const json = { ...queuedVideo('video_1'), created_at: node.time.now / 1000 - 5 };
		node.server.respondTo(STATUS, { status }, { status }, DONE);
		expect((await node.run({}, { items: [{ json }] })).error).toBeUndefined();
	});

	it('does not call a video kept that nothing but its ID speaks of', async () => {
		node.server.alwaysRespondTo(STATUS, { status: 503 });
		const { error } = await wait({ timeoutMinutes: 1 });
		expect(error?.description).toBe('Run this step again later with the same video ID.');
	});

	it('calls a video kept that an earlier poll has shown', async () => {
		node.server.respondTo(STATUS, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status: 503 });
		const { error } = await wait({ timeoutMinutes: 1 });
		expect(error?.description).toContain('the video is not lost');
	});
});

describe('Generate', () => {
	it.each([401, 403, 404])('waits out a %i after the Create', async (status) => {
		node.server.respondTo(STATUS, { status }, { status }, DONE);
		node.server.respondTo(CONTENT, { body: MP4 });
		expect((await generate()).error).toBeUndefined();
	});

	it('says that a video is to be created again that the server has forgotten', async () => {
		node.server.respondTo(STATUS, RUNNING);
		node.server.alwaysRespondTo(STATUS, { status: 404, json: { detail: 'Video not found' } });
		const { error } = await generate();
		expect(error?.message).toContain("The server has forgotten video 'video_1'");
		expect(error?.description).toContain('create it again');
		expect(error?.description).not.toMatch(/Its ID is|not lost|Get the video/);
	});

	it('names the video when its key is no longer accepted', async () => {
		node.server.alwaysRespondTo(STATUS, { status: 401, json: { error: 'Invalid token' } });
		const { error } = await generate();
		expect(error?.description).toContain('nother key of the same account');
		expect(error?.description).toContain("Its ID is 'video_1'.");
	});
});

describe('a 409 for a status', () => {
	it('is retried for half a minute, and told as a conflict', async () => {
		node.server.alwaysRespondTo(STATUS, { status: 409, json: { detail: 'Two servers.' } });
		const { error } = await wait();
		expect(error?.message).toBe(
			"The server reports a conflict for video 'video_1' (409): Two servers.",
		);
		expect(error?.description).toContain('Run this step again later');
		expect(node.time.waited).toBeGreaterThan(10_000);
		expect(node.time.waited).toBeLessThanOrEqual(30_000);
	});

	it('is waited out if it means that the video is not ready', async () => {
		const response = { status: 409, json: { error: { message: 'Video is not ready yet.' } } };
		node.server.respondTo(STATUS, ...Array(8).fill(response), DONE);
		expect((await wait()).error).toBeUndefined();
	});
});

describe('a refusal by the rules on content while polling', () => {
	it('ends the wait at once', async () => {
		const error = 'Generated video rejected by content moderation.';
		node.server.respondTo(STATUS, RUNNING, {
			status: 400,
			json: { code: 'Client specified an invalid argument', error },
		});
		const failure = (await wait()).error;
		expect(failure?.message).toBe(`The server could not make video 'video_1': ${error}`);
		expect(node.time.pauses).toHaveLength(1);
	});
});

describe('A living video is not told dead', () => {
	it.each<[string, ScriptedResponse]>([
		['a 410 without words', { status: 410, json: {} }],
		[
			'a 5xx of a moderation service that is down',
			{ status: 500, json: { error: { message: 'content moderation service unavailable' } } },
		],
	])('after a good poll by %s', async (_name, response) => {
		node.server.respondTo(STATUS, RUNNING, response, DONE);
		expect((await wait()).items[0]?.json.status).toBe('completed');
	});

	it('or expired by a length of time in place of a time', async () => {
		const json = { ...completedVideo('video_1'), expires_at: 3600 };
		node.server.alwaysRespondTo(STATUS, { json });
		node.server.alwaysRespondTo(CONTENT, { status: 404, json: { detail: 'Not Found' } });
		const { error } = await node.run({ operation: 'download' });
		expect(error?.message).toMatch(/^The server says that video 'video_1' is completed, but/);
	});
});
