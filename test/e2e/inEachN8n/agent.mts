import { chatResponse, downloadsOf, useAgent } from '../support/useAgent.mts';
import type { TestContext } from '../support/useN8n.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

const modelById = (value: string) => ({ model: { __rl: true, mode: 'id', value } });

export const agent = (context: TestContext) =>
	describe('the AI agent example', () => {
		const { chat, videos, creates, tools, toolResults, expectFiles } = useAgent(context);

		it('makes one video from a message, stores its file and responds with its ID', async () => {
			const execution = await chat('A video of a kitten');
			expect(videos()).toMatchObject([
				{ prompt: 'A video of a kitten', size: '1280x720', seconds: '4', model: 'sora-2' },
			]);
			await expectFiles(execution);
			expect(chatResponse(execution)).toContain(`'${videos()[0].id}' is completed`);
		});

		it('describes to the model what each tool does and which fields to fill in', async () => {
			await chat('Hello');
			expect([...tools().keys()].sort()).toEqual(['Create_video', 'Wait_until_done']);
			expect(tools().get('Create_video')).toMatchObject({
				description: expect.stringMatching(/returns its ID at once.*Each call costs money/),
				parameters: {
					properties: {
						Prompt: {
							type: 'string',
							description: expect.stringContaining('What the video shows'),
						},
						Custom_Size: { type: 'string', description: expect.stringContaining('1280x720') },
					},
					required: ['Prompt', 'Custom_Size'],
				},
			});
			expect(tools().get('Wait_until_done')).toMatchObject({
				description: expect.stringMatching(/takes minutes.*Costs nothing/),
				parameters: {
					properties: {
						Video_ID: { type: 'string', description: expect.stringContaining('Create_video') },
					},
					required: ['Video_ID'],
				},
			});
		});

		it('makes two videos, each with its file, when the message asks for two', async () => {
			const execution = await chat('A video of a cat\nA video of a dog');
			const prompts = videos().map(({ prompt }) => prompt);
			expect(prompts.sort()).toEqual(['A video of a cat', 'A video of a dog']);
			await expectFiles(execution);
			for (const { id } of videos())
				expect(chatResponse(execution)).toContain(`'${id}' is completed`);
		});

		it('makes two videos of the same prompt when the model asks for it twice', async () => {
			await expectFiles(await chat('A video of a cat\nA video of a cat'));
			expect(videos()).toHaveLength(2);
		});

		it('only responds when the message asks for no video', async () => {
			const execution = await chat('Hello');
			expect(chatResponse(execution)).toBe('Tell me what the video shall show.');
			expect(videos()).toEqual([]);
			expect(downloadsOf(execution)).toEqual([]);
		});

		it('sends a Create with an uncertain outcome once despite Retry On Fail, and names the video', async () => {
			const execution = await chat('A video of a kitten', {
				fault: '/accept-then-drop',
				change: { 'Create video': RETRY },
			});
			expect([creates(), videos().length]).toEqual([1, 1]);
			expect(chatResponse(execution)).toMatch(/may exist and be billed/);
			expect(chatResponse(execution)).toContain(`it may be '${videos()[0].id}'`);
		});

		it('sends a rejected Create again with Retry On Fail, which costs nothing', async () => {
			const parameters = modelById('unheard-of');
			await chat('A video of a kitten', { change: { 'Create video': { ...RETRY, parameters } } });
			expect([creates(), videos()]).toEqual([3, []]);
		});

		it('reports to the model why the server rejected a video and what to do, and continues', async () => {
			const parameters = modelById('unheard-of');
			const execution = await chat('A video of a kitten', {
				change: { 'Create video': { parameters } },
			});
			expect(toolResults('Create_video')).toMatchObject([
				{
					error: expect.stringMatching(/^The server does not offer this model/),
					next_step: expect.stringMatching(/^Pick one from the list/),
				},
			]);
			expect(chatResponse(execution)).toMatch(/^No video: The server does not offer this model/);
			expect([creates(), videos()]).toEqual([1, []]);
		});

		it('reports to the model why a video failed, with its ID, and downloads nothing', async () => {
			const parameters = modelById('sandbox-always-fails');
			const execution = await chat('A video of a kitten', {
				change: { 'Create video': { parameters } },
			});
			const [{ id }] = videos();
			expect(toolResults('Wait_until_done')).toMatchObject([
				{ id, status: 'failed', error: expect.stringContaining(id) },
			]);
			expect(chatResponse(execution)).toContain(`No video from '${id}'`);
			expect(downloadsOf(execution)).toEqual([]);
			expect(creates()).toBe(1);
		});

		it('reports the file of a Download tool to the model, while the file stays in n8n', async () => {
			// With n8n's default tool description, in place of the wait.
			const parameters = { descriptionType: 'auto', operation: 'download' };
			const execution = await chat('A video of a kitten', {
				renderSeconds: 0,
				change: { 'Wait until done': { parameters } },
			});
			const [{ id }] = videos();
			expect(tools().get('Wait_until_done')?.description).toBe('Download video in OpenAI Videos');
			expect(toolResults('Wait_until_done')).toMatchObject([
				{
					id,
					status: 'completed',
					fileName: `${id}.mp4`,
					mimeType: 'video/mp4',
					next_step: expect.stringContaining(`'${id}.mp4' is in the output of this tool`),
				},
			]);
			await expectFiles(execution);
		});
	});
