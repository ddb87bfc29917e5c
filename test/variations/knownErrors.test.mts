import { errorFrom } from '../support/errorFrom.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';

const node = testNode({ operation: 'getStatus' });
const { create, get } = errorFrom(node);

describe('error message', () => {
	it.each([
		[401, 'The server did not accept the API key', "Check 'API Key' and 'Base URL'"],
		[402, 'The account on the server has no credit left', 'Add credit there'],
		[403, 'The API key is not allowed to do this', "Ask the server's operator"],
	])('explains a %i and names the next step', async (status, message, next) => {
		const json = { error: { message: 'Why.' } };
		const createError = await create({ status, json });
		expect(createError.message).toBe(`${message} (${status}): Why.`);
		expect(createError.description).toContain(next);
		const getError = await get({ status, json });
		expect(getError.message).toBe(`${message} for video 'video_1' (${status}): Why.`);
		expect(getError.description).toContain(next);
		expect(node.time.pauses).toEqual([]);
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
	])('explains without a retry that the credit is used up: %i %j', async (status, json) => {
		const error = await create({ status, json });
		expect(error.message).toMatch(
			new RegExp(`^The account on the server has no credit left \\(${status}\\): .`),
		);
		expect(error.description).toBe(
			'Add credit there. Run this step again later. Nothing was created for this item.',
		);
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		[
			'an image of another size',
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
	])('explains %s and names the next step', async (_name, serverMessage, message, next) => {
		const error = await create({ status: 400, json: { error: { message: serverMessage } } });
		expect(error.message).toBe(`${message} (400): ${serverMessage}`);
		expect(error.description).toContain(next);
	});

	it('explains a 413 without a body', async () => {
		const error = await create({ status: 413, body: '' });
		expect(error.message).toBe('The request is too large for the server (413)');
		expect(error.description).toContain('smaller');
	});

	it('explains moderation of a video that failed after Create', async () => {
		const error = { code: 'moderation_blocked', message: 'A real person.' };
		node.server.respondTo(STATUS, { json: { id: 'video_1', status: 'failed', error } });
		const waitError = (await node.run({ operation: 'waitUntilDone' })).error;
		expect(waitError?.message).toBe("The server could not make video 'video_1': A real person.");
		expect(waitError?.description).toContain('Sent unchanged, it would be refused again');
	});

	it.each([
		'Reference image must be smaller than 10 MB in size',
		'Image must be at most 4 MB in file size',
		"Model 'wan' cannot make 12 seconds: the duration is invalid",
		'Unsupported model parameter: fps',
		"Unknown parameter: 'moderation'.",
		'Unknown word modration; known: moderation, slow',
	])('explains nothing if the message only resembles a known error: %s', async (message) => {
		const error = await create({ status: 400, json: { error: { message } } });
		expect(error.message).toBe(`The server did not accept this video (400): ${message}`);
	});
});
