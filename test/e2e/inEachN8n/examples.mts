import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { exampleFor } from '../support/exampleFor.mts';
import { expectSameFile } from '../support/sameFile.mts';
import type { Here } from '../support/useWorld.mts';
import { expectSuccess, outputOf, rowsOf } from '../support/workflow.mts';

/** Those that have no test file of their own. */
export const examples = (here: Here) =>
	describe('of the shipped examples,', () => {
		it('generate leaves the MP4 of one node, and its video’s data', async () => {
			const { sandbox, workflow } = await exampleFor(here, 'generate');
			const [item] = outputOf(await here.execute(workflow), 'Generate video');
			expect(item.json).toMatchObject({ status: 'completed', mimeType: 'video/mp4' });
			await expectSameFile(here.world, sandbox, item);
			expect(sandbox.videos.size).toBe(1);
		});

		it('keep-the-file writes the MP4 to disk under the video’s own name', async () => {
			const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-kept-'));
			const { sandbox, workflow } = await exampleFor(here, 'keep-the-file', (text) =>
				text.replace('/home/node/.n8n-files', folder),
			);
			const execution = await here.execute(workflow);
			outputOf(execution, 'Save to disk');
			const [item] = outputOf(execution, 'Generate video');
			const length = await expectSameFile(here.world, sandbox, item);
			const written = await readFile(path.join(folder, `${String(item.json.id)}.mp4`));
			expect(written).toHaveLength(length);
			await rm(folder, { recursive: true });
		});

		it('notify-on-error tells a chat the reason and the ID of a video that failed', async () => {
			const chat = await here.startServer();
			chat.answer('POST /webhook', { json: {} });
			const { sandbox, workflow } = await exampleFor(here, 'notify-on-error', (text) =>
				text
					.replaceAll('sora-2', 'sandbox-always-fails')
					.replace('https://chat.example.com/webhook', `${chat.origin}/webhook`),
			);
			expectSuccess(await here.execute(workflow));
			chat.verify();
			const [id] = sandbox.videos.keys();
			const { text } = JSON.parse(chat.received[0].body.toString()) as { text: string };
			expect(text).toContain(`No video (ID ${id}): The server could not make video '${id}'`);
		});

		it('batch-from-list makes a video for each item, a few at a time; one that cannot be made stops no other', async () => {
			const { sandbox, workflow } = await exampleFor(here, 'batch-from-list', (text) =>
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
