import { startSandbox } from '../../sandbox/server.mts';
import { completedVideo, MP4, PNG, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const bench = testNode({ operation: 'download' });

describe('the thumbnail and the spritesheet of a video', () => {
	it.each(['thumbnail', 'spritesheet'])(
		'%s: is asked for by its name, and stored with its true type and ending',
		async (variant) => {
			bench.server.answer(STATUS, { json: completedVideo('video_1') });
			bench.server.answer(`${CONTENT}?variant=${variant}`, {
				body: PNG,
				headers: { 'content-type': 'image/webp' },
			});
			const run = await bench.run({ variant });
			expect(run.items[0].json).toMatchObject({
				id: 'video_1',
				fileName: `video_1_${variant}.png`,
				mimeType: 'image/png',
			});
			expect((await bench.fileOf(run)).equals(PNG)).toBe(true);
		},
	);

	it.each([400, 404, 405, 422, 501])(
		'on a server that has none (%d) is told as such, with the way out',
		async (status) => {
			const headers = { 'x-should-retry': 'false' };
			bench.server.answer(STATUS, { json: completedVideo('video_1') });
			bench.server.answer(`${CONTENT}?variant=thumbnail`, { status, json: {}, headers });
			const { error } = await bench.run({ variant: 'thumbnail' });
			expect(error?.message).toBe(
				`The server gives out no thumbnail of video 'video_1' (${status})`,
			);
			expect(error?.description).toBe(
				"Not every server has such pictures. Choose 'Video' at 'File'.",
			);
		},
	);

	it('on a server that gives the video whatever is asked for, is no video under a wrong name', async () => {
		bench.server.answer(STATUS, { json: completedVideo('video_1') });
		bench.server.answer(`${CONTENT}?variant=thumbnail`, { body: MP4 });
		const { error } = await bench.run({ variant: 'thumbnail' });
		expect(error?.message).toBe(
			"The server sent the video in place of the thumbnail of video 'video_1'",
		);
	});

	it('is asked for by one of the names that there are: whatever else an expression gives is refused', async () => {
		const { error } = await bench.run({ variant: '={{ "poster" }}' });
		expect(error?.message).toBe("'File' is not one of video, thumbnail, spritesheet: poster");
		expect(bench.server.received).toEqual([]);
	});

	it('is not looked for at the address of the video', async () => {
		const url = `${bench.server.origin}/the-video.mp4`;
		const headers = { 'x-should-retry': 'false' };
		bench.server.answer(STATUS, { json: { ...completedVideo('video_1'), url } });
		bench.server.answer(`${CONTENT}?variant=thumbnail`, { status: 404, json: {}, headers });
		expect((await bench.run({ variant: 'thumbnail' })).error?.message).toContain('no thumbnail');
	});

	it.each(['', 'cdn/'])('comes from the sandbox with Generate, too (%s)', async (family) => {
		const sandbox = await startSandbox({ now: () => bench.time.now });
		const baseUrl = sandbox.baseUrl.replace('/v1', `/${family}v1`);
		const run = await bench.run(
			{ operation: 'generate', model: SORA, prompt: 'a cat', variant: 'spritesheet' },
			{ credentials: { apiKey: sandbox.apiKey, baseUrl } },
		);
		await sandbox.close();
		expect(run.error).toBeUndefined();
		expect(run.items[0].json).toMatchObject({ status: 'completed', mimeType: 'image/png' });
	});
});
