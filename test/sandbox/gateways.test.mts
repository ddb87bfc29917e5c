import { basics, form, png, send, startBench } from './helpers.mts';

const DATA_URL = `data:image/png;base64,${png(720, 1280).toString('base64')}`;

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

	it('names the first frame by its own name where it cannot read it', async () => {
		const bench = await startBench();
		const body = { ...basics, frame_images: ['data:image/png;base64,bm8gcGljdHVyZQ=='] };
		const { status, json } = await bench.under('openrouter').call('POST', '/videos', body);
		expect(status).toBe(400);
		expect(json.error.message).toContain("Invalid file 'frame_images'");
	});
});
