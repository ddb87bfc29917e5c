import {
	PNG_DATA_URL,
	formData,
	minimalFields,
	png,
	sendRequest,
	startTestSandbox,
} from './helpers.mts';

describe('sandbox LiteLLM', () => {
	it('returns very long IDs that encode where the video is', async () => {
		const sandbox = await startTestSandbox();
		const id = await sandbox.client('litellm').startVideo();
		expect(id.length).toBeGreaterThan(150);
		expect(id).toMatch(/^video_[A-Za-z0-9+/]+=*$/);
		expect(Buffer.from(id.slice(6), 'base64').toString()).toMatch(
			/^litellm:custom_llm_provider:openai;model_id:\w+;video_id:video_\w+$/,
		);
	});

	it('returns null for values that are not known yet', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getVideo } = sandbox.client('litellm');
		const id = await startVideo();
		expect((await getVideo(id)).json).toMatchObject({
			status: 'queued',
			progress: null,
			completed_at: null,
			expires_at: null,
			remixed_from_video_id: null,
			error: null,
			usage: { duration_seconds: 4 },
		});
		sandbox.advance(10);
		expect((await getVideo(id)).json).toMatchObject({ progress: 100, error: null });
	});

	it('also accepts the key in its own header', async () => {
		const sandbox = await startTestSandbox();
		const { baseUrl } = sandbox.client('litellm');
		const status = async (key: string) =>
			(await fetch(`${baseUrl}/models`, { headers: { 'x-litellm-api-key': key } })).status;
		expect(await status(sandbox.apiKey)).toBe(200);
		expect(await status(`Bearer ${sandbox.apiKey}`)).toBe(200);
		expect(await status('wrong')).toBe(401);
		const plainApi = await fetch(sandbox.baseUrl + '/models', {
			headers: { 'x-litellm-api-key': sandbox.apiKey },
		});
		expect(plainApi.status).toBe(401);
	});

	it('returns the HTTP status as the error code, as a string', async () => {
		const sandbox = await startTestSandbox();
		const { call, getVideo } = sandbox.client('litellm');
		expect((await getVideo('video_0')).json.error).toMatchObject({ code: '404', param: null });
		expect((await call('POST', '/videos', {})).json.error).toMatchObject({
			code: '400',
			type: 'invalid_request_error',
			param: 'model',
		});
	});

	it('ignores the variant and always returns the MP4', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('litellm');
		const id = await startVideo();
		const path = `/videos/${encodeURIComponent(id)}/content?variant=thumbnail`;
		const { headers, bytes } = await call('GET', path);
		expect(headers.get('content-type')).toBe('video/mp4');
		expect(headers.get('content-disposition')).toBe(`attachment; filename=video_${id}.mp4`);
		expect(bytes.equals(await sandbox.expectedFile(id))).toBe(true);
	});
});

describe('sandbox OpenRouter', () => {
	it('accepts JSON only', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox
			.client('openrouter')
			.call('POST', '/videos', formData(minimalFields));
		expect(status).toBe(400);
		expect(json).toEqual({ error: { code: 400, message: expect.stringContaining('JSON') } });
		expect(sandbox.videos.size).toBe(0);
	});

	it.each([
		[{ duration: 8 }, '8'],
		[{ seconds: '6' }, '6'],
		[{ seconds: 6 }, '6'],
		[{}, '4'],
	])('accepts a Create with 202 and reads the length from %j', async (fields, seconds) => {
		const sandbox = await startTestSandbox();
		const { baseUrl, call } = sandbox.client('openrouter');
		const { status, json } = await call('POST', '/videos', {
			...minimalFields,
			...fields,
			seed: 1,
		});
		expect(status).toBe(202);
		expect(json).toEqual({
			id: expect.any(String),
			polling_url: `${baseUrl}/videos/${json.id}`,
			status: 'pending',
		});
		expect(sandbox.videos.get(json.id)?.seconds).toBe(seconds);
	});

	it('serves the file only at its own URL, which requires the key', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { baseUrl, startVideo, getVideo, getContent } = sandbox.client('openrouter');
		const id = await startVideo();
		expect((await getVideo(id)).json).not.toHaveProperty('unsigned_urls');
		sandbox.advance(10);
		const { json } = await getVideo(id);
		expect(json).toMatchObject({ status: 'completed', usage: { cost: 0.4 } });
		const [url] = json.unsigned_urls;
		expect(new URL(url).origin).toBe(new URL(baseUrl).origin);
		expect((await fetch(url)).status).toBe(401);
		expect(
			(await sendRequest('GET', url, sandbox.apiKey)).bytes.equals(await sandbox.expectedFile(id)),
		).toBe(true);
		const { status, json: errorBody } = await getContent(id);
		expect([status, errorBody.error.code]).toEqual([404, 404]);
	});

	it('returns the reason of a failed video as a string', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo } = sandbox.client('openrouter');
		const { json } = await getVideo(await startVideo({ model: 'sandbox-always-fails' }));
		expect(json).toMatchObject({ status: 'failed', error: expect.stringContaining('rehearse') });
	});

	it('returns the status expired once the file has expired', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo } = sandbox.client('openrouter');
		const id = await startVideo();
		expect((await getVideo(id)).json.status).toBe('completed');
		sandbox.advance(3600);
		expect((await getVideo(id)).json.status).toBe('expired');
	});

	it('accepts the first frame in frame_images', async () => {
		const sandbox = await startTestSandbox();
		const frame = {
			type: 'image_url',
			image_url: { url: PNG_DATA_URL },
			frame_type: 'first_frame',
		};
		const body = { ...minimalFields, frame_images: [frame] };
		expect((await sandbox.client('openrouter').call('POST', '/videos', body)).status).toBe(202);
		const [video] = sandbox.videos.values();
		expect(video.reference).toMatchObject({ type: 'image/png', bytes: png(720, 1280) });
	});

	it('names frame_images in the error for an unreadable first frame', async () => {
		const sandbox = await startTestSandbox();
		const body = { ...minimalFields, frame_images: ['data:image/png;base64,bm90IGFuIGltYWdl'] };
		const { status, json } = await sandbox.client('openrouter').call('POST', '/videos', body);
		expect(status).toBe(400);
		expect(json.error.message).toContain("Invalid file 'frame_images'");
	});
});
