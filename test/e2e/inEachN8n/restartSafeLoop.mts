import type { IWorkflowBase } from 'n8n-workflow';

import { readExamples } from '../../../scripts/n8n/import.mts';
import { completedVideo, MP4 } from '../../support/fixtures.mts';
import { readForm, type ScriptedServer } from '../../support/scriptedServer.mts';
import type { Execution } from '../support/client.mts';
import type { TestContext } from '../support/useN8n.mts';
import { expectSuccess, withPrompts } from '../support/workflow.mts';

/** restart.test.mts shows that it survives a restart; its waits are short in these tests. */
export const restartSafeLoop = (context: TestContext) =>
	describe('the example restart-safe-loop', () => {
		/** Runs the loop with one item for each prompt; the ID of a video is its prompt. */
		async function run(
			server: ScriptedServer,
			prompts: string[],
			maxPolls = 50,
		): Promise<Execution> {
			server.alwaysRespondTo('POST /v1/videos', {
				respond: (response) => {
					const form = readForm(server.received.at(-1)!);
					void form.then((fields) => {
						response.writeHead(200, { 'content-type': 'application/json' });
						response.end(JSON.stringify(video(String(fields.get('prompt')), 'queued')));
					});
				},
			});
			const example = (await readExamples(await context.credentialFor(server))).get(
				'restart-safe-loop',
			)!;
			return await context.execute(withPrompts(quick(example, maxPolls), prompts));
		}

		it('handles each video by itself: done, done later or failed, and repeats a rejected poll', async () => {
			const { server } = await context.startHosts();
			const done = (id: string) => {
				server.alwaysRespondTo(`GET /v1/videos/${id}`, { json: completedVideo(id) });
				server.respondTo(`GET /v1/videos/${id}/content`, { body: MP4 });
			};
			done('soon');
			done('later');
			server.respondTo(
				'GET /v1/videos/later',
				{ status: 402, json: { error: { message: 'Not now.' } } },
				{ json: video('later', 'in_progress') },
			);
			const error = { message: 'Out of luck.' };
			server.alwaysRespondTo('GET /v1/videos/failing', {
				json: { ...video('failing', 'failed'), error },
			});

			const execution = await run(server, ['soon', 'later', 'failing']);
			expectSuccess(execution);
			expect(idsPerRun(execution, 'Wait')).toEqual([
				['soon', 'later', 'failing'],
				['later'],
				['later'],
			]);
			expect(idsPerRun(execution, 'Download video')).toEqual([['soon'], ['later']]);
			expect(idsPerRun(execution, 'Video failed')).toEqual([['failing']]);
			const [failed] = execution.data.resultData.runData['Video failed'][0].data!.main[0]!;
			expect(String(failed.json.error)).toContain('Out of luck.');
			server.verify();
		});

		it('gives up on a video that is never done, and reports it as failed', async () => {
			const { server } = await context.startHosts();
			server.alwaysRespondTo('GET /v1/videos/endless', { json: video('endless', 'in_progress') });
			const execution = await run(server, ['endless'], 2);
			expectSuccess(execution);
			expect(idsPerRun(execution, 'Wait')).toEqual([['endless'], ['endless']]);
			const [{ json }] = execution.data.resultData.runData['Video failed'][0].data!.main[0]!;
			expect(json.id).toBe('endless');
			expect(String(json.error)).toContain("Video 'endless' is not finished yet");
		});
	});

const video = (id: string, status: string) => ({ id, object: 'video', status, error: null });

/** The loop with waits of a second and another number of polls. */
function quick(example: IWorkflowBase, maxPolls: number): IWorkflowBase {
	const text = JSON.stringify(example)
		.replace('"amount":70', '"amount":1')
		.replace('"rightValue":49', `"rightValue":${maxPolls - 1}`);
	return JSON.parse(text) as IWorkflowBase;
}

/** The IDs that each run of a node returned at its first output. */
const idsPerRun = ({ data }: Execution, node: string): unknown[] =>
	data.resultData.runData[node]
		.map((run) => run.data!.main[0]!.map(({ json }) => json.id))
		.filter((ids) => ids.length > 0);
