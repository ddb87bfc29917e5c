import { completedVideo, SORA } from '../../support/fixtures.mts';
import { expectSameFile } from '../support/expectSameFile.mts';
import type { TestContext } from '../support/useN8n.mts';
import { chain, errorMessageOf, outputOf, videosNode } from '../support/workflow.mts';

/** The files of a video besides the MP4, and how long they exist. */
export function fileVariants(context: TestContext): void {
	describe.each(['thumbnail', 'spritesheet'] as const)('the %s of a video', (variant) => {
		it('is returned by Generate and by Download, byte for byte', async () => {
			const sandbox = await context.startSandbox();
			const credential = await context.credentialFor(sandbox);
			const generate = { operation: 'generate', model: SORA, prompt: 'a cat', variant };
			const execution = await context.execute(
				chain([
					videosNode(credential, generate, { name: 'Generate' }),
					videosNode(credential, { operation: 'download', variant }, { name: 'Download' }),
				]),
			);
			for (const node of ['Generate', 'Download']) {
				const [item] = outputOf(execution, node);
				const file = {
					fileName: `${String(item.json.id)}_${variant}.png`,
					fileExtension: 'png',
					mimeType: 'image/png',
				};
				expect(item.json).toMatchObject({ status: 'completed', ...file });
				expect(item.binary!.data).toMatchObject(file);
				await expectSameFile(context.instance, sandbox, item, variant);
			}
			expect(sandbox.videos.size).toBe(1);
		});
	});

	describe('a video that expires', () => {
		const kept = (until: string) => ({
			...completedVideo('video_1'),
			expires_at: Date.parse(until) / 1000,
		});
		const ofVideo = (operation: string) => ({ operation, videoId: 'video_1' });

		it.each(['getStatus', 'waitUntilDone'])(
			'is returned with its expiry time, also as text: %s',
			async (name) => {
				const server = await context.startServer();
				const video = kept('2099-11-01T01:00:00Z');
				server.respondTo('GET /v1/videos/video_1', { json: video });
				const [{ json }] = outputOf(await context.run(server, ofVideo(name)));
				expect(json).toMatchObject({
					expires_at: video.expires_at,
					expires_at_iso: '2099-11-01T01:00:00.000Z',
				});
			},
		);

		it('is reported with the time it expired and the next step', async () => {
			const server = await context.startServer();
			server.alwaysRespondTo('GET /v1/videos/video_1', { json: kept('2025-10-31T22:15:30Z') });
			server.respondTo('GET /v1/videos/video_1/content', { status: 410, json: {} });
			expect(errorMessageOf(await context.run(server, ofVideo('download')))).toBe(
				"Video 'video_1' has expired on the server, which kept it until 2025-10-31 22:15:30 UTC (410) | Create it again, and download it soon after it is completed.",
			);
			server.verify();
		});
	});
}
