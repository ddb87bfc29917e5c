import OpenAI, { toFile } from 'openai';

import { formData, imageFile, png, startTestSandbox } from './helpers.mts';

const EDIT = '/videos/edits';
const EXTEND = '/videos/extensions';
const KIND = { model: 'sora-2-pro', size: '1280x720', seconds: '8' };

const film = (bytes: Buffer, type = 'video/mp4') => imageFile(bytes, type, 'source.mp4');

/** A sandbox with one finished video, its bytes, and what a request by its id says. */
async function startWithVideo(kind: Record<string, string> = KIND) {
	const sandbox = await startTestSandbox({ renderSeconds: 1 });
	const source = await sandbox.createVideo(kind);
	sandbox.advance(1);
	return { sandbox, source, video: { id: source.id as string } };
}

describe('editing a video', () => {
	it('makes a new one of the same kind from its id', async () => {
		const { sandbox, source, video } = await startWithVideo();
		const prompt = '同一只猫，但是黑色的 🐈‍⬛';
		const { status, json } = await sandbox.call('POST', EDIT, { video, prompt });
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...KIND, prompt, status: 'pending', object: 'video' });
		expect(json.id).not.toBe(source.id);
	});

	it('makes a new one of the size and length of a file', async () => {
		const { sandbox, source } = await startWithVideo();
		const bytes = await sandbox.expectedFile(source.id);
		const body = formData({ prompt: 'black', model: 'sora-2', video: film(bytes) });
		const { status, json } = await sandbox.call('POST', EDIT, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...KIND, model: 'sora-2', prompt: 'black' });
		expect(sandbox.videos.get(json.id)?.reference).toEqual({
			name: 'source.mp4',
			type: 'video/mp4',
			bytes,
		});
	});

	it('tells its log what the new one is made of', async () => {
		const lines: string[] = [];
		const sandbox = await startTestSandbox({ renderSeconds: 0, log: (line) => lines.push(line) });
		const { id } = await sandbox.createVideo();
		const body = { video: { id }, prompt: 'black' };
		const { json } = await sandbox.call('POST', EDIT, body);
		expect(lines).toContain(`${json.id}  created: sora-2 720x1280 4 s, an edit of ${id}: black`);
	});
});

describe('extending a video', () => {
	it('makes a new one that is longer by the seconds asked for', async () => {
		const { sandbox, video } = await startWithVideo();
		const body = { video, prompt: 'and then', seconds: '16' };
		const { status, json } = await sandbox.call('POST', EXTEND, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...KIND, seconds: '24', prompt: 'and then' });
	});

	it('makes a longer one out of a file', async () => {
		const { sandbox, source } = await startWithVideo();
		const video = film(await sandbox.expectedFile(source.id));
		const body = formData({ prompt: 'and then', model: 'sora-2', seconds: '4', video });
		expect((await sandbox.call('POST', EXTEND, body)).json).toMatchObject({ seconds: '12' });
	});

	it('gives a file of the new length', async () => {
		const { sandbox, video } = await startWithVideo({ seconds: '4' });
		const { json } = await sandbox.call('POST', EXTEND, { video, prompt: 'more', seconds: '4' });
		sandbox.advance(1);
		const { status, bytes } = await sandbox.call('GET', `/videos/${json.id}/content`);
		expect(status).toBe(200);
		const again = formData({ prompt: 'black', model: 'sora-2', video: film(bytes) });
		expect((await sandbox.call('POST', EDIT, again)).json.seconds).toBe('8');
	});

	it('ends at 120 seconds', async () => {
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
])('a request to %s', (path, done, more) => {
	it.each([
		['no prompt', { video: { id: 'video_0' } }, 'prompt'],
		['a blank prompt', { video: { id: 'video_0' }, prompt: ' ' }, 'prompt'],
		['no video', { prompt: 'x' }, 'video'],
		['a bare id', { video: 'video_0', prompt: 'x' }, 'video'],
		['a model beside an id', { video: { id: 'video_0' }, prompt: 'x', model: 'sora-2' }, 'model'],
		['any other field', { video: { id: 'video_0' }, prompt: 'x', size: '720x1280' }, 'size'],
	])('is refused with %s', async (_name, body, param) => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.call('POST', path, { ...body, ...more });
		expect([status, json.error.param]).toEqual([400, param]);
	});

	it.each([
		['a file but no model', {}, 'model'],
		['a picture', { video: imageFile(png(64, 64)), model: 'sora-2' }, 'video'],
		['a text called MP4', { video: film(Buffer.from('no film')) }, 'video'],
		['a picture called MP4', { video: film(png(64, 64)) }, 'video'],
	])('is refused with %s', async (_name, fields, param) => {
		const { sandbox, source } = await startWithVideo({ seconds: '4' });
		const file = { video: film(await sandbox.expectedFile(source.id)) };
		const body = formData({ prompt: 'x', ...more, ...file, ...fields });
		const { status, json } = await sandbox.call('POST', path, body);
		expect([status, json.error.param]).toEqual([400, param]);
		expect(sandbox.videos.size).toBe(1);
	});

	it('is refused while the video is being made, when it failed, and when there is none', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const young = await sandbox.createVideo();
		const doomed = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		const ask = async (id: string) =>
			(await sandbox.call('POST', path, { video: { id }, prompt: 'x', ...more })).json.error;
		expect(await ask(young.id)).toMatchObject({
			code: 'video_not_completed',
			message: `Only a completed video can be ${done}, current status: pending`,
		});
		sandbox.advance(1);
		expect(await ask(doomed.id)).toMatchObject({ code: 'video_not_completed' });
		expect(await ask('video_0')).toMatchObject({ code: 'not_found' });
		expect(sandbox.videos.size).toBe(2);
	});

	it('makes one video only under one Idempotency-Key, by id and by file', async () => {
		const { sandbox, source, video } = await startWithVideo({ seconds: '4' });
		const file = film(await sandbox.expectedFile(source.id));
		const bodies = [
			{ video, prompt: 'x', ...more },
			formData({ video: file, model: 'sora-2', prompt: 'x', ...more }),
		];
		for (const [index, body] of bodies.entries()) {
			const { call } = sandbox.client('', { 'idempotency-key': `key-${index}` });
			const [one, other] = await Promise.all([call('POST', path, body), call('POST', path, body)]);
			expect(one.json.id).toBe(other.json.id);
		}
		expect(sandbox.videos.size).toBe(3);
	});

	it.each(['newapi', 'reseller', 'vllm', 'sglang', 'openrouter', 'cdn'])(
		'is an unknown route at %s',
		async (name) => {
			const { call } = (await startTestSandbox()).client(name);
			const body = { video: { id: 'video_0' }, prompt: 'x', ...more };
			const [asked, unknown] = [await call('POST', path, body), await call('POST', '/no', body)];
			expect(asked.status).toBe(404);
			expect(asked.bytes.toString().replaceAll(path, '/no')).toBe(unknown.bytes.toString());
		},
	);

	it('is known at LiteLLM', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { call, startVideo } = sandbox.client('litellm');
		const body = { video: { id: await startVideo() }, prompt: 'x', ...more };
		expect((await call('POST', path, body)).json).toMatchObject({
			status: 'completed',
			prompt: 'x',
		});
	});
});

describe("OpenAI's own client", () => {
	it('edits and extends by id and by file', async () => {
		const { sandbox, source, video } = await startWithVideo({ seconds: '4' });
		const { videos } = new OpenAI({
			apiKey: sandbox.apiKey,
			baseURL: sandbox.baseUrl,
			maxRetries: 0,
		});
		const bytes = await sandbox.expectedFile(source.id);
		const file = await toFile(bytes, 'source.mp4', { type: 'video/mp4' });
		const made = [
			await videos.edit({ prompt: 'black', video }),
			await videos.extend({ prompt: 'more', seconds: '8', video }),
			await videos.edit({ prompt: 'black', video: file, model: 'sora-2' } as never),
		];
		expect(made.map(({ seconds }) => seconds)).toEqual(['4', '12', '4']);
	});
});
