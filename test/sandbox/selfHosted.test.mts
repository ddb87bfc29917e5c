import {
	formData,
	imageFile,
	minimalFields,
	png,
	sendRequest,
	startTestSandbox,
} from './helpers.mts';

describe('sandbox vLLM-Omni', () => {
	it('accepts multipart only, and reports a missing prompt for JSON', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.client('vllm').call('POST', '/videos', minimalFields);
		expect(status).toBe(400);
		expect(json).toEqual({
			error: {
				message: `1 validation error: {'type': 'missing', 'loc': 'body.prompt', 'msg': 'Field required', 'input': None}`,
				type: 'Bad Request',
				param: 'body.prompt',
				code: 400,
			},
		});
	});

	it('accepts any size and length and its own fields, and needs no model', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call } = sandbox.client('vllm');
		const body = formData({
			prompt: 'a cat',
			size: '128x96',
			seconds: '3',
			...{ fps: '24', seed: '7', num_frames: '81', negative_prompt: 'dogs', extra_params: '{}' },
			input_reference: imageFile(png(64, 64)),
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
		expect(bytes.equals(await sandbox.expectedFile(json.id))).toBe(true);
	});

	it.each([
		['size', '768P'],
		['size', '33x33'],
		['size', '9000x9000'],
		['seconds', '4.5'],
		['seconds', '0'],
		['seconds', '9999'],
		['seed', 'many'],
	])('rejects %s=%s with 400 and the field name', async (name, value) => {
		const sandbox = await startTestSandbox();
		const body = formData({ ...minimalFields, [name]: value });
		const { status, json } = await sandbox.client('vllm').call('POST', '/videos', body);
		expect([status, json.error.param]).toEqual([400, `body.${name}`]);
		expect(sandbox.videos.size).toBe(0);
	});

	it('rejects a model that it does not serve', async () => {
		const sandbox = await startTestSandbox();
		const body = formData({ ...minimalFields, model: 'wan-2.2' });
		const { status, json } = await sandbox.client('vllm').call('POST', '/videos', body);
		expect(status).toBe(400);
		expect(json.error.message).toBe(
			"Model mismatch: request specifies 'wan-2.2' but server is running 'sora-2'.",
		);
	});

	it('returns progress 0 until the video is completed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getVideo, getContent } = sandbox.client('vllm');
		const id = await startVideo();
		sandbox.advance(9);
		expect((await getVideo(id)).json).toMatchObject({ status: 'in_progress', progress: 0 });
		const early = await getContent(id);
		expect([early.status, early.json.error]).toMatchObject([
			404,
			{ message: 'Generation is still in-progress', type: 'Not Found', code: 404 },
		]);
		sandbox.advance(1);
		expect((await getVideo(id)).json).toMatchObject({
			status: 'completed',
			progress: 100,
			media_type: 'video/mp4',
			file_name: `${id}.mp4`,
			inference_time_s: 10,
			error: null,
		});
	});

	it('returns a failed video with HTTP 500 and a numeric error code', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo, getContent } = sandbox.client('vllm');
		const id = await startVideo({ model: 'sandbox-always-fails' });
		const { status, json } = await getVideo(id);
		expect(status).toBe(500);
		expect(json).toMatchObject({ id, status: 'failed', error: { code: 500 } });
		const file = await getContent(id);
		expect(file.status).toBe(422);
		expect(file.json.error.message).toMatch(/^Video generation failed: /);
	});

	it('returns only Unauthorized for a wrong key', async () => {
		const sandbox = await startTestSandbox();
		const { json } = await sendRequest('GET', `${sandbox.client('vllm').baseUrl}/models`, 'wrong');
		expect(json).toEqual({ error: 'Unauthorized' });
	});

	it('supports List and Delete, but not Remix', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('vllm');
		const id = await startVideo();
		expect((await call('POST', `/videos/${id}/remix`, { prompt: 'rain' })).status).toBe(404);
		expect((await call('DELETE', `/videos/${id}`)).json).toMatchObject({ deleted: true });
		expect((await call('GET', '/videos')).json.data).toEqual([]);
	});
});

describe('sandbox SGLang', () => {
	it('accepts a form and JSON, but an image in a form only', async () => {
		const sandbox = await startTestSandbox();
		const { call } = sandbox.client('sglang');
		const bodies = [
			formData(minimalFields),
			formData({ ...minimalFields, input_reference: imageFile(png(64, 64)) }),
			{ ...minimalFields, model: 'any/name', fps: 24 },
		];
		for (const body of bodies) expect((await call('POST', '/videos', body)).status).toBe(200);
		expect([...sandbox.videos.values()].map(({ model }) => model)).toEqual([
			'sora-2',
			'sora-2',
			'any/name',
		]);
		const image = { image_url: 'https://example.com/cat.png' };
		const refusal = await call('POST', '/videos', { ...minimalFields, input_reference: image });
		expect(refusal.status).toBe(400);
		expect(refusal.json.detail).toMatch(
			/^Invalid request body: 1 validation error .*\ninput_reference\n {2}Input should be a valid string/,
		);
	});

	it('accepts the URL of an image', async () => {
		const sandbox = await startTestSandbox();
		const reference_url = 'https://example.com/cat.png';
		await sandbox.client('sglang').call('POST', '/videos', { ...minimalFields, reference_url });
		expect([...sandbox.videos.values()]).toMatchObject([{ referenceUrl: reference_url }]);
	});

	it('names the field of an unreadable image', async () => {
		const sandbox = await startTestSandbox();
		const reference_url = 'data:image/png;base64,bm90IGFuIGltYWdl';
		const { call } = sandbox.client('sglang');
		const { status, json } = await call('POST', '/videos', { ...minimalFields, reference_url });
		expect([status, json.detail[0].loc]).toEqual([422, ['body', 'reference_url']]);
		expect(json.detail[0].msg).toContain("Invalid file 'reference_url'");
	});

	it('names only the URL of the file, with the fault cloud-storage', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getVideo, getContent } = sandbox.client('sglang/cloud-storage');
		const id = await startVideo();
		sandbox.advance(5.5);
		expect((await getVideo(id)).json).toMatchObject({
			status: 'in_progress',
			progress: 50,
			url: null,
		});
		expect((await getContent(id)).json).toEqual({ detail: 'Generation is still in-progress' });
		sandbox.advance(4.5);
		const { json } = await getVideo(id);
		expect(json).toMatchObject({ status: 'completed', progress: 100, urls: [json.url] });
		expect(new URL(json.url).origin).toBe(sandbox.fileHost);
		const response = await getContent(id);
		expect([response.status, response.json]).toEqual([
			400,
			{
				detail: `Video has been uploaded to cloud storage. Please use the cloud URL: ${json.url}`,
			},
		]);
	});

	it('returns a failed video with a message but no code', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo } = sandbox.client('sglang');
		const { json } = await getVideo(await startVideo({ model: 'sandbox-always-fails' }));
		expect(json.error).toEqual({ message: expect.stringContaining('rehearse') });
		expect(json).not.toHaveProperty('prompt');
	});

	it('returns errors in FastAPI’s shape', async () => {
		const sandbox = await startTestSandbox();
		const { call, getVideo } = sandbox.client('sglang');
		expect((await getVideo('x')).json).toEqual({ detail: 'Video not found' });
		const { status, json } = await call('POST', '/videos', { ...minimalFields, seconds: '4.5' });
		expect([status, json.detail[0].loc]).toEqual([422, ['body', 'seconds']]);
		const size = await call('POST', '/videos', { ...minimalFields, size: '1080p' });
		expect([size.status, size.json]).toEqual([
			400,
			{ detail: 'size must be formatted as positive WIDTHxHEIGHT' },
		]);
	});

	it('returns the deleted video from Delete, and rejects variant=thumbnail', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('sglang');
		const id = await startVideo();
		const thumbnail = await call('GET', `/videos/${id}/content?variant=thumbnail`);
		expect([thumbnail.status, thumbnail.json]).toEqual([
			404,
			{ detail: 'Video variant thumbnail not found' },
		]);
		expect((await call('DELETE', `/videos/${id}`)).json).toMatchObject({ id, status: 'deleted' });
		expect(sandbox.videos.get(id)?.isDeleted).toBe(true);
	});
});
