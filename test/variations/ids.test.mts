import { completedVideo, MP4, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };

const bench = testNode({ operation: 'getStatus' });

const idFromCreate = async (json: unknown) => {
	bench.server.answer('POST /v1/videos', { json });
	return (await bench.run(CREATE, { items: [{ json: {} }] })).items[0]?.json.id;
};

describe('ids', () => {
	it.each([
		['id', { id: 'a' }],
		['task_id', { task_id: 'a' }],
		['video_id', { video_id: 'a' }],
		['request_id', { request_id: 'a' }],
		['data.id', { data: { id: 'a' } }],
		['data.task_id', { data: { task_id: 'a' } }],
		['data.video_id', { data: { video_id: 'a' } }],
		['id before its old name', { task_id: 'old', id: 'a' }],
		['task_id where id is null', { id: null, task_id: 'a' }],
		['task_id where id is empty', { id: '', task_id: 'a' }],
		['id, not the id of the request', { request_id: 'request', id: 'a' }],
		['data.task_id, not the id of the request', { request_id: 'r', data: { task_id: 'a' } }],
	])('are found in %s', async (_name, json) => {
		expect(await idFromCreate({ status: 'queued', ...json })).toBe('a');
	});

	it('that are numbers become text, and can be asked for', async () => {
		expect(await idFromCreate({ id: 4711, status: 'queued' })).toBe('4711');
		bench.server.answer('GET /v1/videos/4711', { json: { id: 4711, status: 'running' } });
		const { items } = await bench.run({}, { items: [{ json: { id: '4711' } }] });
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
		['600 characters', `video_${'Ab9='.repeat(149)}`, `video_${'Ab9%3D'.repeat(149)}`],
	])('with %s go out encoded and come back verbatim', async (_name, id, encoded) => {
		expect(await idFromCreate({ id, status: 'queued' })).toBe(id);

		bench.server.answer(
			`GET /v1/videos/${encoded}`,
			...Array(2).fill({ json: completedVideo(id) }),
		);
		bench.server.answer(`GET /v1/videos/${encoded}/content`, { body: MP4 });
		for (const operation of ['waitUntilDone', 'download']) {
			const { items } = await bench.run({ operation }, { items: [{ json: { id } }] });
			expect(items[0].json.id).toBe(id);
		}
	});

	it('that are very long make no file name that a disk refuses', async () => {
		const id = `video_${'A'.repeat(600)}`;
		bench.server.answer(`GET /v1/videos/${id}`, { json: completedVideo(id) });
		bench.server.answer(`GET /v1/videos/${id}/content`, { body: MP4 });
		const { items } = await bench.run({ operation: 'download' }, { items: [{ json: { id } }] });
		expect(String(items[0].json.fileName).length).toBeLessThan(120);
	});

	it.each([
		['another id', { id: 'upstream_9' }, 'upstream_9'],
		['another id as task_id', { task_id: 'upstream_9' }, 'upstream_9'],
		['no id', {}, undefined],
		['the id of the request', { request_id: 'request_9' }, undefined],
		['the same id', { id: 'video_1' }, undefined],
	])('stay as they were asked for when a poll has %s', async (_name, ids, providerId) => {
		bench.server.answer(STATUS, { json: { status: 'processing', ...ids } });
		const { json } = (await bench.run()).items[0];
		expect(json).toMatchObject({ id: 'video_1', status: 'in_progress' });
		expect(json.provider_id).toBe(providerId);
	});

	it('keep leading to the video that was asked for, also for its file', async () => {
		bench.server.answer(STATUS, { json: { ...completedVideo('upstream_9') } });
		bench.server.answer(`${STATUS}/content`, { body: MP4 });
		expect((await bench.run({ operation: 'download' })).items[0].json.id).toBe('video_1');
	});
});

describe('envelopes', () => {
	const running = { task_id: 'video_1', status: 'IN_PROGRESS', progress: '50%' };

	it.each([
		['code and message', { code: 'success', message: '', data: running }],
		['a code that is a number', { code: 0, msg: 'ok', data: running }],
		['result', { success: true, result: running }],
		['video', { video: running }],
		['an envelope in an envelope', { code: 200, data: { data: running } }],
		['status success around a running video', { status: 'success', data: running }],
		['state ok around a running video', { state: 'ok', request_id: 'r', data: running }],
	])('are opened: %s', async (_name, json) => {
		bench.server.answer(STATUS, { json });
		expect((await bench.run()).items[0].json).toEqual({
			id: 'video_1',
			object: 'video',
			status: 'in_progress',
			provider_status: 'IN_PROGRESS',
			task_id: 'video_1',
			progress: 50,
		});
		bench.server.answer('POST /v1/videos', { json });
		const { items } = await bench.run(CREATE, { items: [{ json: {} }] });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'in_progress' });
	});

	it('do not let the raw answer of the upstream speak for the video', async () => {
		const data = { id: 'upstream_9', status: 'succeeded', video_url: 'https://example.com/a.mp4' };
		bench.server.answer(STATUS, { json: { code: 'success', data: { ...running, data } } });
		expect((await bench.run()).items[0].json).toMatchObject({
			id: 'video_1',
			status: 'in_progress',
			data,
		});
	});

	it('may hold the state alone: the id is known', async () => {
		bench.server.answer(STATUS, { json: { code: 0, data: { status: 'done' } } });
		const { json } = (await bench.run()).items[0];
		expect(json).toMatchObject({ id: 'video_1', status: 'completed' });
	});

	it('with status success around a running video do not end a wait', async () => {
		bench.server.answer(
			STATUS,
			{ json: { status: 'success', data: { status: 'running' } } },
			{ json: { status: 'success', data: running } },
			{ json: { status: 'success', data: { ...running, status: 'SUCCESS' } } },
		);
		const { items } = await bench.run({ operation: 'waitUntilDone' });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'completed', progress: 100 });
	});

	it('with a failed video tell its reason', async () => {
		bench.server.answer(STATUS, {
			json: {
				code: 'success',
				message: 'ok',
				data: { ...running, status: 'FAILURE', fail_reason: 'The prompt was refused.' },
			},
		});
		expect((await bench.run({ operation: 'waitUntilDone' })).error?.message).toBe(
			"The server could not make video 'video_1': The prompt was refused.",
		);
	});

	it('that are empty hold no video, and their words are told', async () => {
		bench.server.answer(STATUS, { json: { code: 'fail', message: 'Try later.', data: null } });
		expect((await bench.run()).error?.message).toBe(
			"The server gave out no video 'video_1': Try later.",
		);
	});

	it('with status success around a video without a status do not finish it', async () => {
		const data = { task_id: 'video_1', progress: '30%' };
		bench.server.answer(STATUS, { json: { status: 'success', data } });
		expect((await bench.run()).items[0].json).toMatchObject({ status: 'pending', progress: 30 });
	});

	it('give the reason where the failed video in them gives none', async () => {
		const data = { task_id: 'video_1', status: 'FAILURE' };
		bench.server.answer(STATUS, { json: { code: 'failed', message: 'No people.', data } });
		expect((await bench.run({ operation: 'waitUntilDone' })).error?.message).toBe(
			"The server could not make video 'video_1': No people.",
		);
	});
});
