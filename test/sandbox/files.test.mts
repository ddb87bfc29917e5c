import { createHash } from 'node:crypto';

import { imageSize } from 'image-size';

import { FRAME_RATE, clip } from '../../sandbox/clip.mts';
import { fileOf } from '../../sandbox/files.mts';
import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { type Bench, startBench } from './helpers.mts';

/** The top level of an MP4: type and length of each box. */
function boxes(bytes: Buffer): Array<{ type: string; at: number; size: number }> {
	const found = [];
	for (let at = 0; at < bytes.length; ) {
		const size = bytes.readUInt32BE(at);
		found.push({ type: bytes.toString('latin1', at + 4, at + 8), at, size });
		at += size;
	}
	return found;
}

const content = async (bench: Bench, id: string, query = '') =>
	await bench.call('GET', `/videos/${id}/content${query}`);

describe('downloading a video', () => {
	const kinds = ['720x1280', '1280x720'].flatMap((size) =>
		['4', '8', '12'].map((seconds) => ({ size, seconds })),
	);

	it.each(kinds)('gives a playable H.264 MP4 of $size and $seconds s', async (kind) => {
		const bench = await startBench({ renderSeconds: 0 });
		const { id } = await bench.create(kind);
		const { status, headers, bytes } = await content(bench, id);
		expect(status).toBe(200);
		expect(headers.get('content-type')).toBe('video/mp4');
		expect(headers.get('content-length')).toBe(String(bytes.length));
		expect(headers.get('content-disposition')).toBe(`attachment; filename="${id}.mp4"`);
		const { general, track } = await inspectMedia(bytes);
		expect(general).toMatchObject({ Format: 'MPEG-4', VideoCount: 1 });
		const [width, height] = kind.size.split('x').map(Number);
		expect(track).toMatchObject({
			Format: 'AVC',
			Width: width,
			Height: height,
			FrameRate: FRAME_RATE,
			FrameCount: Number(kind.seconds) * FRAME_RATE,
		});
		expect(Math.abs(track.Duration - Number(kind.seconds))).toBeLessThan(1 / FRAME_RATE);
	});

	it('gives the same bytes each time, and other bytes for another video', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const [one, other] = [await bench.create(), await bench.create()];
		const first = await content(bench, one.id);
		expect((await content(bench, one.id, '?variant=video')).bytes).toEqual(first.bytes);
		expect((await content(bench, other.id)).bytes).not.toEqual(first.bytes);
	});

	it('names the video, its model and its prompt in a box that players skip', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const prompt = '小猫 🐈 "in quotes"';
		const { id, model } = await bench.create({ prompt });
		const { bytes } = await content(bench, id);
		const last = boxes(bytes).at(-1)!;
		expect(last.type).toBe('free');
		expect(JSON.parse(bytes.toString('utf8', last.at + 8))).toEqual({ id, model, prompt });
	});

	it('still answers polls while a clip is rendered', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { id } = await bench.create({ seconds: '12' });
		let done = false;
		const download = clip('1280x718', '4').finally(() => (done = true));
		let polls = 0;
		for (; !done; polls++) await bench.call('GET', `/videos/${id}`);
		await download;
		expect(polls).toBeGreaterThan(5);
	});

	it('renders a clip once however many ask for it at the same time', async () => {
		const asked = [clip('64x64', '1'), clip('64x64', '1'), clip('64x62', '1')];
		const [one, same, other] = await Promise.all(asked);
		expect(same).toBe(one);
		expect((await inspectMedia(one)).track).toMatchObject({ Width: 64, Height: 64 });
		expect((await inspectMedia(other)).track).toMatchObject({ Width: 64, Height: 62 });
	});

	it('puts no date into a clip, by which two makings of it would differ', async () => {
		const { general, track } = await inspectMedia(await clip('64x64', '1'));
		for (const part of [general, track]) {
			expect(part).not.toHaveProperty('Encoded_Date');
			expect(part).not.toHaveProperty('Tagged_Date');
		}
	});

	it('leaves the process’s handling of errors as it was', async () => {
		await clip('64x64', '1');
		expect(process.listenerCount('uncaughtException')).toBe(0);
		expect(process.listenerCount('unhandledRejection')).toBe(0);
	});
});

describe('a padded video', () => {
	it('is exactly as long as asked, and still plays', async () => {
		const bench = await startBench({ renderSeconds: 0, fileBytes: 3_000_000 });
		const { id, prompt } = await bench.create();
		const { headers, bytes } = await content(bench, id);
		expect(headers.get('content-length')).toBe('3000000');
		expect(bytes.length).toBe(3_000_000);
		expect(boxes(bytes).at(-1)!.type).toBe('free');
		expect(bytes.includes(prompt)).toBe(true);
		const { track } = await inspectMedia(bytes);
		expect(track).toMatchObject({ Format: 'AVC', Width: 720, Height: 1280, Duration: 4 });
	});

	it.each([0, 100_000, 1_000_001])(
		'of %d bytes sends not a byte more than it says',
		async (bytes) => {
			const bench = await startBench({ renderSeconds: 0 });
			const { id } = await bench.create();
			const { length, body } = await fileOf(bench.videos.get(id)!, 'video', bytes);
			let sent = 0;
			for await (const chunk of body) sent += chunk.length;
			expect(sent).toBe(length);
		},
	);

	it('is never shortened', async () => {
		const plain = await startBench({ renderSeconds: 0 });
		const padded = await startBench({ renderSeconds: 0, fileBytes: 100 });
		const sizes = [];
		for (const bench of [plain, padded]) {
			sizes.push((await content(bench, (await bench.create()).id)).bytes.length);
		}
		expect(sizes[1]).toBe(sizes[0]);
	});

	it('of 300 MB arrives whole, the same twice, without being held in memory', async () => {
		const bench = await startBench({ renderSeconds: 0, fileBytes: 300_000_000 });
		const { id } = await bench.create();
		await content(bench, id, '?variant=thumbnail');
		const before = process.memoryUsage().arrayBuffers;
		let peak = 0;
		const digest = async () => {
			const response = await fetch(`${bench.baseUrl}/videos/${id}/content`, {
				headers: { authorization: `Bearer ${bench.apiKey}` },
			});
			const hash = createHash('sha1');
			let length = 0;
			for await (const chunk of response.body!) {
				hash.update(chunk);
				length += chunk.length;
				peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
			}
			return { length, hash: hash.digest('hex') };
		};
		const first = await digest();
		expect(first.length).toBe(300_000_000);
		expect(await digest()).toEqual(first);
		expect(peak).toBeLessThan(100_000_000);
	});
});

describe('the other variants', () => {
	it.each([
		['720x1280', '4', '?variant=thumbnail', 180, 320],
		['1280x720', '12', '?variant=thumbnail', 320, 180],
		['720x1280', '4', '?variant=spritesheet', 360, 160],
		['720x1280', '12', '?variant=spritesheet', 360, 480],
		['1280x720', '8', '?variant=spritesheet', 640, 180],
	])('of %s and %s s: %s is a real PNG of %s x %s', async (size, seconds, query, width, height) => {
		const bench = await startBench({ renderSeconds: 0, fileBytes: 3_000_000 });
		const { id } = await bench.create({ size, seconds });
		const { status, headers, bytes } = await content(bench, id, query);
		expect(status).toBe(200);
		expect(headers.get('content-type')).toBe('image/png');
		expect(headers.get('content-length')).toBe(String(bytes.length));
		expect(headers.get('content-disposition')).toContain(`${id}-${query.split('=')[1]}.png`);
		expect(imageSize(bytes)).toMatchObject({ type: 'png', width, height });
		expect(bytes.subarray(-8).toString('hex')).toBe('49454e44ae426082'); // IEND, its known checksum
		expect((await inspectMedia(bytes)).track).toMatchObject({ Format: 'PNG', Width: width });
	});
});

describe('asking for a file that is not there', () => {
	it('says 404 and the status while the video is being made', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { id } = await bench.create();
		for (const status of ['pending', 'in_progress']) {
			const answer = await content(bench, id);
			expect(answer.status).toBe(404);
			expect(answer.json.error).toMatchObject({
				message: `Video is not ready yet, current status: ${status}`,
				code: 'video_not_ready',
			});
			bench.pass(5);
		}
		expect((await content(bench, id)).status).toBe(200);
	});

	it('says 422 and the reason when the video failed', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { id, error } = await bench.create({ model: 'sandbox-always-fails' });
		const { status, json } = await content(bench, id);
		expect(status).toBe(422);
		expect(json.error).toMatchObject({
			message: `Video generation failed: ${error.message}`,
			code: 'generation_failed',
		});
	});

	it('says 410 once the file has expired, for every variant', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { id } = await bench.create();
		bench.pass(3599);
		expect((await content(bench, id, '?variant=thumbnail')).status).toBe(200);
		bench.pass(1);
		for (const query of ['', '?variant=thumbnail', '?variant=spritesheet']) {
			const { status, json } = await content(bench, id, query);
			expect([status, json.error.code]).toEqual([410, 'video_expired']);
		}
		expect((await bench.call('GET', `/videos/${id}`)).json.status).toBe('completed');
	});

	it.each(['?variant=gif', '?variant=', '?variant=video&variant=video'])(
		'says 400 for %s',
		async (query) => {
			const bench = await startBench({ renderSeconds: 0 });
			const { id } = await bench.create();
			const { status, json } = await content(bench, id, query);
			expect(status).toBe(400);
			expect(json.error).toMatchObject({ param: 'variant', code: 'invalid_value' });
		},
	);

	it('says 404 not_found for a video it does not know', async () => {
		const bench = await startBench();
		const { status, json } = await content(bench, 'video_0');
		expect([status, json.error.code]).toEqual([404, 'not_found']);
	});
});
