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
		expect(status).toBe(422);
		expect(json).toEqual({
			detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }],
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
	])('rejects %s=%s with 422 and the field name', async (name, value) => {
		const sandbox = await startTestSandbox();
		const body = formData({ ...minimalFields, [name]: value });
		const { status, json } = await sandbox.client('vllm').call('POST', '/videos', body);
		expect(status).toBe(422);
		expect(json.detail).toMatchObject([{ loc: ['body', name], msg: expect.any(String) }]);
		expect(sandbox.videos.size).toBe(0);
	});

	it('rejects a model that it does not serve', async () => {
		const sandbox = await startTestSandbox();
		const body = formData({ ...minimalFields, model: 'wan-2.2' });
		const { status, json } = await sandbox.client('vllm').call('POST', '/videos', body);
		expect(status).toBe(400);
		expect(json.detail).toContain('Model mismatch');
	});

	it('returns progress 0 until the video is completed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getVideo, getContent } = sandbox.client('vllm');
		const id = await startVideo();
		sandbox.advance(9);
		expect((await getVideo(id)).json).toMatchObject({ status: 'in_progress', progress: 0 });
		const early = await getContent(id);
		expect([early.status, early.json]).toEqual([
			404,
			{ detail: 'Generation is still in-progress' },
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
		expect(file.json.detail).toMatch(/^Video generation failed: /);
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
	it('accepts multipart only with an image, and JSON without one', async () => {
		const sandbox = await startTestSandbox();
		const { call } = sandbox.client('sglang');
		const textOnly = await call('POST', '/videos', formData(minimalFields));
		expect([textOnly.status, textOnly.json]).toEqual([
			400,
			{ detail: 'input_reference file is required' },
		]);
		const withImage = formData({ ...minimalFields, input_reference: imageFile(png(64, 64)) });
		expect((await call('POST', '/videos', withImage)).status).toBe(200);
		expect((await call('POST', '/videos', { ...minimalFields, fps: 24 })).status).toBe(200);
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

	it('returns the status queued until completed, and then the URL of the file', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getVideo, getContent } = sandbox.client('sglang');
		const id = await startVideo();
		sandbox.advance(5);
		expect((await getVideo(id)).json).toMatchObject({ status: 'queued', progress: 0, url: null });
		expect((await getContent(id)).json).toEqual({ detail: 'Generation is still in-progress' });
		sandbox.advance(5);
		const { json } = await getVideo(id);
		expect(json).toMatchObject({ status: 'completed', progress: 100 });
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
	});

	it('returns errors in FastAPI’s shape', async () => {
		const sandbox = await startTestSandbox();
		const { call, getVideo } = sandbox.client('sglang');
		expect((await getVideo('x')).json).toEqual({ detail: 'Video not found' });
		const { status, json } = await call('POST', '/videos', { ...minimalFields, seconds: '4.5' });
		expect([status, json.detail[0].loc]).toEqual([422, ['body', 'seconds']]);
	});

	it('returns the deleted video from Delete, and rejects variant=thumbnail', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('sglang');
		const id = await startVideo();
		expect((await call('GET', `/videos/${id}/content?variant=thumbnail`)).status).toBe(400);
		expect((await call('DELETE', `/videos/${id}`)).json).toMatchObject({ id, status: 'deleted' });
		expect(sandbox.videos.get(id)?.isDeleted).toBe(true);
	});
});
