import {
	PNG_DATA_URL,
	formData,
	imageFile,
	minimalFields,
	png,
	sendRequest,
	startTestSandbox,
} from './helpers.mts';

describe('sandbox new-api', () => {
	it('returns the statuses queued, unknown, in_progress and completed, and then the file URL', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 100 });
		const client = sandbox.client('newapi');
		const { status, json } = await client.call('POST', '/videos', formData(minimalFields));
		const created_at = Date.UTC(2026, 10, 1) / 1000;
		expect(status).toBe(200);
		expect(json).toEqual({
			id: expect.stringMatching(/^task_[0-9A-Za-z]{32}$/),
			task_id: json.id,
			object: 'video',
			model: 'sora-2',
			status: 'queued',
			progress: 0,
			created_at,
			completed_at: created_at,
			seconds: '4',
			size: '720x1280',
		});
		const polls = [];
		for (const seconds of [0, 5, 5, 90]) {
			sandbox.advance(seconds);
			polls.push((await client.getVideo(json.id)).json);
		}
		expect(polls.map((poll) => poll.status)).toEqual([
			'unknown',
			'queued',
			'in_progress',
			'completed',
		]);
		expect(polls[0]).not.toHaveProperty('task_id');
		expect(polls[2]).not.toHaveProperty('metadata');
		expect(polls[3]).toMatchObject({ progress: 100, completed_at: created_at + 100 });
		expect(new URL(polls[3].metadata.url).origin).toBe(sandbox.fileHost);
	});

	it('returns the file, whatever variant is asked for, or the task’s own word for its status', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const client = sandbox.client('newapi');
		const id = await client.startVideo();
		const failing = await client.startVideo({ model: 'sandbox-always-fails' });
		const refusals = [await client.getContent(id)];
		for (const seconds of [0.6, 3, 6.4]) {
			refusals.push(await client.getContent(id));
			sandbox.advance(seconds);
		}
		refusals.shift();
		refusals.push(await client.getContent(failing));
		expect(refusals.map(({ status, json }) => [status, json])).toEqual(
			['NOT_START', 'QUEUED', 'IN_PROGRESS', 'FAILURE'].map((word) => [
				400,
				{
					error: {
						message: `Task is not completed yet, current status: ${word}`,
						type: 'invalid_request_error',
					},
				},
			]),
		);
		for (const query of ['', '?variant=thumbnail']) {
			const { status, bytes } = await client.call('GET', `/videos/${id}/content${query}`);
			expect(status).toBe(200);
			expect(bytes.equals(await sandbox.expectedFile(id))).toBe(true);
		}
	});

	it('returns a failed video with a message and no code', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const client = sandbox.client('newapi');
		const { json } = await client.getVideo(
			await client.startVideo({ model: 'sandbox-always-fails' }),
		);
		expect(json).toMatchObject({
			progress: 100,
			error: { message: expect.stringContaining('generation_failed'), code: '' },
		});
	});

	it('returns errors in three shapes', async () => {
		const sandbox = await startTestSandbox();
		const { call, getVideo, getContent, baseUrl } = sandbox.client('newapi');
		const unknown = await getVideo('task_0');
		expect([unknown.status, unknown.json]).toEqual([
			400,
			{ code: 'task_not_exist', message: 'task_not_exist', data: null },
		]);
		const wrong = await call('POST', '/videos', { prompt: 'a cat' });
		expect([wrong.status, wrong.json.code, wrong.json.data]).toEqual([
			400,
			'invalid_request',
			null,
		]);
		const unauthorized = await sendRequest('GET', `${baseUrl}/models`, 'wrong');
		expect([unauthorized.status, unauthorized.json.error]).toEqual([
			401,
			{
				message: expect.stringMatching(/^Invalid token \(request id: /),
				type: 'new_api_error',
				code: '',
			},
		]);
		const noChannel = await call('POST', '/videos', { model: 'nope-1', prompt: 'a cat' });
		expect([noChannel.status, noChannel.json.error]).toEqual([
			503,
			{
				message: expect.stringMatching(
					/^No available channel for model nope-1 under group default/,
				),
				type: 'new_api_error',
				code: 'model_not_found',
			},
		]);
		expect((await getContent('task_0')).json).toEqual({
			error: { message: 'Task not found', type: 'invalid_request_error' },
		});
	});

	it.each([
		[
			'multipart',
			formData({ ...minimalFields, seed: '7', input_reference: imageFile(png(720, 1280)) }),
		],
		['JSON with a data URL', { ...minimalFields, seed: 7, input_reference: PNG_DATA_URL }],
	])('accepts extra fields and an image as %s', async (_name, body) => {
		const sandbox = await startTestSandbox();
		expect((await sandbox.client('newapi').call('POST', '/videos', body)).status).toBe(200);
		const [video] = sandbox.videos.values();
		expect(video.reference?.bytes.equals(png(720, 1280))).toBe(true);
	});

	it('rejects an image as an object in JSON', async () => {
		const sandbox = await startTestSandbox();
		const body = { ...minimalFields, input_reference: { image_url: PNG_DATA_URL } };
		const { status, json } = await sandbox.client('newapi').call('POST', '/videos', body);
		expect([status, json]).toEqual([
			400,
			{
				code: 'invalid_json',
				message: expect.stringContaining('cannot unmarshal object'),
				data: null,
			},
		]);
		expect(sandbox.videos.size).toBe(0);
	});

	it('stores the URL of an image without fetching it', async () => {
		const sandbox = await startTestSandbox();
		const url = 'https://example.com/cat.png';
		const { call } = sandbox.client('newapi');
		await call('POST', '/videos', { ...minimalFields, input_reference: url });
		expect([...sandbox.videos.values()]).toMatchObject([{ referenceUrl: url }]);
		const { status } = await call('POST', '/videos', {
			...minimalFields,
			input_reference: 'a cat',
		});
		expect(status).toBe(400);
	});

	it('returns its own 404 for List and Delete, which it does not have', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo, getVideo } = sandbox.client('newapi');
		const id = await startVideo();
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
					param: '',
					code: '',
				},
			]);
		}
		expect((await getVideo(id)).status).toBe(200);
	});

	it('breaks down on Remix', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('newapi');
		const body = { prompt: 'in rain' };
		const { status, json } = await call('POST', `/videos/${await startVideo()}/remix`, body);
		expect([status, json.error.type]).toEqual([500, 'new_api_panic']);
		expect(sandbox.videos.size).toBe(1);
	});
});

describe('sandbox reseller on an older new-api', () => {
	it('returns an envelope with its own statuses, percentages and milliseconds', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 100 });
		const client = sandbox.client('reseller');
		const { json } = await client.call('POST', '/videos', formData(minimalFields));
		expect(json).toEqual({
			code: 'success',
			message: '',
			data: expect.stringMatching(/^sora-2:task_01k.*\+.*\/.*=$/),
		});
		const id = json.data;
		const polls = [];
		for (const seconds of [0, 55, 45]) {
			sandbox.advance(seconds);
			polls.push((await client.getVideo(id)).json.data);
		}
		const created = Date.UTC(2026, 10, 1);
		expect(polls).toMatchObject([
			{ status: 'NOT_START', progress: '0%', created, fail_reason: '' },
			{ status: 'IN_PROGRESS', progress: '50%' },
			{ status: 'SUCCESS', progress: '100%', finish_time: created + 100_000 },
		]);
		expect(polls[1]).not.toHaveProperty('finish_time');
	});

	it('does not find an ID that is not URL-encoded', async () => {
		const sandbox = await startTestSandbox();
		const { call, startVideo, getVideo } = sandbox.client('reseller');
		const id = await startVideo();
		expect((await call('GET', `/videos/${id}`)).status).toBe(404);
		expect((await getVideo(id)).status).toBe(200);
	});

	it('returns the URL of the file on another host', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { startVideo, getContent } = sandbox.client('reseller');
		const id = await startVideo();
		expect((await getContent(id)).json).toMatchObject({ code: 'video_not_ready', data: null });
		sandbox.advance(10);
		const { status, headers, json } = await getContent(id);
		expect(status).toBe(200);
		expect(headers.get('content-type')).toMatch(/^application\/json/);
		expect(Object.keys(json)).toEqual(['url']);
		expect(new URL(json.url).origin).toBe(sandbox.fileHost);
	});

	it('returns every error as code and message', async () => {
		const sandbox = await startTestSandbox();
		const { getVideo, baseUrl, call } = sandbox.client('reseller');
		expect((await getVideo('x')).json).toEqual({
			code: 'task_not_exist',
			message: 'task_not_exist',
			data: null,
		});
		const unauthorized = await sendRequest('GET', `${baseUrl}/models`, 'wrong');
		expect(unauthorized.json).toMatchObject({ code: 'invalid_api_key', data: null });
		expect((await call('POST', '/videos', { model: 'sora-2' })).json.data).toBeNull();
	});

	it('returns the reason of a failed video', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo } = sandbox.client('reseller');
		const { json } = await getVideo(await startVideo({ model: 'sandbox-always-fails' }));
		expect(json.data).toMatchObject({
			status: 'FAILURE',
			fail_reason: expect.stringContaining('generation_failed'),
		});
	});
});
