import { completedVideo, MP4, SORA } from '../../support/fixtures.mts';
import { expectSameFile } from '../support/expectSameFile.mts';
import type { TestContext } from '../support/useN8n.mts';
import { chain, errorMessageOf, outputOf, videosNode } from '../support/workflow.mts';

const GENERATE = { operation: 'generate', model: SORA, prompt: 'a cat' };
const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;

/** Create, Wait Until Done and Download in one node. */
export const generate = (context: TestContext) =>
	describe('Generate', () => {
		it('returns the normalized video and its file, and creates one video', async () => {
			const sandbox = await context.startSandbox();
			const execution = await context.run(sandbox, GENERATE);
			const [id] = sandbox.videos.keys();
			const [item, ...more] = outputOf(execution);
			expect(item).toMatchObject({
				json: {
					...{ id, object: 'video', status: 'completed', progress: 100, model: 'sora-2' },
					...{ size: '720x1280', seconds: '4', prompt: 'a cat' },
					...{ fileName: `${id}.mp4`, fileExtension: 'mp4', mimeType: 'video/mp4' },
				},
				pairedItem: { item: 0 },
			});
			expect(more).toEqual([]);
			await expectSameFile(context.instance, sandbox, item);
			expect(sandbox.videos.size).toBe(1);
		});

		it('names the video when it fails after Create, and Wait Until Done and Download get it', async () => {
			const server = await context.startServer();
			server.respondTo(POST, { json: { id: 'video_1', object: 'video', status: 'queued' } });
			server.respondTo(
				STATUS,
				// Told at once, other than what may pass.
				{ status: 402, json: { error: { message: 'Not now.' } } },
				{ json: completedVideo('video_1') },
				{ json: completedVideo('video_1') },
			);
			server.respondTo(CONTENT, { body: MP4 });
			const message = errorMessageOf(await context.run(server, GENERATE));
			expect(message).toMatch(/'video_1'.* \| .*Wait Until Done.*Download/);
			expect(message).toContain(
				"Its ID is 'video_1'. To run Generate again would create, and cost,",
			);

			const credential = await context.credentialFor(server);
			const execution = await context.execute(
				chain([
					videosNode(
						credential,
						{ operation: 'waitUntilDone', videoId: 'video_1' },
						{ name: 'Wait' },
					),
					videosNode(credential, { operation: 'download' }),
				]),
			);
			const [{ binary }] = outputOf(execution);
			const stored = await (await context.instance.client.readFile(binary!.data)).arrayBuffer();
			expect(MP4.equals(Buffer.from(stored))).toBe(true);
			server.verify();
		});
	});
