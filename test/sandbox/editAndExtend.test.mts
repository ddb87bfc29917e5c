import OpenAI, { toFile } from 'openai';

import { formData, imageFile, png, startTestSandbox } from './helpers.mts';

const EDIT = '/videos/edits';
const EXTEND = '/videos/extensions';
const FORMAT = { model: 'sora-2-pro', size: '1280x720', seconds: '8' };

const videoFile = (bytes: Buffer, type = 'video/mp4') => imageFile(bytes, type, 'source.mp4');

/** A sandbox with one completed video, and the `video` parameter that selects it. */
async function startWithVideo(fields: Record<string, string> = FORMAT) {
	const sandbox = await startTestSandbox({ renderSeconds: 1 });
	const source = await sandbox.createVideo(fields);
	sandbox.advance(1);
	return { sandbox, source, video: { id: source.id as string } };
}

describe('sandbox Edit', () => {
	it('creates a video of the same model, size and length from an ID', async () => {
		const { sandbox, source, video } = await startWithVideo();
		const prompt = '同一只猫，但是黑色的 🐈‍⬛';
		const { status, json } = await sandbox.call('POST', EDIT, { video, prompt });
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...FORMAT, prompt, status: 'pending', object: 'video' });
		expect(json.id).not.toBe(source.id);
	});

	it('creates a video of the same size and length from a file', async () => {
		const { sandbox, source } = await startWithVideo();
		const bytes = await sandbox.expectedFile(source.id);
		const body = formData({ prompt: 'black', model: 'sora-2', video: videoFile(bytes) });
		const { status, json } = await sandbox.call('POST', EDIT, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...FORMAT, model: 'sora-2', prompt: 'black' });
		expect(sandbox.videos.get(json.id)?.reference).toEqual({
			name: 'source.mp4',
			type: 'video/mp4',
			bytes,
		});
	});

	it('logs the source of the new video', async () => {
		const lines: string[] = [];
		const sandbox = await startTestSandbox({ renderSeconds: 0, log: (line) => lines.push(line) });
		const { id } = await sandbox.createVideo();
		const body = { video: { id }, prompt: 'black' };
		const { json } = await sandbox.call('POST', EDIT, body);
		expect(lines).toContain(`${json.id}  created: sora-2 720x1280 4 s, an edit of ${id}: black`);
	});
});

describe('sandbox Extend', () => {
	it('creates a video that is longer by the requested seconds', async () => {
		const { sandbox, video } = await startWithVideo();
		const body = { video, prompt: 'and then', seconds: '16' };
		const { status, json } = await sandbox.call('POST', EXTEND, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...FORMAT, seconds: '24', prompt: 'and then' });
	});

	it('creates a longer video from a file', async () => {
		const { sandbox, source } = await startWithVideo();
		const video = videoFile(await sandbox.expectedFile(source.id));
		const body = formData({ prompt: 'and then', model: 'sora-2', seconds: '4', video });
		expect((await sandbox.call('POST', EXTEND, body)).json).toMatchObject({ seconds: '12' });
	});

	it('returns a file of the new length', async () => {
		const { sandbox, video } = await startWithVideo({ seconds: '4' });
		const { json } = await sandbox.call('POST', EXTEND, { video, prompt: 'more', seconds: '4' });
		sandbox.advance(1);
		const { status, bytes } = await sandbox.call('GET', `/videos/${json.id}/content`);
		expect(status).toBe(200);
		const editBody = formData({ prompt: 'black', model: 'sora-2', video: videoFile(bytes) });
		expect((await sandbox.call('POST', EDIT, editBody)).json.seconds).toBe('8');
	});

	it('is limited to 120 seconds', async () => {
		const { sandbox, video } = await startWithVideo();
		let source = video;
		const lengths: string[] = [];
		for (;;) {
			const body = { video: source, prompt: 'more', seconds: '20' };
			const { status, json } = await sandbox.call('POST', EXTEND, body);
			if (status !== 200) {
				expect([status, json.error.param]).toEqual([400, 'seconds']);
				break;
			}
			lengths.push(json.seconds);
			source = { id: json.id };
			sandbox.advance(1);
		}
		expect(lengths).toEqual(['28', '48', '68', '88', '108']);
	});
});

describe.each([
	[EDIT, 'edited', {}],
	[EXTEND, 'extended', { seconds: '4' }],
])('sandbox POST %s', (path, participle, extraFields) => {
	it.each([
		['no prompt', { video: { id: 'video_0' } }, 'prompt'],
		['a blank prompt', { video: { id: 'video_0' }, prompt: ' ' }, 'prompt'],
		['no video', { prompt: 'x' }, 'video'],
		['an ID that is not in an object', { video: 'video_0', prompt: 'x' }, 'video'],
		[
			'a model in addition to an ID',
			{ video: { id: 'video_0' }, prompt: 'x', model: 'sora-2' },
			'model',
		],
		['any other field', { video: { id: 'video_0' }, prompt: 'x', size: '720x1280' }, 'size'],
	])('is rejected with %s', async (_name, body, param) => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.call('POST', path, { ...body, ...extraFields });
		expect([status, json.error.param]).toEqual([400, param]);
	});

	it.each([
		['a file but no model', {}, 'model'],
		['an image', { video: imageFile(png(64, 64)), model: 'sora-2' }, 'video'],
		['text labelled as MP4', { video: videoFile(Buffer.from('not a video')) }, 'video'],
		['an image labelled as MP4', { video: videoFile(png(64, 64)) }, 'video'],
	])('is rejected with %s', async (_name, fields, param) => {
		const { sandbox, source } = await startWithVideo({ seconds: '4' });
		const file = { video: videoFile(await sandbox.expectedFile(source.id)) };
		const body = formData({ prompt: 'x', ...extraFields, ...file, ...fields });
		const { status, json } = await sandbox.call('POST', path, body);
		expect([status, json.error.param]).toEqual([400, param]);
		expect(sandbox.videos.size).toBe(1);
	});

	it('is rejected unless the source video is completed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const unfinished = await sandbox.createVideo();
		const failing = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		const errorFor = async (id: string) =>
			(await sandbox.call('POST', path, { video: { id }, prompt: 'x', ...extraFields })).json.error;
		expect(await errorFor(unfinished.id)).toMatchObject({
			code: 'video_not_completed',
			message: `Only a completed video can be ${participle}, current status: pending`,
		});
		sandbox.advance(1);
		expect(await errorFor(failing.id)).toMatchObject({ code: 'video_not_completed' });
		expect(await errorFor('video_0')).toMatchObject({ code: 'not_found' });
		expect(sandbox.videos.size).toBe(2);
	});

	it('creates one video per Idempotency-Key, from an ID or a file', async () => {
		const { sandbox, source, video } = await startWithVideo({ seconds: '4' });
		const file = videoFile(await sandbox.expectedFile(source.id));
		const bodies = [
			{ video, prompt: 'x', ...extraFields },
			formData({ video: file, model: 'sora-2', prompt: 'x', ...extraFields }),
		];
		for (const [index, body] of bodies.entries()) {
			const { call } = sandbox.client('', { 'idempotency-key': `key-${index}` });
			const [one, other] = await Promise.all([call('POST', path, body), call('POST', path, body)]);
			expect(one.json.id).toBe(other.json.id);
		}
		expect(sandbox.videos.size).toBe(3);
	});

	it.each(['newapi', 'reseller', 'openrouter', 'cdn'])(
		'is an unknown route on %s',
		async (name) => {
			const { call } = (await startTestSandbox()).client(name);
			const body = { video: { id: 'video_0' }, prompt: 'x', ...extraFields };
			const [response, unknown] = [await call('POST', path, body), await call('POST', '/no', body)];
			expect(response.status).toBe(404);
			expect(response.bytes.toString().replaceAll(path, '/no')).toBe(unknown.bytes.toString());
		},
	);

	it('is supported on LiteLLM', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('litellm');
		const body = { video: { id: await startVideo() }, prompt: 'x', ...extraFields };
		const { json } = await call('POST', path, body);
		expect(json.status).toBe('completed');
		expect(sandbox.videos.get(json.id)?.prompt).toBe('x');
	});
});

describe("OpenAI's own client", () => {
	it('edits and extends a video by ID and by file', async () => {
		const { sandbox, source, video } = await startWithVideo({ seconds: '4' });
		const { videos } = new OpenAI({
			apiKey: sandbox.apiKey,
			baseURL: sandbox.baseUrl,
			maxRetries: 0,
		});
		const bytes = await sandbox.expectedFile(source.id);
		const file = await toFile(bytes, 'source.mp4', { type: 'video/mp4' });
		const created = [
			await videos.edit({ prompt: 'black', video }),
			await videos.extend({ prompt: 'more', seconds: '8', video }),
			await videos.edit({ prompt: 'black', video: file, model: 'sora-2' } as never),
		];
		expect(created.map(({ seconds }) => seconds)).toEqual(['4', '12', '4']);
	});
});
