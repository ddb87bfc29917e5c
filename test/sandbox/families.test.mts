import type { INodeParameters } from 'n8n-workflow';

import { contract, namedDialects } from '../../sandbox/dialects/index.mts';
import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import type { VideoRecord } from '../../sandbox/videos.mts';
import { SORA, itemWithFile } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';
import { png } from './helpers.mts';

const node = testNode({ operation: 'generate', model: SORA, prompt: 'a cat', seconds: 'custom' });

const IMAGE = png(720, 1280);

/** The lengths of the two videos, where the server does not make 8 and 4 seconds. */
const SECONDS: Record<string, [text: string, image: string]> = { grok2api: ['10', '12'] };

// A new family in the sandbox is tested here without any changes.
describe.each([contract, ...namedDialects])('Generate on $name ($summary)', (dialect) => {
	const { name, credential, takesImages } = dialect;
	const [textSeconds, imageSeconds] = SECONDS[name] ?? ['8', '4'];
	let sandbox: Sandbox;

	beforeEach(async () => {
		sandbox = await startSandbox({ renderSeconds: 0 });
	});
	afterEach(async () => await sandbox.close());

	/** Runs with no setting but what the family's users have in their credential. */
	const generate = async (parameters: INodeParameters) => {
		const segment = name === contract.name ? '' : `/${name}`;
		const baseUrl = sandbox.baseUrl.replace('/v1', `${segment}/v1`);
		const credentials = { apiKey: sandbox.apiKey, baseUrl, ...credential };
		return await node.run(parameters, { credentials, items: [itemWithFile(IMAGE)] });
	};
	const generateFromImage = async () =>
		await generate({
			size: '720x1280',
			customSeconds: imageSeconds,
			referenceImage: 'binary',
			referenceBinaryField: 'data',
		});
	const onlyVideo = (): VideoRecord => {
		expect(sandbox.videos.size).toBe(1);
		return [...sandbox.videos.values()][0];
	};

	it('makes a video of the size and length that were asked for', async () => {
		const run = await generate({ size: '1280x720', customSeconds: textSeconds });
		expect(run.error).toBeUndefined();
		expect(run.items[0].json).toMatchObject({ object: 'video', status: 'completed' });
		expect((await inspectMedia(await node.fileOf(run))).track).toMatchObject({
			Format: 'AVC',
			Width: 1280,
			Height: 720,
		});
		const { size, seconds, reference } = onlyVideo();
		expect({ size, seconds, reference }).toEqual({
			size: '1280x720',
			seconds: textSeconds,
			reference: undefined,
		});
	});

	if (takesImages) {
		it('makes a video that starts from the image', async () => {
			const run = await generateFromImage();
			expect(run.error).toBeUndefined();
			const { size, seconds, reference } = onlyVideo();
			expect({ size, seconds }).toEqual({ size: '720x1280', seconds: imageSeconds });
			expect(reference?.type).toBe('image/png');
			expect(reference?.bytes.equals(IMAGE)).toBe(true);
		});
	} else if (credential.apiStyle) {
		it('makes no video from an image, which the server does not take', async () => {
			const run = await generateFromImage();
			expect(run.error?.message).toContain('image');
			expect(sandbox.videos.size).toBe(0);
		});
	} else {
		it('makes a video without the image, which the server ignores without a word', async () => {
			const run = await generateFromImage();
			expect(run.error).toBeUndefined();
			expect(onlyVideo()).not.toHaveProperty('reference');
		});
	}
});
