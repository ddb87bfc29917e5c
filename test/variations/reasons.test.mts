import { errorFrom } from '../support/errorFrom.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';

const bench = testNode({ operation: 'getStatus' });
const { create, read } = errorFrom(bench);

describe('401, 402, 403 and an account without credit', () => {
	it.each([
		[401, 'The server did not accept the API key', "Check 'API Key' and 'Base URL'"],
		[402, 'The account on the server has no credit left', 'Add credit there'],
		[403, 'The API key is not allowed to do this', "Ask the server's operator"],
	])('%i has a sentence and a next step of its own', async (status, message, next) => {
		const json = { error: { message: 'Why.' } };
		const created = await create({ status, json });
		expect(created.message).toBe(`${message} (${status}): Why.`);
		expect(created.description).toContain(next);
		const asked = await read({ status, json });
		expect(asked.message).toBe(`${message} for video 'video_1' (${status}): Why.`);
		expect(asked.description).toContain(next);
		expect(bench.time.pauses).toEqual([]);
	});

	it.each([
		[
			429,
			{
				error: {
					message: 'You exceeded your current quota, please check your plan and billing details.',
					type: 'insufficient_quota',
					code: 'insufficient_quota',
				},
			},
		],
		[429, { error: { message: 'Nothing left.', code: 'insufficient_quota' } }],
		[403, { error: { message: '用户额度不足, 剩余额度: 0', code: 'insufficient_user_quota' } }],
		[400, { code: 'x', message: 'Insufficient balance', data: null }],
		[402, { error: { code: 402, message: 'Insufficient credits' } }],
	])('%i without credit is told at once and not waited for: %j', async (status, json) => {
		const error = await create({ status, json });
		expect(error.message).toMatch(
			new RegExp(`^The account on the server has no credit left \\(${status}\\): .`),
		);
		expect(error.description).toBe(
			'Add credit there, then run this step again. Nothing was created for this item.',
		);
		expect(bench.time.pauses).toEqual([]);
	});
});

describe('reasons that have a next step of their own', () => {
	it.each([
		[
			'a picture of another size',
			'Inpaint image must match the requested width and height',
			"The reference image is not in the video's size",
			"n8n's Edit Image node",
		],
		[
			'moderation',
			'Your request was blocked by our moderation system.',
			"The server's rules on content do not allow this video",
			'Change the prompt',
		],
		[
			'a model of another server',
			'Model mismatch: request specifies sora-2',
			'The server does not offer this model',
			"Pick one from the list of 'Model'",
		],
		[
			'no channel for a model',
			'No available channel for model sora-9 under group default',
			'The server does not offer this model',
			"Pick one from the list of 'Model'",
		],
	])('%s', async (_name, words, message, next) => {
		const error = await create({ status: 400, json: { error: { message: words } } });
		expect(error.message).toBe(`${message} (400): ${words}`);
		expect(error.description).toContain(next);
	});

	it.each([
		[413, 'The reference image is too large for the server'],
		[415, 'The server does not take this kind of request'],
	])('%i', async (status, message) => {
		const error = await create({ status, body: '' });
		expect(error.message).toBe(`${message} (${status})`);
		expect(error.description).toBeTruthy();
	});

	it('moderation of a video that was begun', async () => {
		const error = { code: 'moderation_blocked', message: 'A real person.' };
		bench.server.answer(STATUS, { json: { id: 'video_1', status: 'failed', error } });
		const failure = (await bench.run({ operation: 'waitUntilDone' })).error;
		expect(failure?.message).toBe("The server could not make video 'video_1': A real person.");
		expect(failure?.description).toContain('Sent unchanged, it would be refused again');
	});

	it.each([
		'Reference image must be smaller than 10 MB in size',
		'Image must be at most 4 MB in file size',
		"Model 'wan' cannot make 12 seconds: the duration is invalid",
		'Unsupported model parameter: fps',
	])('are not seen where the words only look like them: %s', async (words) => {
		const error = await create({ status: 400, json: { error: { message: words } } });
		expect(error.message).toBe(`The server did not accept this video (400): ${words}`);
	});
});
