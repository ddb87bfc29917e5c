import { createHash } from 'node:crypto';

import { imageSize } from 'image-size';

import { FRAME_RATE, renderClip } from '../../sandbox/clip.mts';
import { renderFile } from '../../sandbox/files.mts';
import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { type TestSandbox, startTestSandbox } from './helpers.mts';

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

const content = async (sandbox: TestSandbox, id: string, query = '') =>
	await sandbox.call('GET', `/videos/${id}/content${query}`);

describe('downloading a video', () => {
	const kinds = ['720x1280', '1280x720'].flatMap((size) =>
		['4', '8', '12'].map((seconds) => ({ size, seconds })),
	);

	it.each(kinds)('gives a playable H.264 MP4 of $size and $seconds s', async (kind) => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo(kind);
		const { status, headers, bytes } = await content(sandbox, id);
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
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const [one, other] = [await sandbox.createVideo(), await sandbox.createVideo()];
		const first = await content(sandbox, one.id);
		expect((await content(sandbox, one.id, '?variant=video')).bytes).toEqual(first.bytes);
		expect((await content(sandbox, other.id)).bytes).not.toEqual(first.bytes);
	});

	it('names the video, its model and its prompt in a box that players skip', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const prompt = '小猫 🐈 "in quotes"';
		const { id, model } = await sandbox.createVideo({ prompt });
		const { bytes } = await content(sandbox, id);
		const last = boxes(bytes).at(-1)!;
		expect(last.type).toBe('free');
		expect(JSON.parse(bytes.toString('utf8', last.at + 8))).toEqual({ id, model, prompt });
	});

	it('still answers polls while a clip is rendered', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo({ seconds: '12' });
		let done = false;
		const download = renderClip('1280x718', '4').finally(() => (done = true));
		let polls = 0;
		for (; !done; polls++) await sandbox.call('GET', `/videos/${id}`);
		await download;
		expect(polls).toBeGreaterThan(5);
	});

	it('renders a clip once however many ask for it at the same time', async () => {
		const asked = [renderClip('64x64', '1'), renderClip('64x64', '1'), renderClip('64x62', '1')];
		const [one, same, other] = await Promise.all(asked);
		expect(same).toBe(one);
		expect((await inspectMedia(one)).track).toMatchObject({ Width: 64, Height: 64 });
		expect((await inspectMedia(other)).track).toMatchObject({ Width: 64, Height: 62 });
	});

	it('puts no date into a clip, by which two makings of it would differ', async () => {
		const { general, track } = await inspectMedia(await renderClip('64x64', '1'));
		for (const part of [general, track]) {
			expect(part).not.toHaveProperty('Encoded_Date');
			expect(part).not.toHaveProperty('Tagged_Date');
		}
	});

	it('leaves the process’s handling of errors as it was', async () => {
		await renderClip('64x64', '1');
		expect(process.listenerCount('uncaughtException')).toBe(0);
		expect(process.listenerCount('unhandledRejection')).toBe(0);
	});
});

describe('a padded video', () => {
	it('is exactly as long as asked, and still plays', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 3_000_000 });
		const { id, prompt } = await sandbox.createVideo();
		const { headers, bytes } = await content(sandbox, id);
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
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const { id } = await sandbox.createVideo();
			const { length, body } = await renderFile(sandbox.videos.get(id)!, 'video', bytes);
			let sent = 0;
			for await (const chunk of body) sent += chunk.length;
			expect(sent).toBe(length);
		},
	);

	it('is never shortened', async () => {
		const plain = await startTestSandbox({ renderSeconds: 0 });
		const padded = await startTestSandbox({ renderSeconds: 0, fileBytes: 100 });
		const sizes = [];
		for (const sandbox of [plain, padded]) {
			sizes.push((await content(sandbox, (await sandbox.createVideo()).id)).bytes.length);
		}
		expect(sizes[1]).toBe(sizes[0]);
	});

	it('of 300 MB arrives whole, the same twice, without being held in memory', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 300_000_000 });
		const { id } = await sandbox.createVideo();
		await content(sandbox, id, '?variant=thumbnail');
		const before = process.memoryUsage().arrayBuffers;
		let peak = 0;
		const digest = async () => {
			const response = await fetch(`${sandbox.baseUrl}/videos/${id}/content`, {
				headers: { authorization: `Bearer ${sandbox.apiKey}` },
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
		const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 3_000_000 });
		const { id } = await sandbox.createVideo({ size, seconds });
		const { status, headers, bytes } = await content(sandbox, id, query);
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
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { id } = await sandbox.createVideo();
		for (const status of ['pending', 'in_progress']) {
			const answer = await content(sandbox, id);
			expect(answer.status).toBe(404);
			expect(answer.json.error).toMatchObject({
				message: `Video is not ready yet, current status: ${status}`,
				code: 'video_not_ready',
			});
			sandbox.advance(5);
		}
		expect((await content(sandbox, id)).status).toBe(200);
	});

	it('says 422 and the reason when the video failed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id, error } = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		const { status, json } = await content(sandbox, id);
		expect(status).toBe(422);
		expect(json.error).toMatchObject({
			message: `Video generation failed: ${error.message}`,
			code: 'generation_failed',
		});
	});

	it('says 410 once the file has expired, for every variant', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		sandbox.advance(3599);
		expect((await content(sandbox, id, '?variant=thumbnail')).status).toBe(200);
		sandbox.advance(1);
		for (const query of ['', '?variant=thumbnail', '?variant=spritesheet']) {
			const { status, json } = await content(sandbox, id, query);
			expect([status, json.error.code]).toEqual([410, 'video_expired']);
		}
		expect((await sandbox.call('GET', `/videos/${id}`)).json.status).toBe('completed');
	});

	it.each(['?variant=gif', '?variant=', '?variant=video&variant=video'])(
		'says 400 for %s',
		async (query) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const { id } = await sandbox.createVideo();
			const { status, json } = await content(sandbox, id, query);
			expect(status).toBe(400);
			expect(json.error).toMatchObject({ param: 'variant', code: 'invalid_value' });
		},
	);

	it('says 404 not_found for a video it does not know', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await content(sandbox, 'video_0');
		expect([status, json.error.code]).toEqual([404, 'not_found']);
	});
});
