import {
	PNG_DATA_URL,
	formData,
	imageFile,
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
			/^litellm:custom_llm_provider:openai;model_id:sora-2;video_id:video_\w+;deployment_id:\w+$/,
		);
	});

	it('returns null for values that are not known yet', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getVideo } = sandbox.client('litellm');
		const id = await startVideo();
		const { json } = await getVideo(id);
		expect(json).toMatchObject({
			status: 'queued',
			progress: 0,
			completed_at: null,
			expires_at: null,
			remixed_from_video_id: null,
			error: null,
			usage: null,
		});
		expect(json).not.toHaveProperty('prompt');
		sandbox.advance(10);
		expect((await getVideo(id)).json).toMatchObject({ progress: 100, error: null });
	});

	it('neither lists nor deletes videos', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('litellm');
		const list = await call('GET', '/videos?limit=100&order=desc');
		expect([list.status, list.json.error]).toEqual([
			400,
			{
				message: expect.stringContaining('LLM Provider NOT provided'),
				type: 'invalid_request_error',
				param: null,
				code: '400',
			},
		]);
		const id = encodeURIComponent(await startVideo());
		const deletion = await call('DELETE', `/videos/${id}`);
		expect([deletion.status, deletion.json]).toEqual([405, { detail: 'Method Not Allowed' }]);
	});

	it('accepts an image in a form only', async () => {
		const sandbox = await startTestSandbox();
		const { call, postVideo } = sandbox.client('litellm');
		const image = { image_url: PNG_DATA_URL };
		const refusal = await call('POST', '/videos', { ...minimalFields, input_reference: image });
		expect(refusal.status).toBe(400);
		expect(refusal.json.error.message).toContain("'dict' object has no attribute 'read'");
		expect(sandbox.videos.size).toBe(0);
		await postVideo({ input_reference: imageFile(png(720, 1280)) });
		const [video] = sandbox.videos.values();
		expect(video.reference?.bytes.equals(png(720, 1280))).toBe(true);
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

	it('returns the HTTP status as the error code, as a string, and upstream’s error as text', async () => {
		const sandbox = await startTestSandbox();
		const { baseUrl, call, getVideo } = sandbox.client('litellm');
		const { json } = await getVideo('video_0');
		expect(json.error).toMatchObject({ type: 'invalid_request_error', param: null, code: '404' });
		expect(json.error.message).toMatch(
			/^litellm\.BadRequestError: OpenAIException - \{"error":.*not_found.*\}\n\nLiteLLM: model group 'sora-2' failed/,
		);
		const unknown = await call('POST', '/videos', { model: 'no-such', prompt: 'a cat' });
		expect([unknown.status, unknown.json.error.message]).toEqual([
			400,
			'/videos: Invalid model name passed in model=no-such. Call `/v1/models` to view available models for your key.',
		]);
		const wrong = await sendRequest('GET', `${baseUrl}/models`, 'wrong');
		expect(wrong.json.error).toMatchObject({ type: 'token_not_found_in_db', code: '401' });
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
		[{ duration: 8, size: '1280x720' }, '1280x720', '8'],
		[{ duration: 6, aspect_ratio: '9:16', resolution: '720p' }, '720x1280', '6'],
		[{ seconds: '6', input_reference: { image_url: PNG_DATA_URL } }, '854x480', '5'],
	])(
		'accepts a Create with 202 and understands of %j its own fields',
		async (fields, ...understood) => {
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
			const { size, seconds, reference } = sandbox.videos.get(json.id)!;
			expect([size, seconds, reference]).toEqual([...understood, undefined]);
		},
	);

	it.each([
		[{ duration: '8' }, 'duration'],
		[{ duration: 4.5 }, 'duration'],
		[{ frame_images: ['https://example.com/cat.png'] }, 'frame_images'],
		[{ frame_images: [{ image_url: PNG_DATA_URL }] }, 'frame_images'],
	])('rejects %j', async (fields, name) => {
		const sandbox = await startTestSandbox();
		const body = { ...minimalFields, ...fields };
		const { status, json } = await sandbox.client('openrouter').call('POST', '/videos', body);
		expect([status, json.error.code]).toEqual([400, 400]);
		expect(json.error.message).toContain(`'${name}'`);
		expect(sandbox.videos.size).toBe(0);
	});

	it('lists the models that make videos apart from the others', async () => {
		const sandbox = await startTestSandbox();
		const { call } = sandbox.client('openrouter');
		const idsOf = async (path: string) =>
			(await call('GET', path)).json.data.map(({ id }: { id: string }) => id);
		expect(await idsOf('/models')).toEqual(['sandbox-writes']);
		expect(await idsOf('/videos/models')).toContain('sora-2');
	});

	it('names the URL of the file, which requires the key', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { baseUrl, startVideo, getVideo } = sandbox.client('openrouter');
		const id = await startVideo();
		expect((await getVideo(id)).json).not.toHaveProperty('unsigned_urls');
		sandbox.advance(10);
		const { json } = await getVideo(id);
		expect(json).toMatchObject({ status: 'completed', usage: { cost: 0.5 } });
		const [url] = json.unsigned_urls;
		expect(new URL(url).origin).toBe(new URL(baseUrl).origin);
		expect((await fetch(url)).status).toBe(401);
		expect(
			(await sendRequest('GET', url, sandbox.apiKey)).bytes.equals(await sandbox.expectedFile(id)),
		).toBe(true);
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
});
