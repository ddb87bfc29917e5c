import { API_KEY, completedVideo, CREATE, MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const PENDING = { id: 'video_1', object: 'video', status: 'pending' };

const node = testNode({ operation: 'getStatus' });

describe('Base URL', () => {
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
	])('accepts %j and sends requests to %s', async (entered, root) => {
		node.server.respondTo(`POST ${root}/videos`, { json: PENDING });
		node.server.respondTo(
			`GET ${root}/videos/video_1`,
			...Array(2).fill({ json: completedVideo('video_1') }),
		);
		node.server.respondTo(`GET ${root}/videos/video_1/content`, { body: MP4 });
		const baseUrl = entered.replace(/^ *|^/, `$&${node.server.origin}`);
		for (const operation of [CREATE, { operation: 'waitUntilDone' }, { operation: 'download' }]) {
			const { error } = await node.run(operation, { credentials: { apiKey: API_KEY, baseUrl } });
			expect(error).toBeUndefined();
		}
	});

	it('resolves a relative file URL against the server when it has a path', async () => {
		node.server.respondTo('GET /api/v1/videos/video_1', {
			json: { ...completedVideo('video_1'), url: '/api/v1/files/1' },
		});
		node.server.respondTo('GET /api/v1/videos/video_1/content', { status: 404 });
		node.server.respondTo('GET /api/v1/files/1', { body: MP4 });
		const run = await node.run(
			{ operation: 'download' },
			{ credentials: { apiKey: API_KEY, baseUrl: `${node.server.origin}/api/v1` } },
		);
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});

	it.each([
		['http://', 'is not a web address'],
		['http://user:password@127.0.0.1/v1', 'is not a web address'],
		['127.0.0.1:8000/v1', 'is not a web address'],
	])('is rejected before anything is sent if it is not a URL: %s', async (baseUrl, message) => {
		const { error } = await node.run(CREATE, { credentials: { apiKey: API_KEY, baseUrl } });
		expect(error?.message).toContain(message);
		expect(error?.description).toContain('https://gateway.example.com/v1');
	});

	it.each([
		'https://user:my-secret@gateway.example.com/v1',
		'gateway.example.com/v1?key=my-secret',
		'sk-my-secret-0123456789abcdef',
	])('does not show possible secrets in the error message: %s', async (baseUrl) => {
		const { error } = await node.run(CREATE, { credentials: { apiKey: API_KEY, baseUrl } });
		expect(error?.message).toContain('is not a web address: ');
		expect(JSON.stringify(error)).not.toContain('my-secret');
	});
});

describe('api.openai.com, which is shut down', () => {
	/** The scripted server is the proxy, so no request leaves this machine. */
	const run = async (parameters: object) =>
		await node.run(
			{ ...parameters, requestOptions: { proxy: node.server.origin } },
			{ credentials: { apiKey: API_KEY, baseUrl: 'http://api.openai.com/v1' } },
		);
	const SHUT_DOWN = "Enter the address of another server that speaks the protocol as 'Base URL'";

	it.each([
		[404, { error: { message: 'Invalid URL (POST /v1/videos)' } }],
		[403, { error: { message: 'The Videos API has been shut down.' } }],
		[410, {}],
	])('is named as the cause when Create fails with %i', async (status, json) => {
		node.server.respondTo('POST http://api.openai.com/v1/videos', { status, json });
		const { error } = await run(CREATE);
		expect(error?.message).toContain(`(${status})`);
		expect(error?.description).toContain(SHUT_DOWN);
	});

	it('is named as the cause when Get Status fails', async () => {
		node.server.respondTo('GET http://api.openai.com/v1/videos/video_1', { status: 404, json: {} });
		expect((await run({})).error?.description).toContain(SHUT_DOWN);
	});

	it.each([401, 429])('is not named as the cause of a %i', async (status) => {
		node.server.respondTo('POST http://api.openai.com/v1/videos', {
			status,
			json: { error: { message: 'Why.' } },
			headers: { 'x-should-retry': 'false' },
		});
		expect((await run(CREATE)).error?.description).not.toContain(SHUT_DOWN);
	});
});
