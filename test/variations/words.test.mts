import { errorFrom } from '../support/errorFrom.mts';
import { type ScriptedAnswer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';

const bench = testNode({ operation: 'getStatus' });
const { create, read } = errorFrom(bench);

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

describe('the words of a refusal', () => {
	it.each(SHAPES)('are found in the answer of Create: %s', async (_name, answer, words) => {
		const error = await create({ status: 400, ...answer });
		expect(error.message).toBe(`The server did not accept this video (400): ${words}`);
		expect(error.description).toContain('Nothing was created for this item.');
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

	it('are found in a quote in a quote', async () => {
		const message = JSON.stringify({ error: '{"detail":"Odd."}' });
		const error = await create({ status: 400, json: { error: { message } } });
		expect(error.message).toBe('The server did not accept this video (400): Odd.');
	});
});
