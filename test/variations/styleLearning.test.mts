import type { INodeParameters } from 'n8n-workflow';

import {
	queuedVideo,
	accepted,
	API_KEY,
	CREATE,
	itemWithFile,
	PNG,
	RETRY_ON_FAIL,
} from '../support/fixtures.mts';
import type { NodeSetup } from '../support/nodeRunner.mts';
import type { ReceivedRequest, ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const WANTS_JSON = { status: 415, body: '' };

const node = testNode(CREATE);
const create = async (setup: Partial<NodeSetup> = {}, parameters: INodeParameters = {}) =>
	await node.run(parameters, { items: [{ json: {} }], ...setup });
const items = (count: number) => Array.from({ length: count }, () => ({ json: {} }));
const refusal = (message: string, status = 400): ScriptedResponse => ({
	status,
	json: { error: { message } },
});

const formatOf = ({ headers }: ReceivedRequest) =>
	String(headers['content-type']).startsWith('multipart/') ? 'form' : 'JSON';
const formats = () => node.server.posts().map(formatOf);
const lastBody = () =>
	JSON.parse(node.server.posts().at(-1)!.body.toString()) as Record<string, unknown>;

describe('Create on a server that says how it wants to be asked', () => {
	it.each<[name: string, response: ScriptedResponse]>([
		['415', WANTS_JSON],
		['a sentence', refusal('The body must be JSON.')],
		['a sentence with 422', refusal('Content-Type must be application/json', 422)],
		['Go', refusal("invalid character '-' in numeric literal")],
		['Rust', { status: 415, body: 'Expected request with `Content-Type: application/json`' }],
		[
			'FastAPI',
			{
				status: 422,
				json: {
					detail: [
						{
							type: 'model_attributes_type',
							loc: ['body'],
							msg: 'Input should be a valid dictionary or object to extract fields from',
						},
					],
				},
			},
		],
		[
			'FastAPI without a body',
			{
				status: 422,
				json: { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }] },
			},
		],
		[
			'zod',
			{
				status: 400,
				json: { success: false, error: { issues: [{ path: ['model'], message: 'Required' }] } },
			},
		],
		['Express', refusal('prompt is required')],
		['an older SGLang', refusal('input_reference file is required')],
	])('sends JSON after a refused form: %s', async (_name, response) => {
		node.server.respondTo(POST, response, accepted('video_1'));
		const run = await create();
		expect(run.error?.message).toBeUndefined();
		expect(run.items[0].json.id).toBe('video_1');
		expect(formats()).toEqual(['form', 'JSON']);
		expect(lastBody()).toMatchObject({ prompt: 'a cat', seconds: '4', size: '720x1280' });
	});

	it.each<[name: string, response: ScriptedResponse]>([
		['a sentence', refusal('seconds must be a number')],
		[
			'zod',
			{
				status: 400,
				json: {
					error: {
						issues: [
							{
								path: ['seconds'],
								message: 'Expected number, received string',
								code: 'invalid_type',
							},
						],
					},
				},
			},
		],
		[
			'FastAPI',
			{
				status: 422,
				json: {
					detail: [
						{ type: 'int_type', loc: ['body', 'seconds'], msg: 'Input should be a valid integer' },
					],
				},
			},
		],
		[
			'Go',
			refusal(
				'json: cannot unmarshal string into Go struct field VideoRequest.seconds of type int64',
			),
		],
		['Rust', { status: 422, body: 'seconds: invalid type: string "4", expected i32 at line 1' }],
	])('sends the length as a number if it is asked to: %s', async (_name, response) => {
		node.server.respondTo(POST, WANTS_JSON, response, accepted('video_1'));
		expect((await create()).error?.message).toBeUndefined();
		expect(lastBody()).toMatchObject({ seconds: 4 });
	});

	it('sends the image as text if it is asked to', async () => {
		const wantsText = refusal('input_reference: Input should be a valid string', 422);
		node.server.respondTo(POST, WANTS_JSON, wantsText, accepted('video_1'));
		await create({ items: [itemWithFile(PNG)] }, { referenceImage: 'binary' });
		expect(lastBody().input_reference).toMatch(/^data:image\/png;base64,/);
	});

	it('learns once per run, not once per item', async () => {
		const responses = Array.from({ length: 20 }, (_, item) => accepted(`video_${item}`));
		node.server.respondTo(POST, WANTS_JSON, refusal('seconds must be an integer'), ...responses);
		const run = await create({ items: items(20) });
		expect(run.items.map(({ json }) => json.status)).toEqual(Array(20).fill('pending'));
		expect(formats()).toEqual(['form', 'JSON', ...Array(20).fill('JSON')]);
	});

	it('lets the other items go on if the first gets no answer for 5 seconds', async () => {
		let answer: () => void = () => {};
		node.server.respondTo(
			POST,
			{ respond: (response) => (answer = () => response.end(JSON.stringify(queuedVideo('a')))) },
			{
				respond(response) {
					response.end(JSON.stringify(queuedVideo('b')));
					answer();
				},
			},
		);
		const run = await create({ items: items(2) });
		expect(run.items.map(({ json }) => json.id)).toEqual(['a', 'b']);
	});

	it('does not ask again in what it has learned, when an item is repeated by Retry On Fail', async () => {
		node.server.respondTo(POST, WANTS_JSON, accepted('a'), refusal('Odd.'), accepted('b'));
		const run = await create({ items: items(2), settings: RETRY_ON_FAIL });
		expect(run.items.map(({ json }) => json.id)).toEqual(['a', 'b']);
		expect(formats()).toEqual(['form', 'JSON', 'JSON', 'JSON']);
	});

	it('uses another Idempotency-Key for another body, which a server would refuse with the same key', async () => {
		node.server.respondTo(POST, WANTS_JSON, accepted('video_1'));
		await create();
		const keys = node.server.posts().map(({ headers }) => headers['idempotency-key']);
		expect(keys[0]).toBeTruthy();
		expect(keys[1]).toBeTruthy();
		expect(keys[1]).not.toBe(keys[0]);
	});

	it('waits out a rate limit in between', async () => {
		const busy = { status: 429, headers: { 'retry-after': '3' } };
		node.server.respondTo(POST, busy, WANTS_JSON, busy, accepted('video_1'));
		expect((await create()).items[0].json.id).toBe('video_1');
		expect(node.time.pauses).toEqual([3000, 3000]);
	});
});

describe('Create sends nothing a second time', () => {
	it.each<[name: string, response: ScriptedResponse]>([
		['an error of the server', refusal('The body must be JSON', 500)],
		['a gateway error', refusal('Content-Type must be application/json', 502)],
		['a rejected key', refusal('Send JSON', 401)],
		['an unknown model', refusal('Model not found, prompt is required', 404)],
		['a conflict', refusal('The body must be JSON', 409)],
		['a dropped connection', { respond: (response) => response.destroy() }],
		['a success without a video', { json: { message: 'The body must be JSON' } }],
		[
			'a refusal with a video',
			{ status: 400, json: { id: 'v', object: 'video', status: 'failed', error: 'Send JSON' } },
		],
		[
			'a warning with a task in it',
			{
				status: 400,
				json: { message: 'The body should be JSON', data: { task_id: 't1', status: 'queued' } },
			},
		],
		[
			'a warning about an accepted video',
			{ status: 422, json: { id: 'v1', status: 'queued', warnings: ['send JSON'] } },
		],
		...[
			'Unknown size',
			'any form of violence',
			'The prompt is required to be in English',
			'A signed model release is required for safety',
			'The model sora-2 is missing from your plan',
			'Upstream returned invalid JSON, please retry',
			'Your prompt was blocked, see report.json',
			'seed: expected a JSON number',
		].map((message): [string, ScriptedResponse] => [message, refusal(message)]),
		[
			'a link to a description',
			{ status: 400, json: { error: 'Unknown size', docs: 'https://x/openapi.json' } },
		],
	])('after %s', async (_name, response) => {
		node.server.respondTo(POST, response);
		await create();
		expect(node.server.posts()).toHaveLength(1);
	});

	it('if the other body is refused as well, and tells why', async () => {
		node.server.respondTo(POST, WANTS_JSON, refusal('Unknown size', 422));
		const { error } = await create();
		expect(error?.message).toBe('The server did not accept this video (422): Unknown size');
		expect(error?.description).toContain("the request was written for 'OpenAI (JSON)'");
		expect(node.server.posts()).toHaveLength(2);
	});

	it('for ever, if the server wants now the one, now the other', async () => {
		node.server.respondTo(POST, WANTS_JSON, refusal('Send a form'));
		const { error } = await create();
		expect(error?.message).toContain('(415)');
		expect(error?.description).not.toContain('Set ');
		expect(formats()).toEqual(['form', 'JSON']);
	});

	it("in the other body because of one item's own refusal", async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		node.server.respondTo(POST, WANTS_JSON, refusal('any form of violence'));
		node.server.respondTo(POST, accepted('b'), accepted('c'));
		const run = await create({ items: items(3), settings });
		expect(run.items[0].json.error).toContain('any form of violence');
		expect(run.items.slice(1).map(({ json }) => json.status)).toEqual(['pending', 'pending']);
		expect(formats()).toEqual(['form', 'JSON', 'JSON', 'JSON']);
	});

	it('in another body once a video was made in this one', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		node.server.respondTo(POST, accepted('a'), refusal('The body must be JSON.'), accepted('c'));
		const run = await create({ items: items(3), settings });
		expect(run.items.filter(({ json }) => json.status === 'pending')).toHaveLength(2);
		expect(formats()).toEqual(['form', 'form', 'form']);
	});

	it('in what one refused item seemed to ask for', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const misread = refusal('The body must not contain what is not JSON');
		node.server.respondTo(POST, misread, refusal('Odd.'), accepted('b'), accepted('c'));
		const run = await create({ items: items(3), settings });
		expect(run.items[0].json.error).toContain('Odd.');
		expect(formats()).toEqual(['form', 'JSON', 'form', 'form']);
	});

	it.each([
		['the API style is chosen', { apiStyle: 'openai' }, {}],
		['the body format is chosen', {}, { options: { bodyFormat: 'multipart' } }],
	])('if %s', async (_name, style, parameters) => {
		node.server.respondTo(POST, WANTS_JSON);
		const credentials = { apiKey: API_KEY, baseUrl: node.server.baseUrl, ...style };
		const { error } = await create({ credentials }, parameters);
		expect(error?.message).toBe('The server does not take this kind of request (415)');
		expect(error?.description).toContain("'API Style' in the OpenAI Videos API credential");
		expect(error?.description).toContain("'OpenAI (JSON)'");
		expect(error?.description).toContain('Nothing was created');
	});

	it('while the first item has no answer yet', async () => {
		node.server.respondTo(POST, { respond: (response) => response.destroy() });
		node.server.respondTo(POST, accepted('b'));
		const settings = { onError: 'continueRegularOutput' as const };
		const run = await create({ items: items(2), settings });
		expect(run.items[0].json.error).toContain('may exist');
		expect(run.items[1].json.id).toBe('b');
		expect(node.server.posts()).toHaveLength(2);
	});
});

describe('a refusal in the wrong API style', () => {
	const errorIn = async (apiStyle: string, response: ScriptedResponse) => {
		const path = apiStyle === 'xai' ? '/generations' : '';
		node.server.respondTo(`POST /v1/videos${path}`, response);
		const credentials = { apiKey: API_KEY, baseUrl: node.server.baseUrl, apiStyle };
		return (await create({ credentials })).error!;
	};

	it.each<[style: string, response: ScriptedResponse, suggested: string]>([
		['openai', refusal('The body must be JSON'), 'OpenAI (JSON)'],
		['openaiJson', { status: 415 }, 'OpenAI (Form)'],
		['openaiJson', refusal('body.prompt: Field required', 422), 'OpenAI (Form)'],
		['openaiJson', refusal('seconds: Expected number'), 'Automatic'],
		['openaiJson', refusal('duration is required'), 'OpenRouter'],
		['openaiJson', refusal('Unknown field size, did you mean aspect_ratio?'), 'xAI'],
		['openaiJson', refusal('width is required'), 'Together AI'],
		['openai', refusal('size must be one of 16:9, 9:16'), 'CometAPI'],
		['openai', refusal('Use /v1/videos/generations', 404), 'xAI'],
		['deepinfra', refusal('num_frames is required'), 'Agnes AI'],
		['agnes', refusal('image_url: Field required', 422), 'DeepInfra'],
		['openrouter', refusal('duration_seconds is missing'), 'Google Gemini'],
	])('suggests another: %s %j', async (style, response, suggested) => {
		const { description } = await errorIn(style, response);
		expect(description).toContain(
			`Set 'API Style' in the OpenAI Videos API credential to '${suggested}'`,
		);
		expect(description).toContain('Nothing was created');
	});

	it.each<[style: string, response: ScriptedResponse, name: string]>([
		['xai', { status: 404, body: '<html></html>' }, 'xAI'],
		['openrouter', { status: 405, json: {} }, 'OpenRouter'],
		['together', refusal('Odd.', 422), 'Together AI'],
		['openai', { body: '<html></html>' }, 'OpenAI (Form)'],
	])('names the style that was sent: %s %j', async (style, response, name) => {
		const { description } = await errorIn(style, response);
		expect(description).toContain(`'API Style'`);
		expect(description).toContain(`'${name}'`);
	});

	it.each([
		['openrouter', 'duration must be 4, 6 or 8'],
		['openai', 'duration must be 5 or 10'],
		['openai', 'Unsupported video duration: 4'],
		['openai', 'Supported aspect ratios: 16:9, 9:16'],
		['openai', 'height must be a multiple of 64'],
		['openaiJson', 'any form of violence'],
		['openaiJson', 'Too many requests in 30 seconds, number of jobs exceeded'],
	])('suggests no style for a refusal about a value: %s %s', async (style, message) => {
		const { description } = await errorIn(style, refusal(message));
		expect(description).not.toContain('Set ');
		expect(description).toContain("'Seconds'");
	});
});
