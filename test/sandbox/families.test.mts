import { contract, namedDialects } from '../../sandbox/dialects/index.mts';
import { inspectMedia } from '../../sandbox/inspectMedia.mts';
import { startSandbox } from '../../sandbox/server.mts';
import { SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode({ operation: 'generate', model: SORA, prompt: 'a cat' });

// A new family in the sandbox is tested here without any changes.
describe.each([contract, ...namedDialects])('Generate on $name ($summary)', ({ name }) => {
	const segment = name === contract.name ? '' : `/${name}`;

	it('returns the video, or rejects an unsupported body format before any cost', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0 });
		const credentials = {
			apiKey: sandbox.apiKey,
			baseUrl: sandbox.baseUrl.replace('/v1', `${segment}/v1`),
		};
		const files: Buffer[] = [];
		for (const bodyFormat of ['multipart', 'json']) {
			const before = sandbox.videos.size;
			const run = await node.run({ options: { bodyFormat } }, { credentials });
			if (run.error) {
				expect(run.error.description).toContain("'Body Format'");
				expect(sandbox.videos.size).toBe(before);
			} else {
				expect(run.items[0].json).toMatchObject({ object: 'video', status: 'completed' });
				expect(sandbox.videos.size).toBe(before + 1);
				files.push(await node.fileOf(run));
			}
		}
		await sandbox.close();
		expect(files.length).toBeGreaterThan(0);
		for (const file of files) expect((await inspectMedia(file)).track.Format).toBe('AVC');
	});
});
