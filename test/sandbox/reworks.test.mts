import OpenAI, { toFile } from 'openai';

import { form, image, png, startBench } from './helpers.mts';

const EDIT = '/videos/edits';
const EXTEND = '/videos/extensions';
const KIND = { model: 'sora-2-pro', size: '1280x720', seconds: '8' };

const film = (bytes: Buffer, type = 'video/mp4') => image(bytes, type, 'source.mp4');

/** A sandbox with one finished video, its bytes, and what a request by its id says. */
async function startWithVideo(kind: Record<string, string> = KIND) {
	const bench = await startBench({ renderSeconds: 1 });
	const source = await bench.create(kind);
	bench.pass(1);
	return { bench, source, video: { id: source.id as string } };
}

describe('editing a video', () => {
	it('makes a new one of the same kind from its id', async () => {
		const { bench, source, video } = await startWithVideo();
		const prompt = '同一只猫，但是黑色的 🐈‍⬛';
		const { status, json } = await bench.call('POST', EDIT, { video, prompt });
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...KIND, prompt, status: 'pending', object: 'video' });
		expect(json.id).not.toBe(source.id);
	});

	it('makes a new one of the size and length of a file', async () => {
		const { bench, source } = await startWithVideo();
		const bytes = await bench.fileOf(source.id);
		const body = form({ prompt: 'black', model: 'sora-2', video: film(bytes) });
		const { status, json } = await bench.call('POST', EDIT, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...KIND, model: 'sora-2', prompt: 'black' });
		expect(bench.videos.get(json.id)?.reference).toEqual({
			name: 'source.mp4',
			type: 'video/mp4',
			bytes,
		});
	});

	it('tells its log what the new one is made of', async () => {
		const lines: string[] = [];
		const bench = await startBench({ renderSeconds: 0, log: (line) => lines.push(line) });
		const { id } = await bench.create();
		const body = { video: { id }, prompt: 'black' };
		const { json } = await bench.call('POST', EDIT, body);
		expect(lines).toContain(`${json.id}  created: sora-2 720x1280 4 s, an edit of ${id}: black`);
	});
});

describe('extending a video', () => {
	it('makes a new one that is longer by the seconds asked for', async () => {
		const { bench, video } = await startWithVideo();
		const body = { video, prompt: 'and then', seconds: '16' };
		const { status, json } = await bench.call('POST', EXTEND, body);
		expect(status).toBe(200);
		expect(json).toMatchObject({ ...KIND, seconds: '24', prompt: 'and then' });
	});

	it('makes a longer one out of a file', async () => {
		const { bench, source } = await startWithVideo();
		const video = film(await bench.fileOf(source.id));
		const body = form({ prompt: 'and then', model: 'sora-2', seconds: '4', video });
		expect((await bench.call('POST', EXTEND, body)).json).toMatchObject({ seconds: '12' });
	});

	it('gives a file of the new length', async () => {
		const { bench, video } = await startWithVideo({ seconds: '4' });
		const { json } = await bench.call('POST', EXTEND, { video, prompt: 'more', seconds: '4' });
		bench.pass(1);
		const { status, bytes } = await bench.call('GET', `/videos/${json.id}/content`);
		expect(status).toBe(200);
		const again = form({ prompt: 'black', model: 'sora-2', video: film(bytes) });
		expect((await bench.call('POST', EDIT, again)).json.seconds).toBe('8');
	});

	it('ends at 120 seconds', async () => {
		const { bench, video } = await startWithVideo();
		let source = video;
		const lengths: string[] = [];
		for (;;) {
			const body = { video: source, prompt: 'more', seconds: '20' };
			const { status, json } = await bench.call('POST', EXTEND, body);
			if (status !== 200) {
				expect([status, json.error.param]).toEqual([400, 'seconds']);
				break;
			}
			lengths.push(json.seconds);
			source = { id: json.id };
			bench.pass(1);
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
		const bench = await startBench();
		const { status, json } = await bench.call('POST', path, { ...body, ...more });
		expect([status, json.error.param]).toEqual([400, param]);
	});

	it.each([
		['a file but no model', {}, 'model'],
		['a picture', { video: image(png(64, 64)), model: 'sora-2' }, 'video'],
		['a text called MP4', { video: film(Buffer.from('no film')) }, 'video'],
		['a picture called MP4', { video: film(png(64, 64)) }, 'video'],
	])('is refused with %s', async (_name, fields, param) => {
		const { bench, source } = await startWithVideo({ seconds: '4' });
		const file = { video: film(await bench.fileOf(source.id)) };
		const body = form({ prompt: 'x', ...more, ...file, ...fields });
		const { status, json } = await bench.call('POST', path, body);
		expect([status, json.error.param]).toEqual([400, param]);
		expect(bench.videos.size).toBe(1);
	});

	it('is refused while the video is being made, when it failed, and when there is none', async () => {
		const bench = await startBench({ renderSeconds: 1 });
		const young = await bench.create();
		const doomed = await bench.create({ model: 'sandbox-always-fails' });
		const ask = async (id: string) =>
			(await bench.call('POST', path, { video: { id }, prompt: 'x', ...more })).json.error;
		expect(await ask(young.id)).toMatchObject({
			code: 'video_not_completed',
			message: `Only a completed video can be ${done}, current status: pending`,
		});
		bench.pass(1);
		expect(await ask(doomed.id)).toMatchObject({ code: 'video_not_completed' });
		expect(await ask('video_0')).toMatchObject({ code: 'not_found' });
		expect(bench.videos.size).toBe(2);
	});

	it('makes one video only under one Idempotency-Key, by id and by file', async () => {
		const { bench, source, video } = await startWithVideo({ seconds: '4' });
		const file = film(await bench.fileOf(source.id));
		const bodies = [
			{ video, prompt: 'x', ...more },
			form({ video: file, model: 'sora-2', prompt: 'x', ...more }),
		];
		for (const [index, body] of bodies.entries()) {
			const { call } = bench.under('', { 'idempotency-key': `key-${index}` });
			const [one, other] = await Promise.all([call('POST', path, body), call('POST', path, body)]);
			expect(one.json.id).toBe(other.json.id);
		}
		expect(bench.videos.size).toBe(3);
	});

	it.each(['newapi', 'reseller', 'vllm', 'sglang', 'openrouter', 'cdn'])(
		'is an unknown route at %s',
		async (name) => {
			const { call } = (await startBench()).under(name);
			const body = { video: { id: 'video_0' }, prompt: 'x', ...more };
			const [asked, unknown] = [await call('POST', path, body), await call('POST', '/no', body)];
			expect(asked.status).toBe(404);
			expect(asked.bytes.toString().replaceAll(path, '/no')).toBe(unknown.bytes.toString());
		},
	);

	it('is known at LiteLLM', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { call, start } = bench.under('litellm');
		const body = { video: { id: await start() }, prompt: 'x', ...more };
		expect((await call('POST', path, body)).json).toMatchObject({
			status: 'completed',
			prompt: 'x',
		});
	});
});

describe("OpenAI's own client", () => {
	it('edits and extends by id and by file', async () => {
		const { bench, source, video } = await startWithVideo({ seconds: '4' });
		const { videos } = new OpenAI({ apiKey: bench.apiKey, baseURL: bench.baseUrl, maxRetries: 0 });
		const bytes = await bench.fileOf(source.id);
		const file = await toFile(bytes, 'source.mp4', { type: 'video/mp4' });
		const made = [
			await videos.edit({ prompt: 'black', video }),
			await videos.extend({ prompt: 'more', seconds: '8', video }),
			await videos.edit({ prompt: 'black', video: file, model: 'sora-2' } as never),
		];
		expect(made.map(({ seconds }) => seconds)).toEqual(['4', '12', '4']);
	});
});
