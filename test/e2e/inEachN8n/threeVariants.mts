import { exampleFor } from '../support/exampleFor.mts';
import { expectSameFile } from '../support/expectSameFile.mts';
import { formChoices, submitChoice } from '../support/form.mts';
import type { TestContext } from '../support/useN8n.mts';
import { outputOf, outputItems } from '../support/workflow.mts';

/** The example in which a person chooses one of three videos. */
export const threeVariants = (context: TestContext) =>
	describe('the example three-variants', () => {
		/** Runs it up to its form and submits a choice; returns what the form offered, too. */
		async function pick(choice: string, change?: (text: string) => string) {
			const { sandbox, workflow } = await exampleFor(context, 'three-variants', change);
			const { client } = context.instance;
			const executionId = await client.start(workflow);
			const address = await client.waitForForm(executionId);
			const offered = await formChoices(address);
			await submitChoice(address, choice);
			return { sandbox, offered, execution: await client.waitFor(executionId) };
		}

		it('creates three videos once and continues with the file of the chosen one only', async () => {
			const { sandbox, offered, execution } = await pick('in the rain.mp4');
			expect(offered).toEqual(['in evening light.mp4', 'in the rain.mp4', 'seen from above.mp4']);
			const [picked, ...more] = outputOf(execution, 'The picked one');
			expect(more).toEqual([]);
			expect(picked.json).toMatchObject({
				prompt: 'A paper boat on a stream, in the rain',
				status: 'completed',
				fileName: 'in the rain.mp4',
			});
			// No two videos of the sandbox have the same bytes.
			await expectSameFile(context.instance, sandbox, picked);
			expect(sandbox.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
			expect(sandbox.videos.size).toBe(3);
		});

		it('offers the others when one fails, and reports why that one was not made', async () => {
			const { sandbox, offered, execution } = await pick('seen from above.mp4', (text) =>
				text.replace(
					'"value":"sora-2"',
					`"value":"={{ $json.variation === 'in the rain' ? 'sandbox-always-fails' : 'sora-2' }}"`,
				),
			);
			expect(offered).toEqual(['in evening light.mp4', 'seen from above.mp4', '(not made)']);
			const [picked, ...more] = outputOf(execution, 'The picked one');
			expect([picked.json.prompt, more]).toEqual(['A paper boat on a stream, seen from above', []]);
			await expectSameFile(context.instance, sandbox, picked);
			const [failed] = outputItems(execution, 'Not made');
			expect(failed.json.error).toMatch(/^The server could not make video /);
			expect(sandbox.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
		});
	});
