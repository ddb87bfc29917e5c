import type { INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../sandbox/server.mts';
import { API_KEY, PNG, rowWithFile, SORA } from '../support/fixtures.mts';
import { type NodeSetup } from '../support/nodeRunner.mts';
import { readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt ?? "a cat" }}' };
const POST = 'POST /v1/videos';
const PENDING = { id: 'video_1', object: 'video', status: 'pending', created_at: 1741570283 };

const bench = testNode(CREATE);

const create = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
	await bench.run(parameters, { items: [{ json: {} }], ...setup });

describe('what Create sends', () => {
	it('is a form with model, prompt, size and seconds, and the key as a bearer token', async () => {
		bench.server.answer(POST, { json: PENDING });
		const { items } = await create();
		const [request] = bench.server.received;
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

	it('holds a size and a length of the user, tidied, and the length as text', async () => {
		bench.server.answer(POST, { json: PENDING });
		await create({
			size: 'custom',
			customSize: ' 1344 × 768 ',
			seconds: 'custom',
			customSeconds: '={{ 6 }}',
		});
		const form = await readForm(bench.server.received[0]);
		expect([form.get('size'), form.get('seconds')]).toEqual(['1344x768', '6']);
	});

	it.each(['768P', '1080p', '4k'])('may ask for a size by the name %s', async (customSize) => {
		bench.server.answer(POST, { json: PENDING });
		await create({ size: 'custom', customSize });
		expect((await readForm(bench.server.received[0])).get('size')).toBe(customSize);
	});

	it('carries Chinese and emoji prompts unharmed', async () => {
		const prompt = '一只可爱的小猫在花园里玩耍 🐱🎬\nzweite Zeile: "Ünïcödé"';
		bench.server.answer(POST, { json: PENDING });
		await create({}, { items: [{ json: { prompt } }] });
		// A form's text has CRLF line ends by its standard.
		expect((await readForm(bench.server.received[0])).get('prompt')).toBe(
			prompt.replace('\n', '\r\n'),
		);
	});

	it('has the picture byte for byte, with an ending and a real type, where n8n knows only octet-stream', async () => {
		bench.server.answer(POST, { json: PENDING });
		await create({ referenceImage: 'binary' }, { items: [rowWithFile(PNG, { fileName: '小猫' })] });
		const file = (await readForm(bench.server.received[0])).get('input_reference') as File;
		expect([file.name, file.type]).toEqual(['小猫.png', 'image/png']);
		expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
	});

	it('names a picture that has no name, and does not believe a wrong label', async () => {
		bench.server.answer(POST, { json: PENDING });
		await create(
			{ referenceImage: 'binary' },
			{ items: [rowWithFile(PNG, { mimeType: 'image/jpeg' })] },
		);
		const file = (await readForm(bench.server.received[0])).get('input_reference') as File;
		expect([file.name, file.type]).toEqual(['reference.png', 'image/png']);
	});

	it('is accepted by the sandbox, picture included', async () => {
		const sandbox = await startSandbox();
		const picture = await readExamplePicture();
		const { items, error } = await create(
			{ referenceImage: 'binary', size: '1280x720' },
			{
				credentials: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
				items: [rowWithFile(picture, { fileName: 'first frame.png' })],
			},
		);
		const [video] = sandbox.videos.values();
		await sandbox.close();
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ status: 'pending', size: '1280x720' });
		expect(video.reference).toEqual({ name: 'first frame.png', type: 'image/png', bytes: picture });
	});
});

describe('what Create refuses before anything is sent', () => {
	it.each([
		['an empty prompt', { prompt: '={{ "  " }}' }, "'Prompt' is empty. Nothing was sent."],
		['an empty model', { model: { ...SORA, value: '={{ "" }}' } }, "'Model' is empty"],
		['the size 10x', { size: 'custom', customSize: '10x' }, "'Custom Size' is not a size: 10x"],
		['the size abc', { size: 'custom', customSize: 'abc' }, "'Custom Size' is not a size: abc"],
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
	])('%s', async (_name, parameters, sentence) => {
		const { error } = await create(parameters);
		expect(`${error?.message}. ${error?.description}`).toContain(sentence.split('. ')[0]);
		expect(error?.description).toContain('Nothing was sent.');
		expect(bench.server.received).toHaveLength(0);
	});

	it('a binary field that is not there', async () => {
		const { error } = await create({ referenceImage: 'binary' });
		expect(error?.message).toBe("There is no file in binary field 'data'");
		expect(error?.description).toContain("'Input Binary Field'");
		expect(error?.description).toContain('but none was found');
		expect(bench.server.received).toHaveLength(0);
	});

	it('a reference that is a text file, whatever its label says', async () => {
		const { error } = await create(
			{ referenceImage: 'binary' },
			{ items: [rowWithFile(Buffer.from('I am a text'), { mimeType: 'image/png' })] },
		);
		expect(error?.message).toBe(
			"The reference in binary field 'data' is not a picture (image/png)",
		);
		expect(error?.description).toContain('Use a PNG, JPEG or WebP file');
		expect(bench.server.received).toHaveLength(0);
	});

	it.each([
		['empty', '', "'Base URL' of the OpenAI Videos API credential is empty"],
		['no URL', 'not a url', 'is not a web address: not a url'],
		['without http', 'gateway.example.com/v1', 'is not a web address: gateway.example.com/v1'],
		['of another kind', 'ftp://gateway.example.com', 'is not a web address'],
	])('a base URL that is %s', async (_name, baseUrl, sentence) => {
		const { error } = await create({}, { credentials: { apiKey: API_KEY, baseUrl } });
		expect(error?.message).toContain(sentence);
		expect(error?.description).toContain('https://gateway.example.com/v1');
	});

	it('all items when one of them is wrong: n8n would drop the videos of the others', async () => {
		const items = ['a', ' ', 'c'].map((prompt) => ({ json: { prompt } }));
		const { error } = await create({}, { items });
		expect(error?.message).toBe("'Prompt' is empty [item 1]");
		expect(bench.server.received).toHaveLength(0);
	});

	it('only the wrong item when the node may continue', async () => {
		bench.server.answer(POST, { json: PENDING }, { json: { ...PENDING, id: 'video_2' } });
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

describe('what Create tells of a server that says no', () => {
	const words = (message: string) => ({ error: { message, type: 'x', code: 'y' } });

	it.each([
		[
			400,
			{ json: words('Seconds must be 4.') },
			'The server did not accept this video (400): Seconds must be 4.',
			'Nothing was created',
		],
		[
			401,
			{ json: words('Bad key.') },
			'The server did not accept the API key (401): Bad key.',
			"Check 'API Key'",
		],
		[
			403,
			{ json: words('Not yours.') },
			'The API key is not allowed to do this (403): Not yours.',
			"server's operator",
		],
		[
			404,
			{ json: words('No model.') },
			'The server knows no such model, or has no videos endpoint (404): No model.',
			"'Base URL'",
		],
		[
			500,
			{ json: words('Oops.') },
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
	])('%i: %j', async (status, answer, message, next) => {
		bench.server.answer(POST, { status, ...answer });
		const { error } = await create();
		expect(error?.message).toBe(message);
		expect(error?.description).toContain(next);
		expect(error?.httpCode).toBe(String(status));
		const created = bench.server.received.filter(({ method }) => method === 'POST');
		expect(created).toHaveLength(1);
	});

	it('never repeats a Create whose connection broke off, and says that it may be billed', async () => {
		bench.server.answer(POST, { respond: (response) => response.destroy() });
		const { error } = await create();
		expect(error?.message).toBe(
			'The connection broke off while the video was being created, so it may exist and be billed',
		);
		expect(error?.description).toContain('do not pay twice');
	});

	it('waits out a rate limit as told, and creates the video once', async () => {
		const limited = { status: 429, json: words('Slow down.') };
		bench.server.answer(
			POST,
			{ ...limited, headers: { 'retry-after': '20' } },
			{ ...limited, headers: { 'retry-after': new Date(bench.time.now + 50_000).toUTCString() } },
			limited,
			{ json: PENDING },
		);
		const { items } = await create();
		expect(items).toHaveLength(1);
		expect(bench.time.pauses).toEqual([20_000, 30_000, 4_000]);
	});

	it('does not wait for a rate limit that lasts longer than its patience', async () => {
		bench.server.answer(POST, {
			status: 429,
			headers: { 'retry-after': '3600' },
			json: words('Quota.'),
		});
		const { error } = await create();
		expect(error?.message).toBe('The server takes no more requests right now (429): Quota.');
		expect(bench.time.pauses).toEqual([]);
	});

	it('tries again for a few seconds where nobody listens, because nothing can have been created', async () => {
		const { error } = await create(
			{},
			{ credentials: { apiKey: '', baseUrl: 'http://127.0.0.1:9' } },
		);
		expect(error?.message).toBe('The server at http://127.0.0.1:9/v1 cannot be reached');
		expect(error?.description).toContain('ECONNREFUSED');
		expect(bench.time.pauses.length).toBeGreaterThan(1);
		expect(bench.time.waited).toBeLessThanOrEqual(15_000);
	});

	it('quotes no key, even where the server does', async () => {
		const secret = 'header-secret';
		bench.server.answer(POST, { status: 401, json: words(`Bad key ${API_KEY} or ${secret}`) });
		const { error, run } = await create(
			{},
			{
				credentials: {
					apiKey: API_KEY,
					baseUrl: bench.server.baseUrl,
					header: true,
					headerName: 'x-extra',
					headerValue: secret,
				},
			},
		);
		expect(error?.message).toBe('The server did not accept the API key (401): Bad key *** or ***');
		expect(bench.server.received[0].headers['x-extra']).toBe(secret);
		const saved = JSON.stringify(run.data);
		expect(saved).not.toContain(API_KEY);
		expect(saved).not.toContain(secret);
	});
});

describe('money safety of Create within one run', () => {
	const items = ['a', 'b'].map((prompt) => ({ json: { prompt } }));

	it('names the videos of the other items when one fails', async () => {
		bench.server.answer(POST, { status: 400, json: {} }, { json: PENDING });
		const { error } = await create({}, { items });
		expect(error?.message).toBe('The server did not accept this video (400)');
		expect(error?.description).toContain(
			"Created in the same run, and not lost: 'video_1' (item 1).",
		);
	});

	it('drops an empty error of the server, which n8n 1.x takes for a failure to be retried', async () => {
		bench.server.answer(POST, { json: { ...PENDING, error: null } });
		expect((await create()).items[0].json).not.toHaveProperty('error');
	});

	it('pays for a new video in the next run', async () => {
		bench.server.answer(POST, { json: PENDING }, { json: { ...PENDING, id: 'video_2' } });
		await create();
		expect((await create()).items[0].json.id).toBe('video_2');
	});
});

async function readExamplePicture(): Promise<Buffer> {
	const { default: example } = await import('../../examples/image-to-video.json', {
		with: { type: 'json' },
	});
	const text = JSON.stringify(example);
	return Buffer.from(/"iVBOR[^"]+"/.exec(text)![0].slice(1, -1), 'base64');
}
