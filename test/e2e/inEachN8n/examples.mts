import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { exampleFor } from '../support/exampleFor.mts';
import { expectSameFile } from '../support/expectSameFile.mts';
import type { TestContext } from '../support/useN8n.mts';
import { expectSuccess, outputOf, outputItems } from '../support/workflow.mts';

/** Examples without a test file of their own. */
export const examples = (context: TestContext) =>
	describe('the example', () => {
		it('generate stores the MP4 and returns the data of the video from one node', async () => {
			const { sandbox, workflow } = await exampleFor(context, 'generate');
			const [item] = outputOf(await context.execute(workflow), 'Generate video');
			expect(item.json).toMatchObject({ status: 'completed', mimeType: 'video/mp4' });
			await expectSameFile(context.instance, sandbox, item);
			expect(sandbox.videos.size).toBe(1);
		});

		it('keep-the-file writes the MP4 to disk under the ID of the video', async () => {
			const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-kept-'));
			const { sandbox, workflow } = await exampleFor(context, 'keep-the-file', (text) =>
				text.replace('/home/node/.n8n-files', folder),
			);
			const execution = await context.execute(workflow);
			outputOf(execution, 'Save to disk');
			const [item] = outputOf(execution, 'Generate video');
			const length = await expectSameFile(context.instance, sandbox, item);
			const written = await readFile(path.join(folder, `${String(item.json.id)}.mp4`));
			expect(written).toHaveLength(length);
			await rm(folder, { recursive: true });
		});

		it('notify-on-error sends the reason and the ID of a failed video to a chat', async () => {
			const chat = await context.startServer();
			chat.respondTo('POST /webhook', { json: {} });
			const { sandbox, workflow } = await exampleFor(context, 'notify-on-error', (text) =>
				text
					.replaceAll('sora-2', 'sandbox-always-fails')
					.replace('https://chat.example.com/webhook', `${chat.origin}/webhook`),
			);
			expectSuccess(await context.execute(workflow));
			chat.verify();
			const [id] = sandbox.videos.keys();
			const { text } = JSON.parse(chat.received[0].body.toString()) as { text: string };
			expect(text).toContain(`No video (ID ${id}): The server could not make video '${id}'`);
		});

		it('batch-from-list makes a video for each item, and one that fails does not stop the others', async () => {
			const { sandbox, workflow } = await exampleFor(context, 'batch-from-list', (text) =>
				text.replace('A lighthouse in a storm, seen from the sea', ' '),
			);
			const execution = await context.execute(workflow);
			expectSuccess(execution);
			const items = outputItems(execution, 'Generate video');
			expect(items.map(({ json }) => json.prompt)).toEqual([
				'A paper boat on a stream, evening light',
				'A market in the morning, slow walk between the stalls',
			]);
			for (const item of items) await expectSameFile(context.instance, sandbox, item);
			const [failed, ...more] = outputItems(execution, 'Not made');
			expect([failed.json.error, more]).toEqual(["'Prompt' is empty", []]);
		});
	});
