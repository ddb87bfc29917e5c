import {
	API_KEY,
	completedVideo,
	CREATE,
	queuedVideo,
	RETRY_ON_FAIL,
} from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const FAILED = { id: 'video_1', object: 'video', status: 'failed' };

const node = testNode({ operation: 'getStatus' });
const wait = async () => await node.run({ operation: 'waitUntilDone' });

const itemOf = async (json: unknown) => {
	node.server.respondTo(STATUS, { json });
	return (await node.run()).items[0].json;
};

describe('a video with an error field', () => {
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
	)('is not failed if its status is %s: %s', async (status, _name, error) => {
		const json = await itemOf({ ...FAILED, status, error });
		// n8n 1.x treats an item with an `error` key as failed, so Retry On Fail would pay again.
		expect(json).not.toHaveProperty('error');
		expect(json.status).not.toBe('failed');
	});

	it('leaves no API key that the server quotes in the saved execution', async () => {
		const error = { message: `Bad key ${API_KEY}.` };
		node.server.respondTo(STATUS, { json: { ...FAILED, error } });
		const { error: thrown, run } = await wait();
		expect(thrown?.message).toContain('Bad key ***.');
		expect(JSON.stringify(run.data)).not.toContain(API_KEY);
	});

	it('does not end Wait Until Done while it is queued', async () => {
		const error = { code: 'x', message: 'Something.' };
		node.server.respondTo(
			STATUS,
			{ json: { ...FAILED, status: 'queued', error } },
			{ json: { ...completedVideo('video_1'), error } },
		);
		expect((await wait()).items[0].json).toEqual(completedVideo('video_1'));
	});

	it('is returned by Create without the error while it is queued', async () => {
		const error = { code: 'x', message: 'Something.' };
		node.server.respondTo('POST /v1/videos', { json: { ...queuedVideo('video_1'), error } });
		const { items } = await node.run(CREATE, {
			items: [{ json: {} }],
			settings: RETRY_ON_FAIL,
		});
		expect(items[0].json).toEqual({
			id: 'video_1',
			object: 'video',
			status: 'pending',
			provider_status: 'queued',
		});
		expect(node.server.received).toHaveLength(1);
	});
});

describe('a failed video', () => {
	const error = (message: string, rest = {}) => ({ error: { message, ...rest } });

	it.each([
		['an error object', error('No.', { code: 'c', type: 't' }), { code: 'c', type: 't' }],
		['an error object without a code', error('No.'), {}],
		['an error object with a number as code', error('No.', { code: 500 }), { code: '500' }],
		['an error that is text', { error: 'No.' }, {}],
		['an error that is JSON text', { error: '{"error":{"message":"No."}}' }, {}],
		[
			'an error that is JSON text with a code',
			{ error: '{"error":{"message":"No.","code":"c"}}' },
			{ code: 'c' },
		],
		[
			'an error whose message is JSON text',
			error('{"detail":"No."}', { code: 'c' }),
			{ code: 'c' },
		],
		['fail_reason', { error: null, fail_reason: 'No.' }, {}],
		['failure_reason', { failure_reason: 'No.' }, {}],
		['message', { error: {}, message: 'No.' }, {}],
		['detail', { detail: 'No.' }, {}],
		['msg', { msg: 'No.' }, {}],
		['error_message', { error_message: 'No.', error_code: 'c' }, { code: 'c' }],
		[
			'fail_reason that is JSON text',
			{ fail_reason: '{"code":"c","message":"No."}' },
			{ code: 'c' },
		],
	])('reports its error message: %s', async (_name, fields, expected) => {
		const json = await itemOf({ ...FAILED, ...fields });
		expect(json.error).toEqual({ message: 'No.', ...expected });

		node.server.respondTo(STATUS, { json: { ...FAILED, ...fields } });
		expect((await wait()).error?.message).toBe("The server could not make video 'video_1': No.");
	});

	it.each([
		['missing', {}],
		['null', { error: null }],
		['an empty object', { error: {} }],
		['empty text', { error: '' }],
		['nulls', { error: { code: null, message: null } }],
	])('reports that the server gave no reason if its error is %s', async (_name, fields) => {
		expect(await itemOf({ ...FAILED, ...fields })).toEqual(FAILED);
		node.server.respondTo(STATUS, { json: { ...FAILED, ...fields } });
		expect((await wait()).error?.message).toBe(
			"The server could not make video 'video_1': it gave no reason",
		);
	});

	it('reports the error code if there is no message', async () => {
		node.server.respondTo(STATUS, { json: { ...FAILED, error: { code: 'sentinel_block' } } });
		const { error } = await wait();
		expect(error?.message).toBe("The server could not make video 'video_1': sentinel_block");
		expect(error?.description).toContain('Change the prompt');
	});

	it('does not use its title, type, prompt or reason as the error message', async () => {
		const title = { title: 'A cat', type: 'video', prompt: 'a cat', reason: 'stop' };
		expect(await itemOf({ ...FAILED, ...title })).not.toHaveProperty('error');
	});
});

describe('Create', () => {
	it('fails if the response has an error and an ID but no status', async () => {
		node.server.respondTo('POST /v1/videos', {
			json: { id: 'req_1', error: { message: 'Insufficient quota.' } },
		});
		const { error } = await node.run(CREATE, { items: [{ json: {} }] });
		expect(error?.message).toContain('Insufficient quota.');
	});
});

describe('a video in an error response', () => {
	const failed = { ...FAILED, error: { code: 500, message: 'Out of memory.' } };

	it.each([400, 404, 409, 422, 429, 500, 502, 503])(
		'ends Wait Until Done at once if it failed: %i',
		async (status) => {
			node.server.respondTo(
				STATUS,
				{ json: { ...failed, status: 'queued' } },
				{ status, json: failed },
			);
			expect((await wait()).error?.message).toBe(
				"The server could not make video 'video_1': Out of memory.",
			);
			expect(node.time.pauses).toHaveLength(1);
		},
	);

	it.each([
		['in an envelope', { code: 'fail', data: { task_id: 'video_1', status: 'FAILURE' } }],
		['with the id of the upstream', { ...failed, id: 'upstream_9' }],
	])('ends Wait Until Done at once if it failed %s', async (_name, json) => {
		node.server.respondTo(STATUS, { status: 500, json });
		expect((await wait()).error?.message).toContain("The server could not make video 'video_1': ");
		expect(node.time.pauses).toEqual([]);
	});

	it("is returned as an item if it failed and 'If the Video Failed' is 'Return the Failed Video'", async () => {
		node.server.respondTo(STATUS, ...Array(2).fill({ status: 500, json: failed }));
		const options = { onFailedVideo: 'return' };
		for (const parameters of [{}, { operation: 'waitUntilDone', options }]) {
			expect((await node.run(parameters)).items[0].json).toMatchObject({
				id: 'video_1',
				status: 'failed',
				error: { code: '500', message: 'Out of memory.' },
			});
		}
	});

	it('ends Wait Until Done if it is completed', async () => {
		node.server.respondTo(STATUS, { status: 500, json: completedVideo('video_1') });
		expect((await wait()).items[0].json.status).toBe('completed');
	});

	it.each([
		['an error without a video', { error: { message: 'Out of memory.' } }],
		['an error with a status of its own', { status: 'error', message: 'Out of memory.' }],
		['an error with a request ID', { id: 'req_1', status: 'failed', message: 'Out of memory.' }],
		['problem+json', { type: 'about:blank', status: 500, title: 'Out of memory.' }],
		['a video that is not finished', { ...FAILED, status: 'in_progress' }],
	])('is not found in %s, so Wait Until Done continues', async (_name, json) => {
		node.server.respondTo(STATUS, { status: 500, json }, { json: completedVideo('video_1') });
		const { items, error } = await wait();
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('completed');
		expect(node.time.pauses).toHaveLength(1);
	});
});

describe('Wait Until Done', () => {
	it('reports the last server error when the timeout is reached', async () => {
		node.server.respondTo(STATUS, { json: { id: 'video_1', status: 'in_progress' } });
		node.server.alwaysRespondTo(STATUS, {
			status: 500,
			json: { error: { message: 'Database down.' } },
		});
		const { error } = await node.run({ operation: 'waitUntilDone', timeoutMinutes: 5 });
		expect(error?.message).toBe(
			"The server returned an error for video 'video_1' (500): Database down.",
		);
		expect(error?.description).toContain('the video is not lost');
		expect(node.time.waited).toBeGreaterThan(240_000);
		expect(node.time.waited).toBeLessThanOrEqual(300_000);
	});
});
