import { benchFor } from '../support/bench.mts';
import { type ScriptedAnswer } from '../support/scriptedServer.mts';
import { SORA } from '../support/videos.mts';

const STATUS = 'GET /v1/videos/video_1';

const bench = benchFor({ operation: 'getStatus' });

const create = async (answer: ScriptedAnswer) => {
	bench.server.answer('POST /v1/videos', answer);
	const parameters = { operation: 'create', model: SORA, prompt: 'a cat' };
	const { error } = await bench.run(parameters, { items: [{ json: {} }] });
	return error!;
};
const read = async (answer: ScriptedAnswer) => {
	bench.server.answer(STATUS, answer);
	return (await bench.run()).error!;
};

const PAGE = (heading: string) =>
	`<!DOCTYPE html>\n<html><head><title>${heading}</title></head><body><h1>x</h1></body></html>`;

/** What servers send with a status that says no, and the words in it that are for people. */
const SHAPES: Array<[name: string, answer: ScriptedAnswer, words: string]> = [
	['OpenAI', { json: { error: { message: 'Odd.', type: 't', param: 'p', code: 'c' } } }, 'Odd.'],
	['OpenRouter', { json: { error: { code: 400, message: 'Odd.' } } }, 'Odd.'],
	['error as text', { json: { error: 'Odd.' } }, 'Odd.'],
	['new-api', { json: { code: 'c', message: 'Odd.', data: null } }, 'Odd.'],
	[
		'new-api that quotes its upstream',
		{ json: { code: 'c', message: '{"error":{"message":"Odd.","code":"x"}}', data: null } },
		'Odd.',
	],
	['msg', { json: { code: 1001, msg: 'Odd.' } }, 'Odd.'],
	['Bifrost', { json: { event_id: 'e', status_code: 400, error: { message: 'Odd.' } } }, 'Odd.'],
	['SGLang', { json: { detail: 'Odd.' } }, 'Odd.'],
	[
		'FastAPI',
		{
			json: {
				detail: [
					{ loc: ['body', 'seconds'], msg: 'Input should be a number', type: 'float_parsing' },
					{ loc: ['body', 'size'], msg: 'Field required', type: 'missing' },
				],
			},
		},
		'seconds: Input should be a number; size: Field required',
	],
	[
		'problem+json',
		{
			json: { type: 'https://example.com/odd', title: 'Bad Request', status: 400, detail: 'Odd.' },
			headers: { 'content-type': 'application/problem+json' },
		},
		'Odd.',
	],
	['problem+json without a detail', { json: { title: 'Bad Request', status: 400 } }, 'Bad Request'],
	['the heading of a web page', { body: PAGE('Web server is down') }, 'Web server is down'],
	[
		'the message of S3',
		{ body: '<?xml?><Error><Code>X</Code><Message>Odd.</Message></Error>' },
		'Odd.',
	],
	['plain text', { body: 'Odd.\n' }, 'Odd.'],
	['broken JSON', { body: '{"error": {"mess' }, '{"error": {"mess'],
	[
		'another language',
		{ json: { error: { message: '请求无效，请检查参数' } } },
		'请求无效，请检查参数',
	],
];
const MUTE: Array<[name: string, answer: ScriptedAnswer]> = [
	['an empty body', { body: '' }],
	['an empty object', { json: {} }],
	['an empty error', { json: { error: {} } }],
	['nulls', { json: { error: null, message: null } }],
	['a page without a heading', { body: '<html><body></body></html>' }],
];

describe('the words of a refusal (2.8, point 14)', () => {
	it.each(SHAPES)('are found in the answer of Create: %s', async (_name, answer, words) => {
		const error = await create({ status: 400, ...answer });
		expect(error.message).toBe(`The server did not accept this video (400): ${words}`);
		expect(error.description).toContain('Nothing was created.');
		expect(error.httpCode).toBe('400');
	});

	it.each(SHAPES)('are found in the answer of a read: %s', async (_name, answer, words) => {
		const error = await read({ status: 400, ...answer });
		expect(error.message).toBe(
			`The server did not accept the request for video 'video_1' (400): ${words}`,
		);
		expect(error.description).toContain("Check 'Video ID'");
		expect(error.httpCode).toBe('400');
	});

	it.each(MUTE)('may be missing: %s', async (_name, answer) => {
		const created = await create({ status: 400, ...answer });
		expect(created.message).toBe('The server did not accept this video (400)');
		const asked = await read({ status: 400, ...answer });
		expect(asked.message).toBe("The server did not accept the request for video 'video_1' (400)");
	});

	it.each([
		[502, 'Bad Gateway'],
		[503, 'Service Unavailable'],
		[504, 'Gateway Time-out'],
		[520, 'Web server returned an unknown error'],
		[524, 'A timeout occurred'],
	])('are the heading of a page of nginx or Cloudflare: %i', async (status, heading) => {
		const created = await create({ status, body: PAGE(heading) });
		expect(created.message).toBe(
			`The server broke off while creating the video, so it may exist and be billed (${status}): ${heading}`,
		);
		expect(created.description).toContain('do not pay twice');
		bench.server.answerAlways(STATUS, { status, body: PAGE(heading) });
		expect((await bench.run()).error?.message).toBe(
			`The server gave no answer about video 'video_1' (${status}): ${heading}`,
		);
	});

	it('are shortened where a server says too much', async () => {
		const { message } = await create({ status: 400, json: { error: 'very '.repeat(5_000) } });
		expect(message.length).toBeLessThan(700);
		expect(message.endsWith('…')).toBe(true);
	});

	it('stay as they are even where n8n knows a word in them', async () => {
		const words = 'ENOENT: no such file, ECONNREFUSED upstream';
		const { message } = await create({ status: 400, json: { error: words } });
		expect(message).toBe(`The server did not accept this video (400): ${words}`);
	});
});

describe('401, 402, 403 and an account without credit (2.8, point 14)', () => {
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
		expect(asked.message).toBe(`${message} (video 'video_1') (${status}): Why.`);
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
		expect(error.description).toBe('Add credit there, then run this step again.');
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
});
