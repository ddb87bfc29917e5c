import { contract, namedDialects } from '../../../sandbox/dialects/index.mts';
import { renderFile } from '../../../sandbox/files.mts';
import { completedVideo, MP4, PNG, SORA } from '../../support/fixtures.mts';
import type { ScriptedServer } from '../../support/scriptedServer.mts';
import { expectNoSecrets, SECRETS } from '../support/canary.mts';
import type { TestContext } from '../support/useN8n.mts';
import { branches, fileOf, outputItems, outputOf, videosNode } from '../support/workflow.mts';

const [API_KEY] = SECRETS;
const GENERATE = { operation: 'generate', model: SORA, seconds: 'custom' };
const IMAGE = { referenceImage: 'binary', referenceBinaryField: 'data' };

/** The lengths of the two videos, where the server does not make 8 and 4 seconds. */
const SECONDS: Record<string, [text: string, image: string]> = { grok2api: ['6', '6'] };

const families = [contract, ...namedDialects];

/** What each family is asked for: a video, and one that starts from an image. */
const videos = families.flatMap(({ name, takesImages }) => {
	const [textSeconds, imageSeconds] = SECONDS[name] ?? ['8', '4'];
	const image = { size: '720x1280', customSeconds: imageSeconds, ...IMAGE };
	return [
		{
			name,
			prompt: `${name} from text`,
			fields: { size: '1280x720', customSeconds: textSeconds },
			image: undefined,
		},
		...(takesImages ? [{ name, prompt: `${name} from an image`, fields: image, image: PNG }] : []),
	];
});

/** Each way in which servers want to be asked. */
export function apiStyles(context: TestContext): void {
	/** All videos in one execution, each in a branch of its own; one that fails does not end it. */
	const allVideos = context.early(async () => {
		const sandbox = await context.startSandbox({ renderSeconds: 0 });
		const credentials = new Map<string, { id: string; name: string }>();
		for (const { name, credential } of families) {
			const segment = name === contract.name ? '' : `/${name}`;
			const baseUrl = sandbox.baseUrl.replace('/v1', `${segment}/v1`);
			const data = { apiKey: API_KEY, baseUrl, ...credential };
			credentials.set(name, await context.instance.client.createCredential(name, data));
		}
		const nodes = videos.map(({ name, prompt, fields }) =>
			videosNode(
				credentials.get(name)!,
				{ ...GENERATE, prompt, ...fields },
				{ name: prompt, onError: 'continueRegularOutput' },
			),
		);
		const before = fileOf(PNG.toString('base64'), 'first.png', 'image/png');
		return { sandbox, execution: await context.execute(branches(before, nodes)) };
	});

	describe('Generate, with only API Style, base URL, key, model, prompt, size and length', () => {
		it.each(videos)('makes a video: $prompt', async ({ prompt, fields, image }) => {
			const { sandbox, execution } = await allVideos();
			const [{ json, binary }] = outputItems(execution, prompt);
			expect(json).toMatchObject({ object: 'video', status: 'completed', mimeType: 'video/mp4' });

			const [record, ...more] = [...sandbox.videos.values()].filter(
				(video) => video.prompt === prompt,
			);
			const { size, seconds, reference } = record;
			expect({ size, seconds }).toEqual({ size: fields.size, seconds: fields.customSeconds });
			expect(reference?.bytes.toString('base64')).toBe(image?.toString('base64'));
			expect(more).toEqual([]);

			const { body } = await renderFile(record, 'video', 0);
			const stored = await context.instance.client.readFile(binary!.data);
			const file = Buffer.from(await stored.arrayBuffer());
			expect(file.equals(Buffer.concat(await body.toArray()))).toBe(true);
		});
	});

	describe("Google Gemini's key", () => {
		const STATUS = 'GET /v1/videos/video_1';
		const FILE = 'GET /files/1?alt=media';

		it.each([
			[
				'the host of the base URL, and nowhere it redirects to',
				(origin: string) => `${origin}/files/1?alt=media`,
				[FILE],
			],
			['no other host', undefined, []],
		])('is sent for the file in x-goog-api-key to %s', async (_name, fileUrl, requests) => {
			const { server, elsewhere, otherUrl } = await context.startHosts();
			const url = fileUrl?.(server.origin) ?? otherUrl;
			server.respondTo(STATUS, { json: { ...completedVideo('video_1'), url } });
			server.respondTo(`${STATUS}/content`, { status: 404 });
			for (const request of requests) {
				server.respondTo(request, { status: 302, headers: { location: otherUrl } });
			}
			elsewhere.respondTo('GET /file?signature=abc', { body: MP4 });

			const download = { operation: 'download', videoId: 'video_1' };
			const credential = { apiStyle: 'gemini' };
			const execution = await context.run(server, download, { credential });
			expect(outputOf(execution)[0].json.mimeType).toBe('video/mp4');
			const bearer = `Bearer ${API_KEY}`;
			expect(keysIn(server)).toEqual([
				[STATUS, bearer, undefined],
				[`${STATUS}/content`, bearer, undefined],
				...requests.map((request) => [request, undefined, API_KEY]),
			]);
			elsewhere.verify();
			expectNoSecrets(elsewhere);
		});
	});
}

/** The requests that a server received, each with the two headers that may have the key. */
const keysIn = ({ received }: ScriptedServer) =>
	received.map(({ method, path, headers }) => [
		`${method} ${path}`,
		headers.authorization,
		headers['x-goog-api-key'],
	]);
