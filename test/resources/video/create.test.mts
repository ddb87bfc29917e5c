import type { INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../../sandbox/server.mts';
import { expectError } from '../../support/expectError.mts';
import { API_KEY, PNG, itemWithFile, SORA } from '../../support/fixtures.mts';
import { type NodeSetup } from '../../support/nodeRunner.mts';
import { readForm } from '../../support/scriptedServer.mts';
import { testNode } from '../../support/testNode.mts';

const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt ?? "a cat" }}' };
const POST = 'POST /v1/videos';
const PENDING = { id: 'video_1', object: 'video', status: 'pending', created_at: 1741570283 };

const node = testNode(CREATE);

const create = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
	await node.run(parameters, { items: [{ json: {} }], ...setup });

describe('Create', () => {
	it('sends a form with model, prompt, size and seconds, and the key as a bearer token', async () => {
		node.server.respondTo(POST, { json: PENDING });
		const { items } = await create();
		const [request] = node.server.received;
		expect(Object.fromEntries(await readForm(request))).toEqual({
			model: 'sora-2',
			prompt: 'a cat',
			size: '720x1280',
			seconds: '4',
		});
		expect(request.headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
			'content-length': String(request.body.length),
		});
		expect(items).toEqual([{ json: PENDING, pairedItem: { item: 0 } }]);
	});

	it('sends a custom size without spaces, and a custom length as text', async () => {
		node.server.respondTo(POST, { json: PENDING });
		await create({
			size: 'custom',
			customSize: ' 1344 × 768 ',
			seconds: 'custom',
			customSeconds: '={{ 6 }}',
		});
		const form = await readForm(node.server.received[0]);
		expect([form.get('size'), form.get('seconds')]).toEqual(['1344x768', '6']);
	});

	it.each(['768P', '1080p', '4k'])('accepts %s as a custom size', async (customSize) => {
		node.server.respondTo(POST, { json: PENDING });
		await create({ size: 'custom', customSize });
		expect((await readForm(node.server.received[0])).get('size')).toBe(customSize);
	});

	it('sends Chinese and emoji prompts unchanged', async () => {
		const prompt = '一只可爱的小猫在花园里玩耍 🐱🎬\nzweite Zeile: "Ünïcödé"';
		node.server.respondTo(POST, { json: PENDING });
		await create({}, { items: [{ json: { prompt } }] });
		// Text in a form has CRLF line ends by its standard.
		expect((await readForm(node.server.received[0])).get('prompt')).toBe(
			prompt.replace('\n', '\r\n'),
		);
	});

	it('sends the image byte for byte, with the extension and media type of its content', async () => {
		node.server.respondTo(POST, { json: PENDING });
		await create(
			{ referenceImage: 'binary' },
			{ items: [itemWithFile(PNG, { fileName: '小猫' })] },
		);
		const file = (await readForm(node.server.received[0])).get('input_reference') as File;
		expect([file.name, file.type]).toEqual(['小猫.png', 'image/png']);
		expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
	});

	it('gives a nameless image a name, and ignores its wrong media type', async () => {
		node.server.respondTo(POST, { json: PENDING });
		await create(
			{ referenceImage: 'binary' },
			{ items: [itemWithFile(PNG, { mimeType: 'image/jpeg' })] },
		);
		const file = (await readForm(node.server.received[0])).get('input_reference') as File;
		expect([file.name, file.type]).toEqual(['reference.png', 'image/png']);
	});

	it('sends a form with an image that the sandbox accepts', async () => {
		const sandbox = await startSandbox();
		const image = await readExampleImage();
		const { items, error } = await create(
			{ referenceImage: 'binary', size: '1280x720' },
			{
				credentials: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
				items: [itemWithFile(image, { fileName: 'first frame.png' })],
			},
		);
		const [video] = sandbox.videos.values();
		await sandbox.close();
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ status: 'pending', size: '1280x720' });
		expect(video.reference).toEqual({ name: 'first frame.png', type: 'image/png', bytes: image });
	});
});

describe('Create with invalid input', () => {
	it.each([
		['an empty prompt', { prompt: '={{ "  " }}' }, "'Prompt' is empty. Nothing was sent."],
		['an empty model', { model: { ...SORA, value: '={{ "" }}' } }, "'Model' is empty"],
		['the size 10x', { size: 'custom', customSize: '10x' }, "'Custom Size' is not a size: 10x"],
		[
			'a size in words',
			{ size: 'custom', customSize: 'as large as you can' },
			"'Custom Size' is not a size: as large as you can",
		],
		[
			'0 seconds',
			{ seconds: 'custom', customSeconds: '0' },
			"'Custom Seconds' is not a length of time: 0",
		],
		[
			'-1 seconds',
			{ seconds: 'custom', customSeconds: '-1' },
			"'Custom Seconds' is not a length of time: -1",
		],
		[
			'four seconds',
			{ seconds: 'custom', customSeconds: 'four' },
			"'Custom Seconds' is not a length of time: four",
		],
	])('rejects %s before sending anything', async (_name, parameters, message) => {
		const { error } = await create(parameters);
		expect(`${error?.message}. ${error?.description}`).toContain(message.split('. ')[0]);
		expect(error?.description).toContain('Nothing was sent.');
		expect(node.server.received).toHaveLength(0);
	});

	it('rejects a missing binary field before sending anything', async () => {
		const { error } = await create({ referenceImage: 'binary' });
		expect(error?.message).toBe("There is no file in binary field 'data'");
		expect(error?.description).toContain("'Input Binary Field'");
		expect(error?.description).toContain('but none was found');
		expect(node.server.received).toHaveLength(0);
	});

	it('rejects a text file as the reference image, whatever its media type', async () => {
		const { error } = await create(
			{ referenceImage: 'binary' },
			{ items: [itemWithFile(Buffer.from('I am a text'), { mimeType: 'image/png' })] },
		);
		expect(error?.message).toBe(
			"The reference in binary field 'data' is not a picture (image/png)",
		);
		expect(error?.description).toContain('Use a PNG, JPEG or WebP file');
		expect(node.server.received).toHaveLength(0);
	});

	it.each([
		['empty', '', "'Base URL' of the OpenAI Videos API credential is empty"],
		['not a URL', 'not a url', 'is not a web address: not a url'],
		['without http', 'gateway.example.com/v1', 'is not a web address: gateway.example.com/v1'],
		['of another protocol', 'ftp://gateway.example.com', 'is not a web address'],
	])('rejects a base URL that is %s', async (_name, baseUrl, message) => {
		const { error } = await create({}, { credentials: { apiKey: API_KEY, baseUrl } });
		expect(error?.message).toContain(message);
		expect(error?.description).toContain('https://gateway.example.com/v1');
	});

	it('sends no item when one is invalid, because n8n would drop the videos of the others', async () => {
		const items = ['a', ' ', 'c'].map((prompt) => ({ json: { prompt } }));
		const { error } = await create({}, { items });
		expect(error?.message).toBe("'Prompt' is empty [item 1]");
		expect(node.server.received).toHaveLength(0);
	});

	it('skips only the invalid item under Continue On Fail', async () => {
		node.server.respondTo(POST, { json: PENDING }, { json: { ...PENDING, id: 'video_2' } });
		const { items, error } = await create(
			{},
			{
				items: ['a', ' ', 'c'].map((prompt) => ({ json: { prompt } })),
				settings: { onError: 'continueRegularOutput' },
			},
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json, pairedItem }) => [json.id ?? json.error, pairedItem])).toEqual([
			['video_1', { item: 0 }],
			["'Prompt' is empty", { item: 1 }],
			['video_2', { item: 2 }],
		]);
	});
});

describe('Create after an error response', () => {
	const errorBody = (message: string) => ({ error: { message, type: 'x', code: 'y' } });

	it.each([
		[
			400,
			{ json: errorBody('Seconds must be 4.') },
			'The server did not accept this video (400): Seconds must be 4.',
			'Nothing was created',
		],
		[
			401,
			{ json: errorBody('Bad key.') },
			'The server did not accept the API key (401): Bad key.',
			"Check 'API Key'",
		],
		[
			403,
			{ json: errorBody('Not yours.') },
			'The API key is not allowed to do this (403): Not yours.',
			"server's operator",
		],
		[
			404,
			{ json: errorBody('No model.') },
			'The server knows no such model, or has no videos endpoint (404): No model.',
			"'Base URL'",
		],
		[
			500,
			{ json: errorBody('Oops.') },
			'The server broke off while creating the video, so it may exist and be billed (500): Oops.',
			'Before you run this again, look on the server',
		],
		[
			502,
			{ body: '<html><h1>Bad gateway</h1></html>' },
			'The server broke off while creating the video, so it may exist and be billed (502): Bad gateway',
			'do not pay twice',
		],
		[
			200,
			{ body: '<html>Welcome</html>' },
			'The server sent a web page instead of a video, which may exist all the same and be billed',
			'ends in /v1',
		],
		[
			200,
			{ body: '' },
			'The server sent an empty answer instead of a video, which may exist all the same and be billed',
			'look on the server',
		],
		[
			301,
			{ headers: { location: 'https://new.example.com/v1' } },
			'The server redirects elsewhere (301): https://new.example.com/v1',
			"as 'Base URL'",
		],
	])('explains the response and the next step: %i %j', async (status, response, message, next) => {
		node.server.respondTo(POST, { status, ...response });
		const { error } = await create();
		expectError(error, { status, message, next });
		const created = node.server.received.filter(({ method }) => method === 'POST');
		expect(created).toHaveLength(1);
	});

	it.each([
		{ code: 0, message: 'success', data: { ref: 'abc-7', token: 'hidden', path: '/q/7' } },
		{ accepted: true, queue: 'abc-7' },
		{ code: 0, message: 'Video generation started', data: { ref: 'abc-7' } },
		{ message: 'ok', data: { ref: 'abc-7', poll: 'https://x.example/y?token=hidden' } },
	])('shows an answer that says yes without an ID, but no secret in it: %j', async (json) => {
		const answer = { ...json, echo: API_KEY };
		node.server.respondTo(POST, { json: answer });
		const { error } = await create();
		expect(error?.message).toContain('The server sent JSON instead of a video');
		expect(error?.message).toContain('abc-7');
		expect(error?.message).not.toMatch(new RegExp(`hidden|${API_KEY}`));
	});

	it('does not retry after a dropped connection, and warns that the video may be billed', async () => {
		node.server.respondTo(POST, { respond: (response) => response.destroy() });
		const { error } = await create();
		expect(error?.message).toBe(
			'The connection broke off while the video was being created, so it may exist and be billed',
		);
		expect(error?.description).toContain('do not pay twice');
	});

	it('waits as long as a rate limit asks for, and creates one video', async () => {
		const limited = { status: 429, json: errorBody('Slow down.') };
		node.server.respondTo(
			POST,
			{ ...limited, headers: { 'retry-after': '20' } },
			{ ...limited, headers: { 'retry-after': new Date(node.time.now + 50_000).toUTCString() } },
			limited,
			{ json: PENDING },
		);
		const { items } = await create();
		expect(items).toHaveLength(1);
		expect(node.time.pauses).toEqual([20_000, 30_000, 4_000]);
	});

	it('does not wait for a rate limit that is longer than the retry limit', async () => {
		node.server.respondTo(POST, {
			status: 429,
			headers: { 'retry-after': '3600' },
			json: errorBody('Quota.'),
		});
		const { error } = await create();
		expect(error?.message).toBe('The server takes no more requests right now (429): Quota.');
		expect(node.time.pauses).toEqual([]);
	});

	it('retries for a few seconds when the server is unreachable, because nothing was created', async () => {
		const { error } = await create(
			{},
			{ credentials: { apiKey: '', baseUrl: 'http://127.0.0.1:9' } },
		);
		expect(error?.message).toBe('The server at http://127.0.0.1:9/v1 cannot be reached');
		expect(error?.description).toContain('ECONNREFUSED');
		expect(node.time.pauses.length).toBeGreaterThan(1);
		expect(node.time.waited).toBeLessThanOrEqual(15_000);
	});

	it('redacts keys that the server quotes', async () => {
		const secret = 'header-secret';
		node.server.respondTo(POST, {
			status: 401,
			json: errorBody(`Bad key ${API_KEY} or ${secret}`),
		});
		const { error, run } = await create(
			{},
			{
				credentials: {
					apiKey: API_KEY,
					baseUrl: node.server.baseUrl,
					header: true,
					headerName: 'x-extra',
					headerValue: secret,
				},
			},
		);
		expect(error?.message).toBe('The server did not accept the API key (401): Bad key *** or ***');
		expect(node.server.received[0].headers['x-extra']).toBe(secret);
		const saved = JSON.stringify(run.data);
		expect(saved).not.toContain(API_KEY);
		expect(saved).not.toContain(secret);
	});
});

describe('Create with several items or executions', () => {
	const items = ['a', 'b'].map((prompt) => ({ json: { prompt } }));

	it('names the videos of the other items when one fails', async () => {
		node.server.respondTo(POST, { status: 400, json: {} }, { json: PENDING });
		const { error } = await create({}, { items });
		expect(error?.message).toBe('The server did not accept this video (400)');
		expect(error?.description).toContain(
			"Created in the same run, and not lost: 'video_1' (item 1).",
		);
	});

	it('omits a null error, which n8n 1.x would take for a failure and retry', async () => {
		node.server.respondTo(POST, { json: { ...PENDING, error: null } });
		expect((await create()).items[0].json).not.toHaveProperty('error');
	});

	it('creates a new video in the next execution', async () => {
		node.server.respondTo(POST, { json: PENDING }, { json: { ...PENDING, id: 'video_2' } });
		await create();
		expect((await create()).items[0].json.id).toBe('video_2');
	});
});

async function readExampleImage(): Promise<Buffer> {
	const { default: example } = await import('../../../examples/image-to-video.json', {
		with: { type: 'json' },
	});
	const text = JSON.stringify(example);
	return Buffer.from(/"iVBOR[^"]+"/.exec(text)![0].slice(1, -1), 'base64');
}
