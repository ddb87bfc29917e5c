import { SORA } from '../../support/videos.mts';
import { expectSameFile } from '../support/sameFile.mts';
import type { Here } from '../support/useWorld.mts';
import { chain, itemsOf, outputOf, videosNode } from '../support/workflow.mts';

/** Each operation, with nothing filled in but what has no default. */
export const operations = (here: Here) =>
	describe('Create, Get Status, Wait Until Done and Download', () => {
		it('run one behind the other, with nothing filled in but model and prompt', async () => {
			const sandbox = await here.startSandbox();
			const credential = await here.credentialFor(sandbox);
			const execution = await here.execute(
				chain([
					videosNode(credential, { model: SORA, prompt: 'a cat' }, { name: 'Create' }),
					videosNode(credential, { operation: 'getStatus' }, { name: 'Look' }),
					videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait' }),
					videosNode(credential, { operation: 'download' }, { name: 'Download' }),
				]),
			);
			const [id] = sandbox.videos.keys();
			const video = { id, object: 'video', model: 'sora-2', size: '720x1280', seconds: '4' };
			const made = { ...video, status: 'completed', progress: 100 };
			expect(outputOf(execution, 'Create')).toMatchObject([
				{ json: { ...video, status: 'pending' }, pairedItem: { item: 0 } },
			]);
			expect(outputOf(execution, 'Look')).toMatchObject([
				{ json: { ...video, status: expect.stringMatching(/^(pending|in_progress)$/) } },
			]);
			expect(outputOf(execution, 'Wait')).toMatchObject([{ json: made }]);
			const [file] = outputOf(execution, 'Download');
			expect(file.json).toMatchObject({ ...made, fileName: `${id}.mp4`, mimeType: 'video/mp4' });
			await expectSameFile(here.world, sandbox, file);
		});

		it('work on five items side by side, and each gets its own video', async () => {
			const sandbox = await here.startSandbox({ renderSeconds: 3 });
			const credential = await here.credentialFor(sandbox);
			const prompts = ['one', 'two', 'three', 'four', 'five'];
			const prompt = '={{ $json.prompt }}';
			const execution = await here.execute(
				chain([
					...itemsOf(prompts),
					videosNode(credential, { model: SORA, prompt }, { name: 'Create' }),
					videosNode(credential, { operation: 'waitUntilDone' }, { name: 'Wait' }),
					videosNode(credential, { operation: 'download' }, { name: 'Download' }),
				]),
			);
			const files = outputOf(execution, 'Download');
			expect(files.map(({ json }) => json.prompt)).toEqual(prompts);
			const pairs = prompts.map((_prompt, item) => ({ item }));
			expect(files.map(({ pairedItem }) => pairedItem)).toEqual(pairs);
			for (const file of files) await expectSameFile(here.world, sandbox, file);

			// All five were waited for before the first of them was done.
			const firstDone = Math.min(...files.map(({ json }) => Number(json.completed_at))) * 1000;
			const firstLooks = files.map(
				({ json }) =>
					sandbox.requests.find(
						({ method, path }) => method === 'GET' && path.endsWith(String(json.id)),
					)!.at,
			);
			expect(Math.max(...firstLooks)).toBeLessThan(firstDone);
		});
	});
