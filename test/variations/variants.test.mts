import { startSandbox } from '../../sandbox/server.mts';
import { completedVideo, MP4, PNG, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const node = testNode({ operation: 'download' });

describe('Download of a thumbnail or spritesheet', () => {
	it.each(['thumbnail', 'spritesheet'])(
		'requests the %s by name and returns it with its true type and extension',
		async (variant) => {
			node.server.respondTo(STATUS, { json: completedVideo('video_1') });
			node.server.respondTo(`${CONTENT}?variant=${variant}`, {
				body: PNG,
				headers: { 'content-type': 'image/webp' },
			});
			const run = await node.run({ variant });
			expect(run.items[0].json).toMatchObject({
				id: 'video_1',
				fileName: `video_1_${variant}.png`,
				mimeType: 'image/png',
			});
			expect((await node.fileOf(run)).equals(PNG)).toBe(true);
		},
	);

	it.each([400, 404, 405, 422, 501])(
		'reports that the server has no thumbnail and suggests the video: %d',
		async (status) => {
			const headers = { 'x-should-retry': 'false' };
			node.server.respondTo(STATUS, { json: completedVideo('video_1') });
			node.server.respondTo(`${CONTENT}?variant=thumbnail`, { status, json: {}, headers });
			const { error } = await node.run({ variant: 'thumbnail' });
			expect(error?.message).toBe(`The server returns no thumbnail of video 'video_1' (${status})`);
			expect(error?.description).toBe(
				"Not every server has such pictures. Choose 'Video' at 'File'.",
			);
		},
	);

	it('fails if the server sends the video instead of the thumbnail', async () => {
		node.server.respondTo(STATUS, { json: completedVideo('video_1') });
		node.server.respondTo(`${CONTENT}?variant=thumbnail`, { body: MP4 });
		const { error } = await node.run({ variant: 'thumbnail' });
		expect(error?.message).toBe(
			"The server sent the video in place of the thumbnail of video 'video_1'",
		);
	});

	it('rejects an unknown file name from an expression before anything is sent', async () => {
		const { error } = await node.run({ variant: '={{ "poster" }}' });
		expect(error?.message).toBe("'File' is not one of video, thumbnail, spritesheet: poster");
		expect(node.server.received).toEqual([]);
	});

	it('does not use the URL of the video for the thumbnail', async () => {
		const url = `${node.server.origin}/the-video.mp4`;
		const headers = { 'x-should-retry': 'false' };
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), url } });
		node.server.respondTo(`${CONTENT}?variant=thumbnail`, { status: 404, json: {}, headers });
		expect((await node.run({ variant: 'thumbnail' })).error?.message).toContain('no thumbnail');
	});

	it.each(['', 'cdn/'])('works in Generate with the sandbox at /%sv1', async (family) => {
		const sandbox = await startSandbox({ now: () => node.time.now });
		const baseUrl = sandbox.baseUrl.replace('/v1', `/${family}v1`);
		const run = await node.run(
			{ operation: 'generate', model: SORA, prompt: 'a cat', variant: 'spritesheet' },
			{ credentials: { apiKey: sandbox.apiKey, baseUrl } },
		);
		await sandbox.close();
		expect(run.error).toBeUndefined();
		expect(run.items[0].json).toMatchObject({ status: 'completed', mimeType: 'image/png' });
	});
});
