import { API_KEY, completedVideo, MP4, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const PENDING = { id: 'video_1', object: 'video', status: 'pending' };

const bench = testNode({ operation: 'getStatus' });

describe('base URLs', () => {
	it.each([
		['', '/v1'],
		['/', '/v1'],
		['/v1', '/v1'],
		['/v1/', '/v1'],
		['/v1///', '/v1'],
		['/openai/v1', '/openai/v1'],
		['/openai/v1/', '/openai/v1'],
		['/openai/v2/', '/openai/v2'],
		['/api/v1', '/api/v1'],
		['/api', '/api'],
		['/a/deep/path', '/a/deep/path'],
		['/v1/videos', '/v1'],
		['/v1/videos/', '/v1'],
		['/v1/videos/video_9', '/v1'],
		['/v1/videos/video_9/content', '/v1'],
		['/openai/v1/videos', '/openai/v1'],
		['/v1/models', '/v1'],
		['/v1/chat/completions', '/v1'],
		['/videos', '/v1'],
		['/videos/v1', '/videos/v1'],
		['/models/wan/v1', '/models/wan/v1'],
		['/videos/v1/videos', '/videos/v1'],
		['  /v1  ', '/v1'],
	])('%j leads to %s', async (entered, root) => {
		bench.server.answer(`POST ${root}/videos`, { json: PENDING });
		bench.server.answer(
			`GET ${root}/videos/video_1`,
			...Array(2).fill({ json: completedVideo('video_1') }),
		);
		bench.server.answer(`GET ${root}/videos/video_1/content`, { body: MP4 });
		const baseUrl = entered.replace(/^ *|^/, `$&${bench.server.origin}`);
		for (const operation of [CREATE, { operation: 'waitUntilDone' }, { operation: 'download' }]) {
			const { error } = await bench.run(operation, { credentials: { apiKey: API_KEY, baseUrl } });
			expect(error).toBeUndefined();
		}
	});

	it('with a path of their own are where addresses without a server begin', async () => {
		bench.server.answer('GET /api/v1/videos/video_1', {
			json: { ...completedVideo('video_1'), url: '/api/v1/files/1' },
		});
		bench.server.answer('GET /api/v1/videos/video_1/content', { status: 404 });
		bench.server.answer('GET /api/v1/files/1', { body: MP4 });
		const run = await bench.run(
			{ operation: 'download' },
			{ credentials: { apiKey: API_KEY, baseUrl: `${bench.server.origin}/api/v1` } },
		);
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});

	it.each([
		['http://', 'is not a web address'],
		['http://user:password@127.0.0.1/v1', 'is not a web address'],
		['127.0.0.1:8000/v1', 'is not a web address'],
	])('that are none are refused before anything is sent: %s', async (baseUrl, message) => {
		const { error } = await bench.run(CREATE, { credentials: { apiKey: API_KEY, baseUrl } });
		expect(error?.message).toContain(message);
		expect(error?.description).toContain('https://gateway.example.com/v1');
	});

	it.each([
		'https://user:my-secret@gateway.example.com/v1',
		'gateway.example.com/v1?key=my-secret',
		'sk-my-secret-0123456789abcdef',
	])('that are none are shown without what may be secret in them: %s', async (baseUrl) => {
		const { error } = await bench.run(CREATE, { credentials: { apiKey: API_KEY, baseUrl } });
		expect(error?.message).toContain('is not a web address: ');
		expect(JSON.stringify(error)).not.toContain('my-secret');
	});
});

describe('api.openai.com, which is closed', () => {
	/** The server plays the proxy, so that nothing leaves this machine. */
	const run = async (parameters: object) =>
		await bench.run(
			{ ...parameters, requestOptions: { proxy: bench.server.origin } },
			{ credentials: { apiKey: API_KEY, baseUrl: 'http://api.openai.com/v1' } },
		);
	const CLOSED = "Enter the address of another server that speaks the protocol as 'Base URL'";

	it.each([
		[404, { error: { message: 'Invalid URL (POST /v1/videos)' } }],
		[403, { error: { message: 'The Videos API has been shut down.' } }],
		[410, {}],
	])('is told by its name when Create fails: %i', async (status, json) => {
		bench.server.answer('POST http://api.openai.com/v1/videos', { status, json });
		const { error } = await run(CREATE);
		expect(error?.message).toContain(`(${status})`);
		expect(error?.description).toContain(CLOSED);
	});

	it('is told by its name when a video is asked for', async () => {
		bench.server.answer('GET http://api.openai.com/v1/videos/video_1', { status: 404, json: {} });
		expect((await run({})).error?.description).toContain(CLOSED);
	});

	it.each([401, 429])('is not blamed for what %i means everywhere', async (status) => {
		bench.server.answer('POST http://api.openai.com/v1/videos', {
			status,
			json: { error: { message: 'Why.' } },
			headers: { 'x-should-retry': 'false' },
		});
		expect((await run(CREATE)).error?.description).not.toContain(CLOSED);
	});
});
