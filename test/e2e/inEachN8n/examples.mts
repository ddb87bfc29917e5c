import type { IWorkflowBase } from 'n8n-workflow';

import { readExamples } from '../../../scripts/n8n/import.mts';
import { expectSameFile } from '../support/sameFile.mts';
import type { Here } from '../support/useWorld.mts';
import { expectSuccess, outputOf, rowsOf } from '../support/workflow.mts';

/** Those that have no test file of their own. */
export const examples = (here: Here) =>
	describe('of the shipped examples,', () => {
		const exampleFor = async (name: string, change = (text: string) => text) => {
			const sandbox = await here.startSandbox();
			const example = (await readExamples(await here.credentialFor(sandbox))).get(name)!;
			return { sandbox, workflow: JSON.parse(change(JSON.stringify(example))) as IWorkflowBase };
		};

		it('generate leaves the MP4 of one node, and its video’s data', async () => {
			const { sandbox, workflow } = await exampleFor('generate');
			const [item] = outputOf(await here.execute(workflow), 'Generate video');
			expect(item.json).toMatchObject({ status: 'completed', mimeType: 'video/mp4' });
			await expectSameFile(here.world, sandbox, item);
			expect(sandbox.videos.size).toBe(1);
		});

		it('batch-from-list makes a video for each item, a few at a time; one that cannot be made stops no other', async () => {
			const { sandbox, workflow } = await exampleFor('batch-from-list', (text) =>
				text
					.replace('A lighthouse in a storm, seen from the sea', ' ')
					.replace('"batchInterval":5000', '"batchInterval":500'),
			);
			const execution = await here.execute(workflow);
			expectSuccess(execution);
			const items = rowsOf(execution, 'Download video');
			expect(items.map(({ json }) => json.prompt)).toEqual([
				'A paper boat on a stream, evening light',
				'A market in the morning, slow walk between the stalls',
			]);
			for (const item of items) await expectSameFile(here.world, sandbox, item);
			const [failed, ...more] = rowsOf(execution, 'Not made');
			expect([failed.json.error, more]).toEqual(["'Prompt' is empty", []]);
		});
	});
