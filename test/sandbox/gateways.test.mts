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

	it('has no list, no deletion and no variants', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('newapi');
		const id = await start();
		expect((await call('GET', '/videos')).status).toBe(404);
		expect((await call('DELETE', `/videos/${id}`)).status).toBe(404);
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

describe('LiteLLM', () => {
	it('gives very long ids that hold where the video really is', async () => {
		const bench = await startBench();
		const id = await bench.under('litellm').start();
		expect(id.length).toBeGreaterThan(150);
		expect(id).toMatch(/^video_[A-Za-z0-9+/]+=*$/);
		expect(Buffer.from(id.slice(6), 'base64').toString()).toMatch(
			/^litellm:custom_llm_provider:openai;model_id:\w+;video_id:video_\w+$/,
		);
	});

	it('says null for what it does not know yet', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { start, look } = bench.under('litellm');
		const id = await start();
		expect((await look(id)).json).toMatchObject({
			status: 'queued',
			progress: null,
			completed_at: null,
			expires_at: null,
			remixed_from_video_id: null,
			error: null,
			usage: { duration_seconds: 4 },
		});
		bench.pass(10);
		expect((await look(id)).json).toMatchObject({ progress: 100, error: null });
	});

	it('takes the key in its own header as well', async () => {
		const bench = await startBench();
		const { baseUrl } = bench.under('litellm');
		const status = async (key: string) =>
			(await fetch(`${baseUrl}/models`, { headers: { 'x-litellm-api-key': key } })).status;
		expect(await status(bench.apiKey)).toBe(200);
		expect(await status(`Bearer ${bench.apiKey}`)).toBe(200);
		expect(await status('wrong')).toBe(401);
		const elsewhere = await fetch(bench.baseUrl + '/models', {
			headers: { 'x-litellm-api-key': bench.apiKey },
		});
		expect(elsewhere.status).toBe(401);
	});

	it('words its refusals with the HTTP status as a text', async () => {
		const bench = await startBench();
		const { call, look } = bench.under('litellm');
		expect((await look('video_0')).json.error).toMatchObject({ code: '404', param: null });
		expect((await call('POST', '/videos', {})).json.error).toMatchObject({
			code: '400',
			type: 'invalid_request_error',
			param: 'model',
		});
	});

	it('labels every file as MP4, and knows no variants', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('litellm');
		const id = await start();
		const path = `/videos/${encodeURIComponent(id)}/content?variant=thumbnail`;
		const { headers, bytes } = await call('GET', path);
		expect(headers.get('content-type')).toBe('video/mp4');
		expect(headers.get('content-disposition')).toBe(`attachment; filename=video_${id}.mp4`);
		expect(bytes.equals(await bench.fileOf(id))).toBe(true);
	});
});

describe('OpenRouter', () => {
	it('takes JSON only', async () => {
		const bench = await startBench();
		const { status, json } = await bench.under('openrouter').call('POST', '/videos', form(basics));
		expect(status).toBe(400);
		expect(json).toEqual({ error: { code: 400, message: expect.stringContaining('JSON') } });
		expect(bench.videos.size).toBe(0);
	});

	it.each([
		[{ duration: 8 }, '8'],
		[{ seconds: '6' }, '6'],
		[{ seconds: 6 }, '6'],
		[{}, '4'],
	])('accepts with 202 and takes the length from %j', async (fields, seconds) => {
		const bench = await startBench();
		const { baseUrl, call } = bench.under('openrouter');
		const { status, json } = await call('POST', '/videos', { ...basics, ...fields, seed: 1 });
		expect(status).toBe(202);
		expect(json).toEqual({
			id: expect.any(String),
			polling_url: `${baseUrl}/videos/${json.id}`,
			status: 'pending',
		});
		expect(bench.videos.get(json.id)?.seconds).toBe(seconds);
	});

	it('has the file only at an address of its own, which asks for the key', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { baseUrl, start, look, content } = bench.under('openrouter');
		const id = await start();
		expect((await look(id)).json).not.toHaveProperty('unsigned_urls');
		bench.pass(10);
		const { json } = await look(id);
		expect(json).toMatchObject({ status: 'completed', usage: { cost: 0.4 } });
		const [url] = json.unsigned_urls;
		expect(new URL(url).origin).toBe(new URL(baseUrl).origin);
		expect((await fetch(url)).status).toBe(401);
		expect((await send('GET', url, bench.apiKey)).bytes.equals(await bench.fileOf(id))).toBe(true);
		const { status, json: refusal } = await content(id);
		expect([status, refusal.error.code]).toEqual([404, 404]);
	});

	it('tells why a video failed in a plain text', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { start, look } = bench.under('openrouter');
		const { json } = await look(await start({ model: 'sandbox-always-fails' }));
		expect(json).toMatchObject({ status: 'failed', error: expect.stringContaining('rehearse') });
	});

	it('calls a video expired once its file is gone', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { start, look } = bench.under('openrouter');
		const id = await start();
		expect((await look(id)).json.status).toBe('completed');
		bench.pass(3600);
		expect((await look(id)).json.status).toBe('expired');
	});

	it('takes the first frame under its own name for it', async () => {
		const bench = await startBench();
		const frame = { type: 'image_url', image_url: { url: DATA_URL }, frame_type: 'first_frame' };
		const body = { ...basics, frame_images: [frame] };
		expect((await bench.under('openrouter').call('POST', '/videos', body)).status).toBe(202);
		const [video] = bench.videos.values();
		expect(video.reference).toMatchObject({ type: 'image/png', bytes: png(720, 1280) });
	});
});
