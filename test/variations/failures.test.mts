import { API_KEY, completedVideo, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const FAILED = { id: 'video_1', object: 'video', status: 'failed' };

const bench = testNode({ operation: 'getStatus' });
const wait = async () => await bench.run({ operation: 'waitUntilDone' });

const rowOf = async (json: unknown) => {
	bench.server.answer(STATUS, { json });
	return (await bench.run()).items[0].json;
};

describe('errors inside a video', () => {
	const ERRORS = [
		['null', null],
		['an empty object', {}],
		['text', 'None'],
		['an object', { code: 'x', message: 'Something.' }],
		['an object with a number as code', { code: 500, message: 'Something.' }],
	] as const;

	it.each(
		['queued', 'in_progress', 'completed', 'dreaming'].flatMap((status) =>
			ERRORS.map(([name, error]) => [status, name, error] as const),
		),
	)('do not make a %s video fail, nor the node: %s', async (status, _name, error) => {
		const json = await rowOf({ ...FAILED, status, error });
		// n8n 1.x takes a row with any `error` key for a failure and, with Retry On Fail, would pay again.
		expect(json).not.toHaveProperty('error');
		expect(json.status).not.toBe('failed');
	});

	it('leave no key in the saved execution that the server quotes', async () => {
		const error = { message: `Bad key ${API_KEY}.` };
		bench.server.answer(STATUS, { json: { ...FAILED, error } });
		const { error: thrown, run } = await wait();
		expect(thrown?.message).toContain('Bad key ***.');
		expect(JSON.stringify(run.data)).not.toContain(API_KEY);
	});

	it('do not end the wait for a queued video', async () => {
		const error = { code: 'x', message: 'Something.' };
		bench.server.answer(
			STATUS,
			{ json: { ...FAILED, status: 'queued', error } },
			{ json: { ...completedVideo('video_1'), error } },
		);
		expect((await wait()).items[0].json).toEqual(completedVideo('video_1'));
	});

	it('do not make a Create fail that was accepted', async () => {
		bench.server.answer('POST /v1/videos', {
			json: { ...FAILED, status: 'queued', error: { code: 'x', message: 'Something.' } },
		});
		const { items } = await bench.run(
			{ operation: 'create', model: SORA, prompt: 'a cat' },
			{
				items: [{ json: {} }],
				settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
			},
		);
		expect(items[0].json).toEqual({
			id: 'video_1',
			object: 'video',
			status: 'pending',
			provider_status: 'queued',
		});
		expect(bench.server.received).toHaveLength(1);
	});

	const object = (message: string, rest = {}) => ({ message, ...rest });

	it.each([
		['an object', { error: object('No.', { code: 'c', type: 't' }) }, { code: 'c', type: 't' }],
		['an object without a code', { error: object('No.') }, {}],
		['a number as code', { error: object('No.', { code: 500 }) }, { code: '500' }],
		['text', { error: 'No.' }, {}],
		['JSON in text', { error: '{"error":{"message":"No."}}' }, {}],
		['JSON in the message', { error: object('{"detail":"No."}', { code: 'c' }) }, { code: 'c' }],
		['fail_reason', { error: null, fail_reason: 'No.' }, {}],
		['failure_reason', { failure_reason: 'No.' }, {}],
		['message', { error: {}, message: 'No.' }, {}],
		['detail', { detail: 'No.' }, {}],
		['msg', { msg: 'No.' }, {}],
		['error_message', { error_message: 'No.', error_code: 'c' }, { code: 'c' }],
		['a fail_reason in JSON', { fail_reason: '{"code":"c","message":"No."}' }, { code: 'c' }],
	])('of a failed video tell why: %s', async (_name, fields, expected) => {
		const json = await rowOf({ ...FAILED, ...fields });
		expect(json.error).toEqual({ message: 'No.', ...expected });

		bench.server.answer(STATUS, { json: { ...FAILED, ...fields } });
		expect((await wait()).error?.message).toBe("The server could not make video 'video_1': No.");
	});

	it.each([
		['no error', {}],
		['null', { error: null }],
		['an empty object', { error: {} }],
		['empty text', { error: '' }],
		['nulls', { error: { code: null, message: null } }],
	])('of a failed video may say nothing: %s', async (_name, fields) => {
		expect(await rowOf({ ...FAILED, ...fields })).toEqual(FAILED);
		bench.server.answer(STATUS, { json: { ...FAILED, ...fields } });
		expect((await wait()).error?.message).toBe(
			"The server could not make video 'video_1': it gave no reason",
		);
	});

	it('with a code alone tell the code', async () => {
		bench.server.answer(STATUS, { json: { ...FAILED, error: { code: 'sentinel_block' } } });
		const { error } = await wait();
		expect(error?.message).toBe("The server could not make video 'video_1': sentinel_block");
		expect(error?.description).toContain('Change the prompt');
	});

	it('take nothing for a reason that every video has', async () => {
		const title = { title: 'A cat', type: 'video', prompt: 'a cat', reason: 'stop' };
		expect(await rowOf({ ...FAILED, ...title })).not.toHaveProperty('error');
	});

	it('written as JSON in text keep their code, which an IF node may look at', async () => {
		const json = await rowOf({ ...FAILED, error: '{"error":{"message":"No.","code":"c"}}' });
		expect(json.error).toEqual({ message: 'No.', code: 'c' });
	});

	it('in place of a status are no video: the id is that of the request', async () => {
		bench.server.answer('POST /v1/videos', {
			json: { id: 'req_1', error: { message: 'Insufficient quota.' } },
		});
		const parameters = { operation: 'create', model: SORA, prompt: 'a cat' };
		const { error } = await bench.run(parameters, { items: [{ json: {} }] });
		expect(error?.message).toContain('Insufficient quota.');
	});
});

describe('a failed video in an answer that is no success', () => {
	const failed = { ...FAILED, error: { code: 500, message: 'Out of memory.' } };

	it.each([400, 404, 409, 422, 429, 500, 502, 503])('ends the wait at once: %i', async (status) => {
		bench.server.answer(
			STATUS,
			{ json: { ...failed, status: 'queued' } },
			{ status, json: failed },
		);
		expect((await wait()).error?.message).toBe(
			"The server could not make video 'video_1': Out of memory.",
		);
		expect(bench.time.pauses).toHaveLength(1);
	});

	it.each([
		['in an envelope', { code: 'fail', data: { task_id: 'video_1', status: 'FAILURE' } }],
		['with the id of the upstream', { ...failed, id: 'upstream_9' }],
	])('ends the wait also %s', async (_name, json) => {
		bench.server.answer(STATUS, { status: 500, json });
		expect((await wait()).error?.message).toContain("The server could not make video 'video_1': ");
		expect(bench.time.pauses).toEqual([]);
	});

	it('is a row where the user wants to see failed videos', async () => {
		bench.server.answer(STATUS, ...Array(2).fill({ status: 500, json: failed }));
		const options = { onFailedVideo: 'return' };
		for (const parameters of [{}, { operation: 'waitUntilDone', options }]) {
			expect((await bench.run(parameters)).items[0].json).toMatchObject({
				id: 'video_1',
				status: 'failed',
				error: { code: '500', message: 'Out of memory.' },
			});
		}
	});

	it('may be a completed one as well', async () => {
		bench.server.answer(STATUS, { status: 500, json: completedVideo('video_1') });
		expect((await wait()).items[0].json.status).toBe('completed');
	});

	it.each([
		['an error without a video', { error: { message: 'Out of memory.' } }],
		['an error with a status of its own', { status: 'error', message: 'Out of memory.' }],
		['the id of a request', { id: 'req_1', status: 'failed', message: 'Out of memory.' }],
		['problem+json', { type: 'about:blank', status: 500, title: 'Out of memory.' }],
		['a video that is not finished', { ...FAILED, status: 'in_progress' }],
	])('is not seen in %s: the wait goes on', async (_name, json) => {
		bench.server.answer(STATUS, { status: 500, json }, { json: completedVideo('video_1') });
		const { items, error } = await wait();
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
		expect(bench.time.pauses).toHaveLength(1);
	});

	it('says in the end what was the matter when such trouble lasts', async () => {
		bench.server.answerAlways(STATUS, {
			status: 500,
			json: { error: { message: 'Database down.' } },
		});
		const { error } = await bench.run({ operation: 'waitUntilDone', timeoutMinutes: 5 });
		expect(error?.message).toBe(
			"The server gave no answer about video 'video_1' (500): Database down.",
		);
		expect(error?.description).toContain('the video is not lost');
		expect(bench.time.waited).toBeGreaterThan(240_000);
		expect(bench.time.waited).toBeLessThanOrEqual(300_000);
	});
});
