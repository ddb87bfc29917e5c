import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { startSandbox } from '../../sandbox/server.mts';
import { formData, minimalFields, sendRequest, startTestSandbox } from './helpers.mts';

describe('sandbox API key', () => {
	it.each([
		['GET', '/models'],
		['POST', '/videos'],
		['GET', '/videos'],
		['GET', '/videos/video_0'],
		['DELETE', '/videos/video_0'],
		['POST', '/videos/video_0/remix'],
		['POST', '/videos/edits'],
		['POST', '/videos/extensions'],
		['GET', '/videos/video_0/content'],
		['GET', '/nothing'],
	])('is required by %s %s', async (method, path) => {
		const { baseUrl } = await startTestSandbox({ apiKey: 'right-key' });
		const missing = await fetch(baseUrl + path, { method });
		const wrong = await sendRequest(method, baseUrl + path, 'wrong-key');
		expect([missing.status, wrong.status]).toEqual([401, 401]);
		expect(wrong.json.error).toEqual({
			message: 'Incorrect API key provided.',
			type: 'invalid_request_error',
			param: null,
			code: 'invalid_api_key',
		});
		expect(await missing.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
	});

	it('must be sent as a Bearer token', async () => {
		const { baseUrl, apiKey } = await startTestSandbox();
		const status = async (authorization: string) =>
			(await fetch(`${baseUrl}/models`, { headers: { authorization } })).status;
		expect(await status(`bearer ${apiKey}`)).toBe(200);
		expect(await status(apiKey)).toBe(401);
		expect(await status(`Basic ${apiKey}`)).toBe(401);
		expect(await status(`Bearer ${apiKey}x`)).toBe(401);
	});

	it('is sandbox-key by default', async () => {
		expect((await startTestSandbox()).apiKey).toBe('sandbox-key');
		expect((await startTestSandbox({ apiKey: 'mine' })).apiKey).toBe('mine');
	});
});

describe('sandbox GET /models', () => {
	it('returns the two Sora models and one that always fails', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.call('GET', '/models');
		expect(status).toBe(200);
		expect(json.object).toBe('list');
		expect(json.data.map(({ id }: any) => id)).toEqual([
			'sora-2',
			'sora-2-pro',
			'sandbox-always-fails',
		]);
		for (const model of json.data) {
			expect(model).toMatchObject({ object: 'model', owned_by: 'sandbox' });
			expect(Number.isInteger(model.created)).toBe(true);
		}
	});
});

describe('sandbox List', () => {
	it('returns an empty page before the first video', async () => {
		const sandbox = await startTestSandbox();
		expect((await sandbox.call('GET', '/videos')).json).toEqual({
			object: 'list',
			data: [],
			first_id: null,
			last_id: null,
			has_more: false,
		});
	});

	it('returns pages of 20 videos, newest first, with each video once', async () => {
		const sandbox = await startTestSandbox();
		const ids: string[] = [];
		for (let count = 0; count < 23; count++) ids.unshift((await sandbox.createVideo()).id);
		const page = (await sandbox.call('GET', '/videos')).json;
		expect(page.data.map(({ id }: any) => id)).toEqual(ids.slice(0, 20));
		expect(page).toMatchObject({ first_id: ids[0], last_id: ids[19], has_more: true });
		const rest = (await sandbox.call('GET', `/videos?after=${page.last_id}&limit=3`)).json;
		expect(rest.data.map(({ id }: any) => id)).toEqual(ids.slice(20));
		expect(rest.has_more).toBe(false);
	});

	it('returns the oldest first with order=asc', async () => {
		const sandbox = await startTestSandbox();
		const ids = [
			(await sandbox.createVideo()).id,
			(await sandbox.createVideo()).id,
			(await sandbox.createVideo()).id,
		];
		const list = async (query: string) =>
			(await sandbox.call('GET', `/videos?${query}`)).json.data.map(({ id }: any) => id);
		expect(await list('order=asc')).toEqual(ids);
		expect(await list(`order=asc&after=${ids[0]}&limit=1`)).toEqual([ids[1]]);
		expect(await list('order=desc&limit=100')).toEqual([...ids].reverse());
	});

	it('returns the current state of each video', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		await sandbox.createVideo();
		sandbox.advance(1);
		await sandbox.createVideo({ model: 'sora-2-pro' });
		const { data } = (await sandbox.call('GET', '/videos')).json;
		expect(data).toMatchObject([
			{ status: 'pending', model: 'sora-2-pro' },
			{ status: 'completed', model: 'sora-2' },
		]);
	});

	it.each(['limit=0', 'limit=101', 'limit=-1', 'limit=ten', 'limit=', 'order=up', 'after=video_0'])(
		'rejects %s',
		async (query) => {
			const sandbox = await startTestSandbox();
			const { status, json } = await sandbox.call('GET', `/videos?${query}`);
			expect(status).toBe(400);
			expect(json.error).toMatchObject({
				param: query.split('=')[0],
				code: 'invalid_value',
				message: expect.stringContaining('Invalid value'),
			});
		},
	);
});

describe('sandbox Delete', () => {
	it.each(['sora-2', 'sandbox-always-fails'])(
		'removes a completed or failed video of %s',
		async (model) => {
			const sandbox = await startTestSandbox({ renderSeconds: 1 });
			const { id } = await sandbox.createVideo({ model });
			sandbox.advance(1);
			const { status, json } = await sandbox.call('DELETE', `/videos/${id}`);
			expect(status).toBe(200);
			expect(json).toEqual({ id, object: 'video.deleted', deleted: true });
			expect((await sandbox.call('GET', `/videos/${id}`)).status).toBe(404);
			expect((await sandbox.call('DELETE', `/videos/${id}`)).status).toBe(404);
			expect((await sandbox.call('GET', '/videos')).json.data).toEqual([]);
		},
	);

	it('keeps the video on record as paid for', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		await sandbox.call('DELETE', `/videos/${id}`);
		expect([...sandbox.videos.keys()]).toEqual([id]);
		expect((await sandbox.call('GET', `/videos/${id}/content`)).status).toBe(404);
	});

	it('is rejected with 409 while the video is rendering', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { id } = await sandbox.createVideo();
		for (const status of ['pending', 'in_progress']) {
			const response = await sandbox.call('DELETE', `/videos/${id}`);
			expect(response.status).toBe(409);
			expect(response.json.error.message).toContain(status);
			sandbox.advance(5);
		}
		expect((await sandbox.call('DELETE', `/videos/${id}`)).status).toBe(200);
	});

	it('accepts a JSON content type without a body, as some clients send it', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		const response = await fetch(`${sandbox.baseUrl}/videos/${id}`, {
			method: 'DELETE',
			headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
		});
		expect(response.status).toBe(200);
	});
});

describe('sandbox Remix', () => {
	it.each([
		['JSON', (prompt: string) => ({ prompt })],
		['multipart', (prompt: string) => formData({ prompt })],
	])('creates a video of the same model, size and length from a %s body', async (_name, encode) => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const format = { model: 'sora-2-pro', size: '1280x720', seconds: '8' };
		const source = await sandbox.createVideo(format);
		sandbox.advance(1);
		const body = encode('同一只猫，但在雨中 🌧');
		const { status, json } = await sandbox.call('POST', `/videos/${source.id}/remix`, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({
			...format,
			prompt: '同一只猫，但在雨中 🌧',
			status: 'pending',
			remixed_from_video_id: source.id,
		});
		expect(json.id).not.toBe(source.id);
	});

	it('is rejected unless the source video is completed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const unfinished = await sandbox.createVideo();
		const failing = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		const remix = async (id: string) => {
			const { status, json } = await sandbox.call('POST', `/videos/${id}/remix`, {
				prompt: 'rain',
			});
			return [status, json.error.code];
		};
		expect(await remix(unfinished.id)).toEqual([409, 'video_not_completed']);
		sandbox.advance(1);
		expect(await remix(failing.id)).toEqual([400, 'video_not_completed']);
		expect(await remix('video_0')).toEqual([404, 'not_found']);
		expect(sandbox.videos.size).toBe(2);
	});

	it.each([
		['no prompt', {}, 'prompt'],
		['a blank prompt', { prompt: ' ' }, 'prompt'],
		['any other field', { prompt: 'rain', seconds: '8' }, 'seconds'],
	])('is rejected with %s', async (_name, body, param) => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		const { status, json } = await sandbox.call('POST', `/videos/${id}/remix`, body);
		expect([status, json.error.param]).toEqual([400, param]);
	});
});

describe('sandbox server', () => {
	it.each([
		['GET', '/nothing'],
		['GET', '/video/generations/x'],
		['PUT', '/videos'],
		['HEAD', '/models'],
		['GET', '/videos/video_0/content/more'],
		['GET', '/../models'],
	])('has no route %s %s', async (method, path) => {
		const sandbox = await startTestSandbox();
		const { status, bytes } = await sandbox.call(method, path);
		expect(status).toBe(404);
		if (method === 'HEAD') return;
		expect(JSON.parse(bytes.toString()).error).toMatchObject({
			message: expect.stringContaining('Unknown route'),
			type: 'invalid_request_error',
			code: 'unknown_url',
		});
	});

	it('rejects an invalid URL in the API’s error shape', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.call('GET', '/videos/%zz');
		expect(status).toBe(400);
		expect(json.error).toMatchObject({ type: 'invalid_request_error' });
	});

	it('records each request with its status code and time', async () => {
		const sandbox = await startTestSandbox();
		const at = Date.UTC(2026, 10, 1);
		await sandbox.call('GET', '/videos?limit=1');
		sandbox.advance(2);
		await sandbox.call('POST', '/videos', { model: 'sora-2' });
		expect(sandbox.requests).toEqual([
			{ method: 'GET', path: '/v1/videos?limit=1', statusCode: 200, at },
			{ method: 'POST', path: '/v1/videos', statusCode: 400, at: at + 2000 },
		]);
	});

	it('records only the last 10,000 requests', async () => {
		const sandbox = await startTestSandbox();
		await sandbox.call('GET', '/models');
		const socket = connect(Number(new URL(sandbox.baseUrl).port), '127.0.0.1').resume();
		const closed = once(socket, 'close');
		const rawRequest = (connection: string) =>
			`GET /v1/videos HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`;
		socket.write(rawRequest('keep-alive').repeat(9_999) + rawRequest('close'));
		await closed;
		expect(sandbox.requests).toHaveLength(10_000);
		expect(sandbox.requests[0]).toMatchObject({ path: '/v1/videos', statusCode: 401 });
	});

	it('logs each event in one line, without the API key', async () => {
		const lines: string[] = [];
		const apiKey = 'very-secret';
		const sandbox = await startTestSandbox({
			renderSeconds: 1,
			apiKey,
			log: (line) => lines.push(line),
		});
		const { id } = await sandbox.createVideo({ prompt: `my key is\r\n${apiKey}` });
		const poll = async () => await sandbox.call('GET', `/videos/${id}`);
		await poll();
		sandbox.advance(0.5);
		await poll();
		await poll();
		sandbox.advance(0.5);
		await poll();
		await sandbox.call('GET', `/videos/${id}/content?variant=thumbnail`);
		await sandbox.call('GET', `/videos/none?key=${apiKey}`);
		await sandbox.call('DELETE', `/videos/${id}`);
		expect(lines).toEqual([
			`${id}  created: sora-2 720x1280 4 s: my key is ***`,
			`${id}  in_progress`,
			`${id}  completed`,
			expect.stringMatching(`^${id}  download: ${id}-thumbnail.png, \\d+ bytes$`),
			`GET /v1/videos/none?key=***  refused (404): Video with id 'none' not found.`,
			`${id}  deleted`,
		]);
	});

	it('listens only on the loopback interface, on any free port', async () => {
		const [one, other] = [await startTestSandbox(), await startTestSandbox()];
		expect(one.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
		expect(one.baseUrl).not.toBe(other.baseUrl);
		await expect(fetch(one.baseUrl.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
	});

	it('fails to start on a port that is in use', async () => {
		const { baseUrl } = await startTestSandbox();
		const port = Number(new URL(baseUrl).port);
		await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	});

	it.each([{ renderSeconds: -1 }, { renderSeconds: NaN }, { fileBytes: -1 }, { fileBytes: 5e9 }])(
		'fails to start with %j',
		async (options) => {
			await expect(startSandbox(options)).rejects.toThrow(RangeError);
		},
	);

	it('closes immediately despite an idle connection and a stalled download, and frees its port', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0, fileBytes: 200_000_000 });
		const headers = { authorization: `Bearer ${sandbox.apiKey}` };
		const created = await sendRequest(
			'POST',
			`${sandbox.baseUrl}/videos`,
			sandbox.apiKey,
			minimalFields,
		);
		const download = await fetch(`${sandbox.baseUrl}/videos/${created.json.id}/content`, {
			headers,
		});
		expect(download.status).toBe(200);
		const start = performance.now();
		await sandbox.close();
		await sandbox.close();
		expect(performance.now() - start).toBeLessThan(1000);
		await expect(download.arrayBuffer()).rejects.toThrow();
		await expect(fetch(sandbox.baseUrl)).rejects.toThrow();
		const port = Number(new URL(sandbox.baseUrl).port);
		await new Promise<void>((resolve, reject) => {
			const server = createServer().once('error', reject);
			server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
		});
	});
});
