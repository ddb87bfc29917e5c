import { basics, form, image, png, send, startBench } from './helpers.mts';

describe('vLLM-Omni', () => {
	it('takes multipart only, and says of JSON that the prompt is missing', async () => {
		const bench = await startBench();
		const { status, json } = await bench.under('vllm').call('POST', '/videos', basics);
		expect(status).toBe(422);
		expect(json).toEqual({
			detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }],
		});
	});

	it('takes free sizes and lengths, its own fields, and needs no model', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call } = bench.under('vllm');
		const body = form({
			prompt: 'a cat',
			size: '128x96',
			seconds: '3',
			...{ fps: '24', seed: '7', num_frames: '81', negative_prompt: 'dogs', extra_params: '{}' },
			input_reference: image(png(64, 64)),
		});
		const { status, json } = await call('POST', '/videos', body);
		expect(status).toBe(200);
		expect(json).toMatchObject({
			id: expect.stringMatching(/^video_gen_[0-9a-f]{32}$/),
			model: 'sora-2',
			size: '128x96',
			seconds: '3',
		});
		const { bytes } = await call('GET', `/videos/${json.id}/content`);
		expect(bytes.equals(await bench.fileOf(json.id))).toBe(true);
	});

	it.each([
		['size', '768P'],
		['size', '33x33'],
		['size', '9000x9000'],
		['seconds', '4.5'],
		['seconds', '0'],
		['seconds', '9999'],
		['seed', 'many'],
	])('refuses %s=%s with 422 and the field', async (name, value) => {
		const bench = await startBench();
		const body = form({ ...basics, [name]: value });
		const { status, json } = await bench.under('vllm').call('POST', '/videos', body);
		expect(status).toBe(422);
		expect(json.detail).toMatchObject([{ loc: ['body', name], msg: expect.any(String) }]);
		expect(bench.videos.size).toBe(0);
	});

	it('refuses a model that it does not serve', async () => {
		const bench = await startBench();
		const body = form({ ...basics, model: 'wan-2.2' });
		const { status, json } = await bench.under('vllm').call('POST', '/videos', body);
		expect(status).toBe(400);
		expect(json.detail).toContain('Model mismatch');
	});

	it('shows no progress until the video is done', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { start, look, content } = bench.under('vllm');
		const id = await start();
		bench.pass(9);
		expect((await look(id)).json).toMatchObject({ status: 'in_progress', progress: 0 });
		const early = await content(id);
		expect([early.status, early.json]).toEqual([
			404,
			{ detail: 'Generation is still in-progress' },
		]);
		bench.pass(1);
		expect((await look(id)).json).toMatchObject({
			status: 'completed',
			progress: 100,
			media_type: 'video/mp4',
			file_name: `${id}.mp4`,
			inference_time_s: 10,
			error: null,
		});
	});

	it('answers HTTP 500 with the whole video when it failed, the code being a number', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { start, look, content } = bench.under('vllm');
		const id = await start({ model: 'sandbox-always-fails' });
		const { status, json } = await look(id);
		expect(status).toBe(500);
		expect(json).toMatchObject({ id, status: 'failed', error: { code: 500 } });
		const file = await content(id);
		expect(file.status).toBe(422);
		expect(file.json.detail).toMatch(/^Video generation failed: /);
	});

	it('says no more than Unauthorized to a stranger', async () => {
		const bench = await startBench();
		const { json } = await send('GET', `${bench.under('vllm').baseUrl}/models`, 'wrong');
		expect(json).toEqual({ error: 'Unauthorized' });
	});

	it('lists and deletes, but has no remix', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('vllm');
		const id = await start();
		expect((await call('POST', `/videos/${id}/remix`, { prompt: 'rain' })).status).toBe(404);
		expect((await call('DELETE', `/videos/${id}`)).json).toMatchObject({ deleted: true });
		expect((await call('GET', '/videos')).json.data).toEqual([]);
	});
});

describe('SGLang', () => {
	it('takes multipart only with a picture, as text-to-video goes as JSON there', async () => {
		const bench = await startBench();
		const { call } = bench.under('sglang');
		const bare = await call('POST', '/videos', form(basics));
		expect([bare.status, bare.json]).toEqual([400, { detail: 'input_reference file is required' }]);
		const withPicture = form({ ...basics, input_reference: image(png(64, 64)) });
		expect((await call('POST', '/videos', withPicture)).status).toBe(200);
		expect((await call('POST', '/videos', { ...basics, fps: 24 })).status).toBe(200);
	});

	it('takes a picture by its address', async () => {
		const bench = await startBench();
		const reference_url = 'https://example.com/cat.png';
		await bench.under('sglang').call('POST', '/videos', { ...basics, reference_url });
		expect([...bench.videos.values()]).toMatchObject([{ referenceUrl: reference_url }]);
	});

	it('names the field of a picture that it cannot read', async () => {
		const bench = await startBench();
		const reference_url = 'data:image/png;base64,bm8gcGljdHVyZQ==';
		const { call } = bench.under('sglang');
		const { status, json } = await call('POST', '/videos', { ...basics, reference_url });
		expect([status, json.detail[0].loc]).toEqual([422, ['body', 'reference_url']]);
		expect(json.detail[0].msg).toContain("Invalid file 'reference_url'");
	});

	it('is queued until it is completed, and then has the address of the file', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { start, look, content } = bench.under('sglang');
		const id = await start();
		bench.pass(5);
		expect((await look(id)).json).toMatchObject({ status: 'queued', progress: 0, url: null });
		expect((await content(id)).json).toEqual({ detail: 'Generation is still in-progress' });
		bench.pass(5);
		const { json } = await look(id);
		expect(json).toMatchObject({ status: 'completed', progress: 100 });
		expect(new URL(json.url).origin).toBe(bench.fileHost);
		const refusal = await content(id);
		expect([refusal.status, refusal.json]).toEqual([
			400,
			{
				detail: `Video has been uploaded to cloud storage. Please use the cloud URL: ${json.url}`,
			},
		]);
	});

	it('gives a failed video a message and no code', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { start, look } = bench.under('sglang');
		const { json } = await look(await start({ model: 'sandbox-always-fails' }));
		expect(json.error).toEqual({ message: expect.stringContaining('rehearse') });
	});

	it('words its refusals as FastAPI does', async () => {
		const bench = await startBench();
		const { call, look } = bench.under('sglang');
		expect((await look('x')).json).toEqual({ detail: 'Video not found' });
		const { status, json } = await call('POST', '/videos', { ...basics, seconds: '4.5' });
		expect([status, json.detail[0].loc]).toEqual([422, ['body', 'seconds']]);
	});

	it('answers a deletion with the video, and has no other variant', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('sglang');
		const id = await start();
		expect((await call('GET', `/videos/${id}/content?variant=thumbnail`)).status).toBe(400);
		expect((await call('DELETE', `/videos/${id}`)).json).toMatchObject({ id, status: 'deleted' });
		expect(bench.videos.get(id)?.isDeleted).toBe(true);
	});
});
