import { completedVideo, CREATE, MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';

const node = testNode({ operation: 'getStatus' });

/** JavaScript writes it as 1e+21: its digits are gone. */
const ROUNDED = 1e21;

const idFromCreate = async (json: unknown) => {
	node.server.respondTo('POST /v1/videos', { json });
	return (await node.run(CREATE, { items: [{ json: {} }] })).items[0]?.json.id;
};

describe('video ID', () => {
	it.each([
		['id', { id: 'a' }],
		['task_id', { task_id: 'a' }],
		['video_id', { video_id: 'a' }],
		['request_id', { request_id: 'a' }],
		...[
			...['taskId', 'videoId', 'job_id', 'jobId', 'requestId', 'generation_id', 'generationId'],
			...['prediction_id', 'operation_id', 'uuid', 'uid', '_id', 'task-id', 'ID'],
			...['taskUUID', 'video_uuid', 'inference_id'],
		].map((name): [string, object] => [name, { [name]: 'a' }]),
		['data.jobId', { code: 0, data: { jobId: 'a' } }],
		['output.task_id', { request_id: 'r', output: { task_id: 'a', task_status: 'PENDING' } }],
		['id rather than _id', { _id: 'mongo', id: 'a' }],
		['task_id rather than uid', { uid: 'user', data: { task_id: 'a' } }],
		['uuid rather than request_id', { request_id: 'r', data: { uuid: 'a' } }],
		['data.id', { data: { id: 'a' } }],
		['data.task_id', { data: { task_id: 'a' } }],
		['data.video_id', { data: { video_id: 'a' } }],
		['id rather than task_id', { task_id: 'old', id: 'a' }],
		['task_id if id is null', { id: null, task_id: 'a' }],
		['task_id if id is empty', { id: '', task_id: 'a' }],
		['task_id if id is 0', { id: 0, task_id: 'a' }],
		['task_id if id is that of the request', { id: 'r', request_id: 'r', task_id: 'a' }],
		[
			'output.task_id if id is that of the request',
			{ id: 'r', requestId: 'r', output: { task_id: 'a' } },
		],
		['id if it is that of the request, too', { id: 'a', request_id: 'a' }],
		['task_id if JSON has rounded id', { id: ROUNDED, task_id: 'a' }],
		['id rather than request_id', { request_id: 'request', id: 'a' }],
		['data.task_id rather than request_id', { request_id: 'r', data: { task_id: 'a' } }],
	])('is read from %s', async (_name, json) => {
		expect(await idFromCreate({ status: 'queued', ...json })).toBe('a');
	});

	it.each([
		['data', { code: 0, data: 'task_1' }, 'task_1'],
		['data as a number', { code: 200, msg: 'ok', data: 4711 }, '4711'],
		['result', { success: true, result: 'task_1' }, 'task_1'],
		['result beside a request_id', { request_id: 'r', result: 'task_1' }, 'task_1'],
		['result beside an _id', { _id: '65f0c0ffee', result: 'task_1' }, 'task_1'],
		['data beside a uid', { code: 0, uid: 778899, data: 'task_abc123' }, 'task_abc123'],
		['data beside no error', { code: 0, msg: 'no error', errors: [], data: 'task_1' }, 'task_1'],
		['a list', { data: ['task_1'] }, 'task_1'],
		['video', { video: 'v_123' }, 'v_123'],
		['text alone', 'task_1', 'task_1'],
		['data.task', { code: 'success', data: { task: 'task_1' } }, 'task_1'],
	])('is read from an envelope that holds nothing else: %s', async (_name, json, id) => {
		expect(await idFromCreate(json)).toBe(id);
	});

	it.each([
		['a failure', { code: 1001, data: 'invalid_prompt' }],
		['success: false', { success: false, data: 'task_1' }],
		['an error', { error: 'No.', data: 'task_1' }],
		['words', { code: 0, data: 'your video is on its way' }],
		['a status', { code: 0, data: 'queued' }],
		['a word', { code: 0, data: 'accepted' }],
		['a single digit', { success: true, data: 1 }],
		['a URL', { code: 0, data: 'https://example.com/a.mp4' }],
		['a word with a hyphen', { status: 'ok', result: 'rate-limited' }],
		['a failure inside', { success: false, data: { task: 'task_1' } }],
		['text that says no', 'error-429'],
		['a number as text', '200'],
		['a user', { success: true, uid: 'user-77', message: 'ok' }],
		['a number that JSON has rounded', { id: ROUNDED, request_id: 'r', uid: 7 }],
		['a number in data that JSON has rounded', { code: 0, data: ROUNDED, request_id: 'r' }],
		['0', { id: 0 }],
	])('is not read from %s', async (_name, json) => {
		expect(await idFromCreate(json)).toBeUndefined();
	});

	it.each([
		{ requestId: 'r1', errors: [{ message: 'no money' }] },
		{ id: 'r1', errors: [{ message: 'no money' }] },
		{ code: 500, message: 'no credit', uid: 1234 },
		{ code: 1, msg: 'fail', data: 'insufficient_balance' },
		{ code: 1, msg: 'Insufficient balance', data: 'order_12' },
		{ code: 1102, message: 'Account balance not enough', request_id: 'r1' },
		{ success: false, message: 'No.', request_id: 'r1' },
		{ success: 'false', request_id: 'r1' },
		{ status: 402, message: 'Pay first.', request_id: 'r1' },
		{ errcode: 40001, errmsg: 'No.', request_id: 'r1' },
		{ message: 'Model is forbidden', request_id: 'r1' },
		{ status: 'error', uid: 1234, message: 'No.' },
	])('is not read from a refusal with HTTP 200: %j', async (json) => {
		node.server.respondTo('POST /v1/videos', { json });
		const { error, items } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(items).toEqual([]);
		expect(error).toBeDefined();
	});

	it.each([
		{ id: ROUNDED, message: 'Odd.' },
		{ success: true, uid: 'user-77', message: 'Odd.' },
	])('is reported as missing, with the answer: %j', async (json) => {
		node.server.respondTo('POST /v1/videos', { json });
		const { error } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(`${error?.message} ${error?.description}`).toMatch(/Odd\./);
		expect(`${error?.message} ${error?.description}`).toMatch(/may exist/);
	});

	it.each(['operations/abc-1', 'models/veo-3.1/operations/abc', 'projects/p/operations/1'])(
		'is the name of a Google operation, %s, which ends when it is done',
		async (name) => {
			expect(await idFromCreate({ name })).toBe(name);
			node.server.respondTo(
				`GET /v1/videos/${encodeURIComponent(name)}`,
				{ json: { name } },
				{ json: { name, done: false } },
				{ json: { name, done: true, response: {} } },
			);
			const { items } = await node.run(
				{ operation: 'waitUntilDone' },
				{ items: [{ json: { id: name } }] },
			);
			expect(items[0].json).toMatchObject({ id: name, status: 'completed' });
		},
	);

	it('is not any other name', async () => {
		expect(await idFromCreate({ name: 'my video', request_id: 'r' })).toBe('r');
	});

	it('is converted to text if it is a number, and works in Get Status', async () => {
		expect(await idFromCreate({ id: 4711, status: 'queued' })).toBe('4711');
		node.server.respondTo('GET /v1/videos/4711', { json: { id: 4711, status: 'running' } });
		const { items } = await node.run({}, { items: [{ json: { id: '4711' } }] });
		expect(items[0].json).toMatchObject({ id: '4711', status: 'in_progress' });
		expect(items[0].json).not.toHaveProperty('provider_id');
	});

	it.each([
		['a colon', 'sora-2:task_01k', 'sora-2%3Atask_01k'],
		['base64', 'video_bGl0/ZWxs+bTo=', 'video_bGl0%2FZWxs%2BbTo%3D'],
		['a percent sign', 'a%2Fb', 'a%252Fb'],
		['a question mark and a number sign', 'a?b#c', 'a%3Fb%23c'],
		['dots', '../models', '..%2Fmodels'],
		['a space and an ampersand', 'a b&c', 'a%20b%26c'],
		['a non-ASCII letter', 'sora-2:task/01=+ü', 'sora-2%3Atask%2F01%3D%2B%C3%BC'],
		['600 characters', `video_${'Ab9='.repeat(149)}`, `video_${'Ab9%3D'.repeat(149)}`],
	])('is encoded in URLs and returned unchanged: %s', async (_name, id, encoded) => {
		expect(await idFromCreate({ id, status: 'queued' })).toBe(id);

		node.server.respondTo(
			`GET /v1/videos/${encoded}`,
			...Array(2).fill({ json: completedVideo(id) }),
		);
		node.server.respondTo(`GET /v1/videos/${encoded}/content`, { body: MP4 });
		for (const operation of ['waitUntilDone', 'download']) {
			const { items } = await node.run({ operation }, { items: [{ json: { id } }] });
			expect(items[0].json.id).toBe(id);
		}
	});

	it('is shortened in the file name if it has 600 characters', async () => {
		const id = `video_${'A'.repeat(600)}`;
		node.server.respondTo(`GET /v1/videos/${id}`, { json: completedVideo(id) });
		node.server.respondTo(`GET /v1/videos/${id}/content`, { body: MP4 });
		const { items } = await node.run({ operation: 'download' }, { items: [{ json: { id } }] });
		expect(String(items[0].json.fileName).length).toBeLessThan(120);
	});

	it.each([
		['another id', { id: 'upstream_9' }, 'upstream_9'],
		['another id as task_id', { task_id: 'upstream_9' }, 'upstream_9'],
		['no id', {}, undefined],
		['a request_id', { request_id: 'request_9' }, undefined],
		['the same id', { id: 'video_1' }, undefined],
	])('stays the requested one if a poll returns %s', async (_name, ids, providerId) => {
		node.server.respondTo(STATUS, { json: { status: 'processing', ...ids } });
		const { json } = (await node.run()).items[0];
		expect(json).toMatchObject({ id: 'video_1', status: 'in_progress' });
		expect(json.provider_id).toBe(providerId);
	});

	it('stays the requested one in a download', async () => {
		node.server.respondTo(STATUS, { json: { ...completedVideo('upstream_9') } });
		node.server.respondTo(`${STATUS}/content`, { body: MP4 });
		expect((await node.run({ operation: 'download' })).items[0].json.id).toBe('video_1');
	});
});

describe('a video in an envelope', () => {
	const running = { task_id: 'video_1', status: 'IN_PROGRESS', progress: '50%' };

	it.each([
		['code and message', { code: 'success', message: '', data: running }],
		['a code that is a number', { code: 0, msg: 'ok', data: running }],
		['result', { success: true, result: running }],
		['video', { video: running }],
		['an envelope in an envelope', { code: 200, data: { data: running } }],
		['status success around a running video', { status: 'success', data: running }],
		['state ok around a running video', { state: 'ok', request_id: 'r', data: running }],
	])('is read from %s', async (_name, json) => {
		node.server.respondTo(STATUS, { json });
		expect((await node.run()).items[0].json).toEqual({
			id: 'video_1',
			object: 'video',
			status: 'in_progress',
			provider_status: 'IN_PROGRESS',
			task_id: 'video_1',
			progress: 50,
		});
		node.server.respondTo('POST /v1/videos', { json });
		const { items } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'in_progress' });
	});

	it('is not replaced by the upstream response inside it', async () => {
		const data = { id: 'upstream_9', status: 'succeeded', video_url: 'https://example.com/a.mp4' };
		node.server.respondTo(STATUS, { json: { code: 'success', data: { ...running, data } } });
		expect((await node.run()).items[0].json).toMatchObject({
			id: 'video_1',
			status: 'in_progress',
			data,
		});
	});

	it('can have a status only, as its ID is known', async () => {
		node.server.respondTo(STATUS, { json: { code: 0, data: { status: 'done' } } });
		const { json } = (await node.run()).items[0];
		expect(json).toMatchObject({ id: 'video_1', status: 'completed' });
	});

	it('does not end Wait Until Done if only the envelope has the status success', async () => {
		node.server.respondTo(
			STATUS,
			{ json: { status: 'success', data: { status: 'running' } } },
			{ json: { status: 'success', data: running } },
			{ json: { status: 'success', data: { ...running, status: 'SUCCESS' } } },
		);
		const { items } = await node.run({ operation: 'waitUntilDone' });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'completed', progress: 100 });
	});

	it('reports its own error message if it failed', async () => {
		node.server.respondTo(STATUS, {
			json: {
				code: 'success',
				message: 'ok',
				data: { ...running, status: 'FAILURE', fail_reason: 'The prompt was refused.' },
			},
		});
		expect((await node.run({ operation: 'waitUntilDone' })).error?.message).toBe(
			"The server could not make video 'video_1': The prompt was refused.",
		);
	});

	it('is reported as missing with the message of the envelope if that is empty', async () => {
		node.server.respondTo(STATUS, { json: { code: 'fail', message: 'Try later.', data: null } });
		expect((await node.run()).error?.message).toBe(
			"The server returned no video 'video_1': Try later.",
		);
	});

	it('is pending without a status, even if the envelope has the status success', async () => {
		const data = { task_id: 'video_1', progress: '30%' };
		node.server.respondTo(STATUS, { json: { status: 'success', data } });
		expect((await node.run()).items[0].json).toMatchObject({ status: 'pending', progress: 30 });
	});

	it('reports the error message of the envelope if it failed without its own', async () => {
		const data = { task_id: 'video_1', status: 'FAILURE' };
		node.server.respondTo(STATUS, { json: { code: 'failed', message: 'No people.', data } });
		expect((await node.run({ operation: 'waitUntilDone' })).error?.message).toBe(
			"The server could not make video 'video_1': No people.",
		);
	});
});
