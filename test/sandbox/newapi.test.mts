import { basics, form, image, png, send, startBench } from './helpers.mts';

const DATA_URL = `data:image/png;base64,${png(720, 1280).toString('base64')}`;

describe('new-api', () => {
	it('tells a video as unknown, then queued, in_progress and completed, and then where it is', async () => {
		const bench = await startBench({ renderSeconds: 100 });
		const client = bench.under('newapi');
		const { status, json } = await client.call('POST', '/videos', form(basics));
		expect(status).toBe(200);
		expect(json).toEqual({
			id: expect.stringMatching(/^task_[0-9a-z]{32}$/),
			task_id: json.id,
			object: 'video',
			model: 'sora-2',
			status: 'unknown',
			progress: 0,
			created_at: Date.UTC(2026, 10, 1) / 1000,
			seconds: '4',
			size: '720x1280',
		});
		const seen = [];
		for (const seconds of [5, 5, 90]) {
			bench.pass(seconds);
			seen.push((await client.look(json.id)).json);
		}
		expect(seen.map(({ status }) => status)).toEqual(['queued', 'in_progress', 'completed']);
		expect(seen[1]).not.toHaveProperty('metadata');
		expect(seen[2]).toMatchObject({
			progress: 100,
			completed_at: json.created_at + 100,
			metadata: { url: `${client.baseUrl}/videos/${json.id}/content` },
		});
	});

	it('fails the first download of each finished video with 502, and only that', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const client = bench.under('newapi');
		const ids = [await client.start(), await client.start()];
		const early = await client.content(ids[0]);
		expect([early.status, early.json]).toEqual([
			400,
			{
				error: {
					message: 'Task is not completed yet, current status: pending',
					type: 'invalid_request_error',
				},
			},
		]);
		bench.pass(10);
		for (const id of ids) {
			const first = await client.content(id);
			expect([first.status, first.json.error.message]).toEqual([
				502,
				'Failed to fetch video content',
			]);
			expect((await client.content(id)).status).toBe(200);
			expect((await client.content(id)).status).toBe(200);
		}
	});

	it('gives a failed video a message and no code', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const client = bench.under('newapi');
		const { json } = await client.look(await client.start({ model: 'sandbox-always-fails' }));
		expect(json.error).toEqual({ message: expect.stringContaining('generation_failed') });
	});

	it('words its refusals in three shapes', async () => {
		const bench = await startBench();
		const { call, look, content, baseUrl } = bench.under('newapi');
		const unknown = await look('task_0');
		expect([unknown.status, unknown.json]).toEqual([
			400,
			{ code: 'task_not_exist', message: 'task_not_exist', data: null },
		]);
		const wrong = await call('POST', '/videos', { prompt: 'a cat' });
		expect([wrong.status, wrong.json.code, wrong.json.data]).toEqual([
			400,
			'missing_required_parameter',
			null,
		]);
		const stranger = await send('GET', `${baseUrl}/models`, 'wrong');
		expect(stranger.json.error).toEqual({
			message: expect.stringMatching(/Incorrect API key.*\(request id: /),
			type: 'new_api_error',
			code: '',
		});
		expect((await content('task_0')).json).toEqual({
			error: { message: 'Task not found', type: 'invalid_request_error' },
		});
	});

	it('has no variants', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('newapi');
		const id = await start();
		expect((await call('GET', `/videos/${id}/content?variant=thumbnail`)).status).toBe(404);
	});

	it.each([
		['multipart', form({ ...basics, seed: '7', input_reference: image(png(720, 1280)) })],
		['JSON with a data URL', { ...basics, seed: 7, input_reference: DATA_URL }],
		['JSON with an object', { ...basics, input_reference: { image_url: DATA_URL } }],
	])('takes extra fields and a picture as %s', async (_name, body) => {
		const bench = await startBench();
		expect((await bench.under('newapi').call('POST', '/videos', body)).status).toBe(200);
		const [video] = bench.videos.values();
		expect(video.reference?.bytes.equals(png(720, 1280))).toBe(true);
	});

	it('keeps the address of a picture, which it does not fetch', async () => {
		const bench = await startBench();
		const url = 'https://example.com/cat.png';
		const { call } = bench.under('newapi');
		await call('POST', '/videos', { ...basics, input_reference: url });
		expect([...bench.videos.values()]).toMatchObject([{ referenceUrl: url }]);
		const { status } = await call('POST', '/videos', { ...basics, input_reference: 'a cat' });
		expect(status).toBe(400);
	});

	it('has no list and no deletion, and says so in the words of its routes', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start, look } = bench.under('newapi');
		const id = await start();
		for (const [method, path] of [
			['GET', '/videos'],
			['DELETE', `/videos/${id}`],
		]) {
			const { status, json } = await call(method, `${path}?limit=1`);
			expect([status, json.error]).toEqual([
				404,
				{
					message: `Invalid URL (${method} /newapi/v1${path})`,
					type: 'invalid_request_error',
					param: null,
					code: '',
				},
			]);
		}
		expect((await look(id)).status).toBe(200);
	});

	it('remixes', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('newapi');
		const { json } = await call('POST', `/videos/${await start()}/remix`, { prompt: 'in rain' });
		expect(json.id).toMatch(/^task_/);
	});
});

describe('a reseller on the older new-api', () => {
	it('answers in an envelope, with its own words, percent signs and milliseconds', async () => {
		const bench = await startBench({ renderSeconds: 100 });
		const client = bench.under('reseller');
		const { json } = await client.call('POST', '/videos', form(basics));
		expect(json).toMatchObject({ code: 'success', message: '' });
		const id = json.data.task_id;
		expect(id).toMatch(/^sora-2:task_01k.*\+.*\/.*=$/);
		expect(json).not.toHaveProperty('id');
		const seen = [json.data];
		for (const seconds of [55, 45]) {
			bench.pass(seconds);
			seen.push((await client.look(id)).json.data);
		}
		const created = Date.UTC(2026, 10, 1);
		expect(seen).toMatchObject([
			{ status: 'NOT_START', progress: '0%', created, fail_reason: '' },
			{ status: 'IN_PROGRESS', progress: '50%' },
			{ status: 'SUCCESS', progress: '100%', finish_time: created + 100_000 },
		]);
		expect(seen[1]).not.toHaveProperty('finish_time');
	});

	it('does not find an id that was put into the address as it is', async () => {
		const bench = await startBench();
		const { call, start, look } = bench.under('reseller');
		const id = await start();
		expect((await call('GET', `/videos/${id}`)).status).toBe(404);
		expect((await look(id)).status).toBe(200);
	});

	it('hands out the address of the file, on another host', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { start, content } = bench.under('reseller');
		const id = await start();
		expect((await content(id)).json).toMatchObject({ code: 'video_not_ready', data: null });
		bench.pass(10);
		const { status, headers, json } = await content(id);
		expect(status).toBe(200);
		expect(headers.get('content-type')).toMatch(/^application\/json/);
		expect(Object.keys(json)).toEqual(['url']);
		expect(new URL(json.url).origin).toBe(bench.fileHost);
	});

	it('words every refusal as code and message', async () => {
		const bench = await startBench();
		const { look, baseUrl, call } = bench.under('reseller');
		expect((await look('x')).json).toEqual({
			code: 'task_not_exist',
			message: 'task_not_exist',
			data: null,
		});
		const stranger = await send('GET', `${baseUrl}/models`, 'wrong');
		expect(stranger.json).toMatchObject({ code: 'invalid_api_key', data: null });
		expect((await call('POST', '/videos', { model: 'sora-2' })).json.data).toBeNull();
	});

	it('tells why a video failed', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { start, look } = bench.under('reseller');
		const { json } = await look(await start({ model: 'sandbox-always-fails' }));
		expect(json.data).toMatchObject({
			status: 'FAILURE',
			fail_reason: expect.stringContaining('generation_failed'),
		});
	});
});
