import { errorFrom } from '../support/errorFrom.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const WAIT = { operation: 'waitUntilDone' };
const FAILED = { id: 'video_1', object: 'video', status: 'failed' };

const node = testNode({ operation: 'getStatus' });
const { create, get } = errorFrom(node);

const PAGE = (title: string) =>
	`<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>x</h1></body></html>`;

/** Error responses, and the message for people in them. */
const SHAPES: Array<[name: string, response: ScriptedResponse, message: string]> = [
	[
		'OpenAI',
		{ json: { error: { message: 'Odd.', type: 't', param: 'size', code: 'c' } } },
		'size: Odd.',
	],
	['OpenRouter', { json: { error: { code: 400, message: 'Odd.' } } }, 'Odd.'],
	['an error that is text', { json: { error: 'Odd.' } }, 'Odd.'],
	['new-api', { json: { code: 'c', message: 'Odd.', data: null } }, 'Odd.'],
	[
		'new-api with the JSON of its upstream',
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
	['the title of a web page', { body: PAGE('Web server is down') }, 'Web server is down'],
	[
		'the message of S3',
		{ body: '<?xml?><Error><Code>X</Code><Message>Odd.</Message></Error>' },
		'Odd.',
	],
	['plain text', { body: 'Odd.\n' }, 'Odd.'],
	[
		'JSON in JSON in the message',
		{ json: { error: { message: JSON.stringify({ error: '{"detail":"Odd."}' }) } } },
		'Odd.',
	],
	['broken JSON', { body: '{"error": {"message": "It is of' }, 'It is of …'],
	[
		'LiteLLM with the JSON of its provider',
		{
			json: {
				error: {
					message:
						'litellm.BadRequestError: OpenAIException - {"error":{"message":"Odd.","code":"x"}}\n\nLiteLLM: model group \'sora-2\' failed with the error above. No fallback was attempted.',
				},
			},
		},
		'Odd.',
	],
	[
		'LiteLLM with the text of its provider',
		{
			json: {
				error: {
					message:
						"litellm.InternalServerError: InternalServerError: RunwaymlException - Odd.\n\nLiteLLM: model group 'runway' failed with the error above. No fallback was attempted.",
				},
			},
		},
		'Odd.',
	],
	[
		'vLLM with the Python of pydantic',
		{
			json: {
				error: {
					message:
						"1 validation error: {'type': 'string_pattern_mismatch', 'loc': 'body.size', 'msg': \"String should match pattern '^\\\\d+x\\\\d+$'\", 'input': '1080p', 'ctx': {'pattern': None}}",
				},
			},
		},
		"size: String should match pattern '^\\d+x\\d+$'",
	],
	[
		'pydantic as text',
		{
			json: {
				detail:
					"Invalid request body: 2 validation errors for VideoGenerationRequest\ninput_reference\n  Input should be a valid string [type=string_type, input_value={'image_url': 'data:a]b'}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.12/v/string_type\nseconds\n  Input should be a valid integer [type=int_type, input_value='4.5', input_type=str]\n    For further information visit https://errors.pydantic.dev/2.12/v/int_type",
			},
		},
		'input_reference: Input should be a valid string; seconds: Input should be a valid integer',
	],
	[
		'zod in LLM Gateway',
		{
			json: {
				success: false,
				error: {
					issues: [
						{
							code: 'invalid_type',
							expected: 'number',
							received: 'string',
							path: ['seconds'],
							message: 'Expected number, received string',
						},
					],
					name: 'ZodError',
				},
			},
		},
		'seconds: Expected number, received string',
	],
	[
		'the errors of each field',
		{ json: { message: 'Invalid.', errors: { size: ['is odd'], prompt: ['is long', 'is bad'] } } },
		'Invalid.: size: is odd; prompt: is long; is bad',
	],
	[
		'grok2api',
		{ json: { error: { message: 'Field required', param: 'aspect' } } },
		'aspect: Field required',
	],
	['MiniMax', { json: { base_resp: { status_code: 1, status_msg: 'Odd.' } } }, 'Odd.'],
	[
		'a list of the values that it takes',
		{ json: { detail: "Invalid value for seconds. Supported values: ['4', '8']" } },
		"Invalid value for seconds. Supported values: ['4', '8']",
	],
	[
		'a page that a gateway quotes',
		{
			json: {
				detail: 'Upstream error: <html><head><title>502 Bad Gateway</title></head></html>',
			},
		},
		'Upstream error: 502 Bad Gateway',
	],
	[
		'an error for each field',
		{ json: { errors: { size: { code: 'invalid', message: 'must be 720x1280' } } } },
		'size: must be 720x1280',
	],
	[
		'a traceback',
		{ body: 'Traceback (most recent call last):\n  File "x.py", line 1\nValueError: Odd.' },
		'ValueError: Odd.',
	],
	['colors of a terminal', { json: { detail: '\u001b[31mOdd.\u001b[0m' } }, 'Odd.'],
	[
		'a reason that begins like a tag',
		{ json: { detail: '<path> is damaged: load it again' } },
		'<path> is damaged: load it again',
	],
	[
		'another language',
		{ json: { error: { message: '请求无效，请检查参数' } } },
		'请求无效，请检查参数',
	],
];
const WITHOUT_MESSAGE: Array<[name: string, response: ScriptedResponse]> = [
	['an empty body', { body: '' }],
	['an empty object', { json: {} }],
	['an empty error', { json: { error: {} } }],
	['nulls', { json: { error: null, message: null } }],
	['broken JSON without a message', { body: '{"error": {"mess' }],
	['bytes', { body: Buffer.from([0, 1, 2, 255, 254, 0, 7]) }],
	['a web page without a title', { body: '<html><body></body></html>' }],
];

describe('error message', () => {
	it.each(SHAPES)(
		"contains the server's message in Create: %s",
		async (_name, response, message) => {
			const error = await create({ status: 400, ...response });
			expect(error.message).toBe(`The server did not accept this video (400): ${message}`);
			expect(error.description).toContain('Nothing was created for this item.');
			expect(error.httpCode).toBe('400');
		},
	);

	it.each(SHAPES)(
		"contains the server's message in Get Status: %s",
		async (_name, response, message) => {
			const error = await get({ status: 400, ...response });
			expect(error.message).toBe(
				`The server did not accept the request for video 'video_1' (400): ${message}`,
			);
			expect(error.description).toContain("Check 'Video ID'");
			expect(error.httpCode).toBe('400');
		},
	);

	it.each(WITHOUT_MESSAGE)('needs no message from the server: %s', async (_name, response) => {
		const createError = await create({ status: 400, ...response });
		expect(createError.message).toBe('The server did not accept this video (400)');
		const { message } = await get({ status: 400, ...response });
		expect(message).toBe("The server did not accept the request for video 'video_1' (400)");
	});

	it.each([
		[502, 'Bad Gateway'],
		[503, 'Service Unavailable'],
		[504, 'Gateway Time-out'],
		[520, 'Web server returned an unknown error'],
		[524, 'A timeout occurred'],
	])('contains the title of a page from nginx or Cloudflare: %i', async (status, title) => {
		const createError = await create({ status, body: PAGE(title) });
		expect(createError.message).toBe(
			`The server broke off while creating the video, so it may exist and be billed (${status}): ${title}`,
		);
		expect(createError.description).toContain('do not pay twice');
		node.server.alwaysRespondTo(STATUS, { status, body: PAGE(title) });
		expect((await node.run()).error?.message).toBe(
			`The server returned an error for video 'video_1' (${status}): ${title}`,
		);
	});

	it('is shortened if the server sends a very long one', async () => {
		const { message } = await create({ status: 400, json: { error: 'very '.repeat(5_000) } });
		expect(message.length).toBeLessThan(700);
		expect(message.endsWith('…')).toBe(true);
	});

	// n8n replaces an error message that contains one of its known error codes.
	it.each([
		'dial tcp 10.0.0.7:443: ECONNREFUSED',
		'ETIMEDOUT after 60 s',
		'getaddrinfo ENOTFOUND',
		'ENOENT: no such file, ECONNREFUSED upstream',
	])("contains the server's message even if n8n would replace it: %s", async (message) => {
		const createError = await create({ status: 400, json: { error: message } });
		expect(createError.message).toBe(`The server did not accept this video (400): ${message}`);
		node.server.respondTo(STATUS, { json: { ...FAILED, error: { message } } });
		const { error } = await node.run(WAIT);
		expect(error?.message).toBe(`The server could not make video 'video_1': ${message}`);
	});

	it.each(['video', '1234', 'video_1'])(
		'is not redacted if the API key is as short as %s, which is no secret',
		async (apiKey) => {
			node.server.respondTo(STATUS, {
				json: { ...FAILED, error: { message: 'Key 1234 is bad.' } },
			});
			const { error } = await node.run(WAIT, {
				credentials: { apiKey, baseUrl: node.server.baseUrl },
			});
			expect(error?.message).toBe("The server could not make video 'video_1': Key 1234 is bad.");
		},
	);

	it("is redacted only in the server's message, not in the video ID", async () => {
		const id = 'video_of-this-key-1';
		node.server.respondTo(`GET /v1/videos/${id}`, {
			status: 410,
			json: { error: { message: 'of-this-key' } },
		});
		const { error } = await node.run(
			{ ...WAIT, videoId: id },
			{ credentials: { apiKey: 'of-this-key', baseUrl: node.server.baseUrl } },
		);
		expect(error?.message).toBe(`Video '${id}' has expired on the server (410): ***`);
	});

	it('contains the error of the previous node if Video ID is empty', async () => {
		const items = [{ json: { error: 'The server did not accept this video (400)' } }];
		const { error } = await node.run(WAIT, { items });
		expect(error?.message).toBe(
			"'Video ID' is empty, because the step before put out no video: The server did not accept this video (400)",
		);
		expect(error?.description).toContain('Continue (using error output)');
		expect(node.server.received).toEqual([]);
	});
});
