import { completedVideo, CREATE, MP4, queuedVideo } from '../support/fixtures.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const FILE = 'https://example.com/a.mp4';
const FAILURE = { error: { message: 'Task is not completed yet, current status: FAILURE' } };

const node = testNode({ operation: 'waitUntilDone' });
const wait = async (parameters = {}) => await node.run(parameters);
const getStatus = async (json: unknown) => {
	node.server.respondTo(STATUS, { json });
	return await node.run({ operation: 'getStatus' });
};
const contentRequests = () => node.server.received.filter(({ path }) => path.endsWith('/content'));

describe('an error beside the ID that was asked for, without a status', () => {
	const errors: Array<[name: string, body: object, reason: string]> = [
		['new-api', { error: { code: null, message: 'Temporary' }, id: 'video_1' }, 'Temporary'],
		['text', { error: 'GPU lost', id: 'video_1' }, 'GPU lost'],
		['a code', { error: { code: 'gpu_lost' }, id: 'video_1' }, 'gpu_lost'],
		['task_id', { task_id: 'video_1', status: '', error: { message: 'No.' } }, 'No.'],
		['an envelope', { code: 0, data: { id: 'video_1', error: { message: 'No.' } } }, 'No.'],
		['an object', { id: 'video_1', object: 'video', error: { message: 'No.' } }, 'No.'],
	];

	it.each(errors)('is a failed video: %s', async (_name, json, reason) => {
		for (const operation of ['waitUntilDone', 'download']) {
			node.server.respondTo(STATUS, { json });
			const { error } = await node.run({ operation });
			expect(error?.message).toBe(`The server could not make video 'video_1': ${reason}`);
			expect(error?.description).not.toContain('not lost');
		}
		expect((await getStatus(json)).items[0].json).toMatchObject({
			id: 'video_1',
			status: 'failed',
		});
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		['no error', { error: null }],
		['an empty one', { error: {} }],
		['one that says success', { error: { code: 0, message: 'success' } }],
		['a code of zero', { error: { code: 0, message: '' } }],
	])('is none with %s', async (_name, fields) => {
		expect((await getStatus({ id: 'video_1', ...fields })).items[0].json.status).toBe('pending');
	});

	it('does not end a video whose status is a known one', async () => {
		const json = { id: 'video_1', status: 'queued', error: { message: 'none yet' } };
		const { items } = await getStatus(json);
		expect(items[0].json.status).toBe('pending');
		expect(items[0].json).not.toHaveProperty('error');
	});

	it('is no video on Create, where the ID may be that of the request', async () => {
		node.server.respondTo('POST /v1/videos', { json: { id: 'r1', error: { message: 'No.' } } });
		const { items } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(items).toEqual([]);
	});
});

describe('a video file without a status', () => {
	it.each([
		['video_url', { video_url: FILE }],
		['video_url beside a progress of 0', { video_url: FILE, progress: 0 }],
		['video.url', { video: { url: FILE } }],
		['output', { output: [FILE] }],
	])('is a completed video: %s', async (_name, fields) => {
		const { items } = await getStatus({ id: 'video_1', object: 'video', ...fields });
		expect(items[0].json).toMatchObject({ status: 'completed', progress: 100 });
	});
});

describe('a status that nobody knows', () => {
	const musing = (more: object = {}) =>
		node.server.alwaysRespondTo(STATUS, { json: { id: 'video_1', status: 'musing', ...more } });

	it.each([
		['new-api', { status: 400, json: FAILURE }],
		['another word', { status: 409, json: { detail: 'Not ready. Current status: canceled' } }],
		['a sentence', { status: 422, json: { detail: 'The video generation has failed: no GPU' } }],
		['a video object', { json: { id: 'video_1', status: 'failed', error: { message: 'No.' } } }],
	] as Array<[string, ScriptedResponse]>)(
		'is asked of the file after a minute, and ends a failed video: %s',
		async (_name, response) => {
			musing();
			node.server.respondTo(CONTENT, response);
			const { error } = await wait({ timeoutMinutes: 60 });
			expect(error?.message).toMatch(/could not make video 'video_1'|was cancelled/);
			expect(node.time.waited).toBeGreaterThanOrEqual(60_000);
			expect(node.time.waited).toBeLessThan(100_000);
		},
	);

	it.each(['unknown', undefined, ''])('may be none at all: %s', async (status) => {
		node.server.alwaysRespondTo(STATUS, { json: { id: 'video_1', status } });
		node.server.respondTo(CONTENT, { status: 400, json: FAILURE });
		expect((await wait()).error?.message).toContain('current status: FAILURE');
	});

	it('ends with the file that is there', async () => {
		musing();
		node.server.respondTo(CONTENT, { body: MP4 });
		const { items } = await wait();
		expect(items[0].json).toMatchObject({ status: 'completed', provider_status: 'musing' });
	});

	it('is asked of the file once only if that does not tell, and before the timeout', async () => {
		musing();
		node.server.alwaysRespondTo(CONTENT, { status: 404, json: { detail: 'Not Found' } });
		const { error } = await wait({ timeoutMinutes: 20 });
		expect(contentRequests()).toHaveLength(2);
		expect(error?.description).not.toMatch(/not lost|is still working/);
	});

	it('is asked again where the file tells that the video is being made', async () => {
		musing();
		const running = 'Task is not completed yet, current status: IN_PROGRESS';
		node.server.respondTo(CONTENT, { status: 400, json: { error: { message: running } } });
		node.server.respondTo(CONTENT, { status: 400, json: FAILURE });
		expect((await wait({ timeoutMinutes: 60 })).error?.message).toContain('FAILURE');
		expect(node.time.waited).toBeLessThan(300_000);
	});

	it.each([
		['an error', { error: { message: 'No GPU.' } }, "could not make video 'video_1': No GPU."],
		['an error of a single word', { error: 'overheated' }, 'overheated'],
	])('has ended after a minute if the answer has %s', async (_name, fields, message) => {
		musing(fields);
		expect((await wait()).error?.message).toContain(message);
		expect(node.time.waited).toBeGreaterThanOrEqual(60_000);
		expect(contentRequests()).toEqual([]);
	});

	it('has ended at once if the answer has an error and the time of its end', async () => {
		musing({ error: { message: 'No GPU.' }, finished_at: 1793490000 });
		expect((await wait()).error?.message).toContain('No GPU.');
		expect(node.time.pauses).toEqual([]);
	});

	it('is completed after a minute if the answer names a file', async () => {
		musing({ video_url: FILE });
		expect((await wait()).items[0].json).toMatchObject({ status: 'completed' });
	});

	it.each([1, 2, 50])('may be a number, which is no HTTP status: %i', async (status) => {
		const { items } = await getStatus({ id: 'video_1', status });
		expect(items[0].json).toMatchObject({ status: 'pending', provider_status: String(status) });
		const done = await getStatus({ id: 'video_1', status, video_url: FILE });
		expect(done.items[0].json.status).toBe('completed');
	});

	it.each([200, 404])('is not %i', async (status) => {
		const { items } = await getStatus({ id: 'video_1', status });
		expect(items[0].json).not.toHaveProperty('provider_status');
	});
});

describe('a status in other forms', () => {
	it.each([
		[{ status: { state: 'SUCCEEDED' } }, 'completed'],
		[{ status: { name: 'failed', code: 3 } }, 'failed'],
		[{ state: { status: 'running' } }, 'in_progress'],
		[{ done: true }, 'completed'],
		[{ done: false }, 'in_progress'],
		[{ done: true, error: { message: 'No.' } }, 'failed'],
		[{ finished: true }, 'completed'],
	])('is read: %j', async (fields, status) => {
		expect((await getStatus({ id: 'video_1', ...fields })).items[0].json.status).toBe(status);
	});

	it.each(['timed_out', 'content_filtered', 'aborted'])(
		'is the reason of a failure without another: %s',
		async (status) => {
			node.server.respondTo(STATUS, { json: { id: 'video_1', status } });
			const { error } = await wait();
			expect(error?.message).toBe(`The server could not make video 'video_1': ${status}`);
		},
	);
});

describe('before a timeout', () => {
	beforeEach(() => {
		node.server.alwaysRespondTo(STATUS, { json: queuedVideo('video_1') });
	});

	it('the file is asked for a failure that the status hides', async () => {
		node.server.respondTo(CONTENT, { status: 400, json: FAILURE });
		const { error } = await wait({ timeoutMinutes: 2 });
		expect(error?.message).toContain("could not make video 'video_1': Task is not completed yet");
		expect(contentRequests()).toHaveLength(1);
	});

	it('the file may be there already', async () => {
		node.server.respondTo(CONTENT, { body: MP4 });
		const { items } = await wait({ timeoutMinutes: 2 });
		expect(items[0].json).toMatchObject({ status: 'completed', progress: 100 });
	});

	it('the server is called working only where the last status says so', async () => {
		node.server.respondTo(CONTENT, { status: 404 });
		const { error } = await wait({ timeoutMinutes: 2 });
		expect(error?.description).toContain('It is still queued on the server.');
		expect(error?.description).toContain('the video is not lost');
	});
});

describe('expired', () => {
	const expired = { id: 'video_1', object: 'video', status: 'expired', completed_at: null };

	it('is a job that the server gave up if it never finished', async () => {
		node.server.respondTo(STATUS, { json: { ...expired, progress: 40, expires_at: null } });
		const { error } = await wait();
		expect(error?.message).toBe("The server gave up on video 'video_1', which ran out of time");
		expect(error?.description).not.toContain('soon after it is completed');
	});

	it.each([
		['completed_at', { completed_at: 1793490000 }],
		['a progress of 100', { progress: 100 }],
		['a file', { video_url: FILE }],
	])('is a file that was there once, with %s', async (_name, fields) => {
		node.server.respondTo(STATUS, { json: { ...expired, ...fields } });
		expect((await wait()).error?.message).toBe("Video 'video_1' has expired on the server");
	});

	it('is a file that was there once if the input item had it completed', async () => {
		node.server.respondTo(STATUS, { json: expired });
		const { error } = await node.run({}, { items: [{ json: completedVideo('video_1') }] });
		expect(error?.message).toBe("Video 'video_1' has expired on the server");
	});
});

describe('fields that contradict the status', () => {
	it('are left out', async () => {
		const json = { id: 'video_1', status: 'queued', model: '', size: '', seconds: '' };
		const more = { completed_at: 1793490000, expires_at: 0, error: {} };
		expect((await getStatus({ ...json, ...more })).items[0].json).toEqual({
			id: 'video_1',
			object: 'video',
			status: 'pending',
			provider_status: 'queued',
		});
		const failed = await getStatus({ id: 'video_1', status: 'failed', progress: 100 });
		expect(failed.items[0].json).not.toHaveProperty('progress');
		const broken = await getStatus({ id: 'video_1', status: 'failed', progress: 60 });
		expect(broken.items[0].json.progress).toBe(60);
	});
});
