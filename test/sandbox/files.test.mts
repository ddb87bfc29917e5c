import { createHash } from 'node:crypto';

import { imageSize } from 'image-size';

import { FRAME_RATE, renderClip } from '../../sandbox/clip.mts';
import { renderFile } from '../../sandbox/files.mts';
import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { type TestSandbox, startTestSandbox } from './helpers.mts';

/** The top-level boxes of an MP4. */
function topLevelBoxes(bytes: Buffer): Array<{ type: string; at: number; size: number }> {
	const boxes = [];
	for (let at = 0; at < bytes.length; ) {
		const size = bytes.readUInt32BE(at);
		boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), at, size });
		at += size;
	}
	return boxes;
}

const getContent = async (sandbox: TestSandbox, id: string, query = '') =>
	await sandbox.call('GET', `/videos/${id}/content${query}`);

describe('sandbox Download', () => {
	const formats = ['720x1280', '1280x720'].flatMap((size) =>
		['4', '8', '12'].map((seconds) => ({ size, seconds })),
	);

	it.each(formats)('returns a playable H.264 MP4 of $size and $seconds s', async (format) => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo(format);
		const { status, headers, bytes } = await getContent(sandbox, id);
		expect(status).toBe(200);
		expect(headers.get('content-type')).toBe('video/mp4');
		expect(headers.get('content-length')).toBe(String(bytes.length));
		expect(headers.get('content-disposition')).toBe(`attachment; filename="${id}.mp4"`);
		const { general, track } = await inspectMedia(bytes);
		expect(general).toMatchObject({ Format: 'MPEG-4', VideoCount: 1 });
		const [width, height] = format.size.split('x').map(Number);
		expect(track).toMatchObject({
			Format: 'AVC',
			Width: width,
			Height: height,
			FrameRate: FRAME_RATE,
			FrameCount: Number(format.seconds) * FRAME_RATE,
		});
		expect(Math.abs(track.Duration - Number(format.seconds))).toBeLessThan(1 / FRAME_RATE);
	});

	it('returns the same bytes each time, and different bytes for another video', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const [one, other] = [await sandbox.createVideo(), await sandbox.createVideo()];
		const first = await getContent(sandbox, one.id);
		expect((await getContent(sandbox, one.id, '?variant=video')).bytes).toEqual(first.bytes);
		expect((await getContent(sandbox, other.id)).bytes).not.toEqual(first.bytes);
	});

	it('includes the ID, model and prompt in an MP4 box that players skip', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const prompt = '小猫 🐈 "in quotes"';
		const { id, model } = await sandbox.createVideo({ prompt });
		const { bytes } = await getContent(sandbox, id);
		const last = topLevelBoxes(bytes).at(-1)!;
		expect(last.type).toBe('free');
		expect(JSON.parse(bytes.toString('utf8', last.at + 8))).toEqual({ id, model, prompt });
	});

	it('does not block polls while a clip is rendered', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo({ seconds: '12' });
		let isDone = false;
		const download = renderClip('1280x718', '4').finally(() => (isDone = true));
		let polls = 0;
		for (; !isDone; polls++) await sandbox.call('GET', `/videos/${id}`);
		await download;
		expect(polls).toBeGreaterThan(5);
	});

	it('renders a clip once for concurrent requests', async () => {
		const requests = [renderClip('64x64', '1'), renderClip('64x64', '1'), renderClip('64x62', '1')];
		const [one, same, other] = await Promise.all(requests);
		expect(same).toBe(one);
		expect((await inspectMedia(one)).track).toMatchObject({ Width: 64, Height: 64 });
		expect((await inspectMedia(other)).track).toMatchObject({ Width: 64, Height: 62 });
	});

	it('writes no dates, so that a clip always has the same bytes', async () => {
		const { general, track } = await inspectMedia(await renderClip('64x64', '1'));
		for (const part of [general, track]) {
			expect(part).not.toHaveProperty('Encoded_Date');
			expect(part).not.toHaveProperty('Tagged_Date');
		}
	});

	it('does not change how the process handles errors', async () => {
		await renderClip('64x64', '1');
		expect(process.listenerCount('uncaughtException')).toBe(0);
		expect(process.listenerCount('unhandledRejection')).toBe(0);
	});
});

describe('sandbox padded video', () => {
	it('has exactly the requested length and is playable', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 3_000_000 });
		const { id, prompt } = await sandbox.createVideo();
		const { headers, bytes } = await getContent(sandbox, id);
		expect(headers.get('content-length')).toBe('3000000');
		expect(bytes.length).toBe(3_000_000);
		expect(topLevelBoxes(bytes).at(-1)!.type).toBe('free');
		expect(bytes.includes(prompt)).toBe(true);
		const { track } = await inspectMedia(bytes);
		expect(track).toMatchObject({ Format: 'AVC', Width: 720, Height: 1280, Duration: 4 });
	});

	it.each([0, 100_000, 1_000_001])(
		'has as many bytes as its Content-Length when padded to %d bytes',
		async (bytes) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const { id } = await sandbox.createVideo();
			const { length, body } = await renderFile(sandbox.videos.get(id)!, 'video', bytes);
			let bodyLength = 0;
			for await (const chunk of body) bodyLength += chunk.length;
			expect(bodyLength).toBe(length);
		},
	);

	it('is never shorter than the clip', async () => {
		const plain = await startTestSandbox({ renderSeconds: 0 });
		const padded = await startTestSandbox({ renderSeconds: 0, fileBytes: 100 });
		const sizes = [];
		for (const sandbox of [plain, padded]) {
			sizes.push((await getContent(sandbox, (await sandbox.createVideo()).id)).bytes.length);
		}
		expect(sizes[1]).toBe(sizes[0]);
	});

	it('of 300 MB is streamed completely, without being kept in memory', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 300_000_000 });
		const { id } = await sandbox.createVideo();
		await getContent(sandbox, id, '?variant=thumbnail');
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

describe('sandbox thumbnail and spritesheet', () => {
	it.each([
		['720x1280', '4', '?variant=thumbnail', 180, 320],
		['1280x720', '12', '?variant=thumbnail', 320, 180],
		['720x1280', '4', '?variant=spritesheet', 360, 160],
		['720x1280', '12', '?variant=spritesheet', 360, 480],
		['1280x720', '8', '?variant=spritesheet', 640, 180],
	])(
		'of a video of %s and %s s: %s is a PNG of %s x %s',
		async (size, seconds, query, width, height) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 3_000_000 });
			const { id } = await sandbox.createVideo({ size, seconds });
			const { status, headers, bytes } = await getContent(sandbox, id, query);
			expect(status).toBe(200);
			expect(headers.get('content-type')).toBe('image/png');
			expect(headers.get('content-length')).toBe(String(bytes.length));
			expect(headers.get('content-disposition')).toContain(`${id}-${query.split('=')[1]}.png`);
			expect(imageSize(bytes)).toMatchObject({ type: 'png', width, height });
			expect(bytes.subarray(-8).toString('hex')).toBe('49454e44ae426082'); // IEND, its known checksum
			expect((await inspectMedia(bytes)).track).toMatchObject({ Format: 'PNG', Width: width });
		},
	);
});

describe('sandbox Download without a file', () => {
	it('returns 404 with the status while the video is rendering', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { id } = await sandbox.createVideo();
		for (const status of ['pending', 'in_progress']) {
			const response = await getContent(sandbox, id);
			expect(response.status).toBe(404);
			expect(response.json.error).toMatchObject({
				message: `Video is not ready yet, current status: ${status}`,
				code: 'video_not_ready',
			});
			sandbox.advance(5);
		}
		expect((await getContent(sandbox, id)).status).toBe(200);
	});

	it('returns 422 with the reason if the video failed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id, error } = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		const { status, json } = await getContent(sandbox, id);
		expect(status).toBe(422);
		expect(json.error).toMatchObject({
			message: `Video generation failed: ${error.message}`,
			code: 'generation_failed',
		});
	});

	it('returns 410 for every variant once the file has expired', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		sandbox.advance(3599);
		expect((await getContent(sandbox, id, '?variant=thumbnail')).status).toBe(200);
		sandbox.advance(1);
		for (const query of ['', '?variant=thumbnail', '?variant=spritesheet']) {
			const { status, json } = await getContent(sandbox, id, query);
			expect([status, json.error.code]).toEqual([410, 'video_expired']);
		}
		expect((await sandbox.call('GET', `/videos/${id}`)).json.status).toBe('completed');
	});

	it.each(['?variant=gif', '?variant=', '?variant=video&variant=video'])(
		'returns 400 for %s',
		async (query) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const { id } = await sandbox.createVideo();
			const { status, json } = await getContent(sandbox, id, query);
			expect(status).toBe(400);
			expect(json.error).toMatchObject({ param: 'variant', code: 'invalid_value' });
		},
	);

	it('returns 404 not_found for an unknown video', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await getContent(sandbox, 'video_0');
		expect([status, json.error.code]).toEqual([404, 'not_found']);
	});
});
