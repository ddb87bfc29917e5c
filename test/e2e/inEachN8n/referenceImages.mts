import type { INodeParameters } from 'n8n-workflow';

import { readExamples } from '../../../scripts/n8n/import.mts';
import { completedVideo, PNG, SORA } from '../../support/fixtures.mts';
import { readForm } from '../../support/scriptedServer.mts';
import { expectNoSecrets } from '../support/canary.mts';
import type { TestContext } from '../support/useN8n.mts';
import { chain, errorMessageOf, fileOf, outputOf, videosNode } from '../support/workflow.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat', referenceImage: 'binary' };

/** Create with a reference image. */
export const referenceImages = (context: TestContext) =>
	describe('a reference image', () => {
		it.each([
			['a form', 'multipart', ''],
			['JSON', 'json', 'cliproxyapi/'],
		])(
			'arrives byte for byte in %s, with the media type of its bytes',
			async (_name, bodyFormat, server) => {
				const { baseUrl, videos } = await context.startSandbox();
				const image = await readExampleImage();
				const execution = await context.run(
					{ baseUrl: baseUrl.replace('/v1', `/${server}v1`) },
					{ ...CREATE, size: '1280x720', options: { bodyFormat } },
					{ before: fileOf(image, 'first.png', 'application/octet-stream') },
				);
				const [{ json }] = outputOf(execution);
				const { reference } = videos.get(String(json.id))!;
				expect(reference?.type).toBe('image/png');
				expect(reference?.bytes.equals(Buffer.from(image, 'base64'))).toBe(true);
			},
		);

		/** Creates a video from the image of the example, 1280x720, on a server that accepts any size. */
		async function createFromExample(parameters: INodeParameters) {
			const server = await context.startServer();
			server.alwaysRespondTo('POST /v1/videos', { json: { id: 'video_1', status: 'queued' } });
			const before = fileOf(await readExampleImage(), 'first.png', 'image/png');
			const execution = await context.run(server, { ...CREATE, ...parameters }, { before });
			const sent = server.received.map(async (request) => (await readForm(request)).get('size'));
			return { execution, sizes: await Promise.all(sent) };
		}

		it('of another size than the video is reported before anything is sent if the user chooses so', async () => {
			const options = { onImageMismatch: 'throw' };
			const { execution, sizes } = await createFromExample({ size: '720x1280', options });
			expect(errorMessageOf(execution)).toMatch(
				/^The reference image is 1280x720, but the video is to be 720x1280.*Edit Image.*Nothing was sent\./s,
			);
			expect(sizes).toEqual([]);
		});

		it('of another size than the video is sent by default', async () => {
			const { execution, sizes } = await createFromExample({ size: '720x1280' });
			outputOf(execution);
			expect(sizes).toEqual(['720x1280']);
		});

		it('sets the size of the video on request', async () => {
			const { execution, sizes } = await createFromExample({ size: 'matchImage' });
			outputOf(execution);
			expect(sizes).toEqual(['1280x720']);
		});

		it('from a URL is downloaded without API key and custom header, and sent in the form', async () => {
			const { server, elsewhere, otherUrl } = await context.startHosts();
			const image = Buffer.from(await readExampleImage(), 'base64');
			elsewhere.respondTo('GET /file?signature=abc', { body: image });
			server.respondTo('POST /v1/videos', { json: { id: 'video_1', status: 'queued' } });
			const fields = { referenceImage: 'url', referenceUrl: otherUrl, size: 'matchImage' };
			outputOf(await context.run(server, { ...CREATE, ...fields }));
			const form = await readForm(server.received[0]);
			const file = form.get('input_reference') as File;
			expect([file.name, file.type, form.get('size')]).toEqual([
				...['file.png', 'image/png', '1280x720'],
			]);
			expect(image.equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
			elsewhere.verify();
			expectNoSecrets(elsewhere);
		});

		/** Create after a Download that returns an image, in a workflow with these settings. */
		async function createFromDownload(settings: object, referenceBinaryField: string) {
			const server = await context.startServer();
			const video = completedVideo('video_1');
			server.alwaysRespondTo('GET /v1/videos/video_1', { json: video });
			server.alwaysRespondTo('GET /v1/videos/video_1/content', { body: PNG });
			server.alwaysRespondTo('POST /v1/videos', { json: { ...video, status: 'queued' } });
			const credential = await context.credentialFor(server);
			const workflow = chain([
				videosNode(credential, { operation: 'download', videoId: 'video_1' }, { name: 'Download' }),
				videosNode(credential, { ...CREATE, referenceBinaryField }),
			]);
			Object.assign(workflow.settings!, settings);
			return {
				execution: await context.execute(workflow),
				sent: server.received.filter(({ method }) => method === 'POST').map(({ body }) => body),
			};
		}

		it('is taken from a previous Download by default', async () => {
			const { execution, sent } = await createFromDownload({}, 'data');
			outputOf(execution);
			expect(sent.map((body) => body.includes(PNG))).toEqual([true]);
		});

		if (context.version !== '1.123.81') {
			describe('in a workflow with binary mode "combined"', () => {
				const combined = { binaryMode: 'combined' };

				it.each(['_files.data', '={{ $json._files.data }}'])('is read from %s', async (field) => {
					const { execution, sent } = await createFromDownload(combined, field);
					outputOf(execution);
					expect(sent.map((body) => body.includes(PNG))).toEqual([true]);
				});

				it('is not found in the default field, the error quotes n8n, and nothing is sent', async () => {
					const { execution, sent } = await createFromDownload(combined, 'data');
					expect(errorMessageOf(execution)).toMatch(
						/^There is no file in binary field 'data' \| .*Nothing was sent\. \(The path 'data' does not resolve to a binary data object .*\)/,
					);
					expect(sent).toEqual([]);
				});
			});
		}
	});

/** The image of the example, 1280x720, in base64. */
async function readExampleImage(): Promise<string> {
	const examples = await readExamples({ id: '', name: '' });
	return /"(iVBOR[^"]+)"/.exec(JSON.stringify(examples.get('image-to-video')))![1];
}
