import type { IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import { N8N_VERSIONS, type N8nVersion } from '../../scripts/n8n/install.mts';
import { waitUntil } from '../support/waitUntil.mts';
import {
	expectFile,
	expectDownloadById,
	publishTracked,
	retryExecution,
	savedVideoId,
	executionStatus,
	stopExecution,
} from './support/executions.mts';
import { expectSameFile } from './support/expectSameFile.mts';
import { submitChoice } from './support/form.mts';
import { startN8nInstance, type N8nInstance } from './support/n8nInstance.mts';
import { createsAt, videoIdsOf } from './support/sandboxRequests.mts';
import { ONLY_USED_NODES } from './support/usedNodes.mts';
import { outputOf, withPrompt } from './support/workflow.mts';

type Start = 'webhook' | 'manual' | 'webhookByDefault' | 'manualByDefault';

interface Stage {
	instance: N8nInstance;
	sandbox: Sandbox;
	credential: { id: string; name: string };
	example: IWorkflowBase;
	/** Executions of the example that wait when n8n is killed, by how they were started. */
	killed: Record<Start, string>;
	/** Executions of the loop, which continue by themselves, and their own server. */
	loops: string[];
	loopSandbox: Sandbox;
	/** An execution that waits for a person, and its own server. */
	picking: string;
	pickSandbox: Sandbox;
}

/** n8n, killed and started again while six videos are rendered. */
async function setStage(version: N8nVersion): Promise<Stage> {
	// A graceful shutdown waits this long for executions, which is shorter than a render here.
	const instance = await startN8nInstance({
		version,
		env: { ...ONLY_USED_NODES, N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '1' },
	});
	const { client } = instance;
	const connect = async ({ apiKey, baseUrl }: Sandbox) =>
		await client.createCredential('Sandbox', { apiKey, baseUrl });
	const sandbox = await startSandbox({ renderSeconds: 6 });
	const credential = await connect(sandbox);
	const example = (await readExamples(credential)).get('text-to-video')!;
	const loopSandbox = await startSandbox({ renderSeconds: 6 });
	const loop = (await readExamples(await connect(loopSandbox))).get('restart-safe-loop')!;
	const trigger = async (name: string, workflow: IWorkflowBase) =>
		await (await publishTracked(instance, name, workflow)).start({});

	const pickSandbox = await startSandbox({ renderSeconds: 0.5 });
	const variants = (await readExamples(await connect(pickSandbox))).get('three-variants')!;
	const picking = await client.start(variants);
	await client.waitForForm(picking);
	const loops = [await client.start(loop), await trigger('loop', loop)];
	const byDefault = withoutProgress(example);
	const killed = {
		webhook: await trigger('one', withPrompt(example, 'webhook')),
		manual: await client.start(withPrompt(example, 'manual')),
		webhookByDefault: await trigger('two', withPrompt(byDefault, 'webhookByDefault')),
		manualByDefault: await client.start(withPrompt(byDefault, 'manualByDefault')),
	};
	for (const id of loops) {
		await waitUntil(
			'the loop to wait',
			async () => (await executionStatus(instance, id)) === 'waiting',
		);
	}
	for (const prompt of Object.keys(killed)) {
		await waitUntil(`a poll of the video of ${prompt}`, () => wasPolled(sandbox, prompt));
	}
	await instance.n8n.kill();
	await instance.restart();
	const waiting = { loops, loopSandbox, picking, pickSandbox };
	return { instance, sandbox, credential, example, killed, ...waiting };
}

/** A workflow with the default settings. */
const withoutProgress = (workflow: IWorkflowBase): IWorkflowBase => ({
	...workflow,
	settings: { executionOrder: 'v1' },
});

const wasPolled = (sandbox: Sandbox, prompt: string): boolean =>
	sandbox.requests.some(
		({ method, path }) =>
			method === 'GET' && videoIdsOf(sandbox, prompt).some((id) => path.endsWith(id)),
	);

const stages = new Map<N8nVersion, Stage>();

// Both versions at once, so that their loops wait at the same time.
beforeAll(async () => {
	for (const version of N8N_VERSIONS) stages.set(version, await setStage(version));
});

afterAll(async () => {
	for (const { instance, sandbox, loopSandbox, pickSandbox } of stages.values()) {
		await instance.end();
		await sandbox.close();
		await loopSandbox.close();
		await pickSandbox.close();
	}
});

describe.each(N8N_VERSIONS)(
	'n8n %s after it is killed during a wait and started again',
	(version) => {
		const isTwo = version.startsWith('2.');
		const stage = () => stages.get(version)!;

		it.each(['webhook', 'manual'] as const)(
			'has the video ID in the saved execution, and Retry downloads the file without a second Create (started by: %s)',
			async (start) => {
				const { instance, sandbox, killed } = stage();
				const execution = await instance.client.waitFor(killed[start]);
				const [id] = videoIdsOf(sandbox, start);
				expect([execution.status, savedVideoId(execution)]).toEqual(['crashed', id]);
				const creates = createsAt(sandbox).length;
				await expectFile(instance, sandbox, await retryExecution(instance, execution.id), id);
				expect(createsAt(sandbox).length).toBe(creates);
			},
		);

		it.each(['webhookByDefault', 'manualByDefault'] as const)(
			'has no video ID in the saved execution without "Save execution progress" (%s)',
			async (start) => {
				const { instance, sandbox, killed } = stage();
				const { status, text } = await instance.client.waitFor(killed[start]);
				expect(status).toBe('crashed');
				expect(text).not.toContain(videoIdsOf(sandbox, start)[0]);
			},
		);

		it(`sends Create again on Retry without "Save execution progress", ${isTwo ? 'and a server that honours the Idempotency-Key returns the same video' : 'and creates a second video: n8n 1.x does not mark a retried execution'}`, async () => {
			const { instance, sandbox, killed } = stage();
			const start = 'webhookByDefault';
			const creates = createsAt(sandbox).length;
			const retried = await retryExecution(instance, killed[start]);
			expect(createsAt(sandbox).length).toBe(creates + 1);
			const ids = videoIdsOf(sandbox, start);
			expect(ids).toHaveLength(isTwo ? 1 : 2);
			await expectFile(instance, sandbox, retried, ids.at(-1)!);
		});

		it('cannot retry a manual execution, and the ID from the list of the server downloads its video', async () => {
			const { instance, sandbox, credential, killed } = stage();
			await expect(retryExecution(instance, killed.manualByDefault)).rejects.toThrow(
				'cannot be retried',
			);
			await expectDownloadById(
				instance,
				sandbox,
				credential,
				videoIdsOf(sandbox, 'manualByDefault')[0],
			);
		});

		it('has the video ID after a graceful shutdown too, and Retry downloads the file', async () => {
			const { instance, sandbox, example } = stage();
			const executionId = await instance.client.start(withPrompt(example, 'orderly'));
			await waitUntil('a poll of the video', () => wasPolled(sandbox, 'orderly'));
			await instance.n8n.stop();
			await instance.restart();
			const execution = await instance.client.waitFor(executionId);
			const [id, ...more] = videoIdsOf(sandbox, 'orderly');
			expect([execution.status, savedVideoId(execution), more]).toEqual(['crashed', id, []]);
			await expectFile(instance, sandbox, await retryExecution(instance, executionId), id);
		});

		async function stopInWait(workflow: IWorkflowBase, prompt: string) {
			const { instance, sandbox } = stage();
			const executionId = await instance.client.start(withPrompt(workflow, prompt));
			await waitUntil('a poll of the video', () => wasPolled(sandbox, prompt));
			await stopExecution(instance, executionId);
			const execution = await instance.client.waitFor(executionId);
			expect(execution.status).toBe('canceled');
			return { execution, id: videoIdsOf(sandbox, prompt)[0] };
		}

		it('keeps the video ID of a stopped execution, and Wait Until Done and Download get the video by it', async () => {
			const { instance, sandbox, credential, example } = stage();
			const { execution, id } = await stopInWait(example, 'stopped');
			expect(savedVideoId(execution)).toBe(id);
			await expectDownloadById(instance, sandbox, credential, id);
		});

		it('logs the video ID of a stopped execution without "Save execution progress"', async () => {
			const { instance, example } = stage();
			const { execution, id } = await stopInWait(withoutProgress(example), 'stoppedByDefault');
			// What n8n saves then depends on which of two writes comes last; see docs/n8n-versions.md.
			expect(instance.n8n.log()).toContain(`Created video '${id}' in execution ${execution.id}`);
		});
	},
);

describe.each(N8N_VERSIONS)(
	'three-variants in n8n %s after n8n is killed during the form',
	(version) => {
		it('still waits for the choice, and returns the chosen file without another Create', async () => {
			const { instance, pickSandbox, picking } = stages.get(version)!;
			await submitChoice(await instance.client.waitForForm(picking), 'seen from above.mp4');
			const [picked] = outputOf(await instance.client.waitFor(picking), 'The picked one');
			expect(picked.json.prompt).toBe('A paper boat on a stream, seen from above');
			await expectSameFile(instance, pickSandbox, picked);
			expect(createsAt(pickSandbox).length).toBe(3);
		});
	},
);

// Last, because the loops have then waited for most of their time.
describe.each(N8N_VERSIONS)(
	'restart-safe-loop in n8n %s after n8n is killed during a wait',
	(version) => {
		it('continues by itself and downloads the file, with one Create for each video', async () => {
			const { instance, loopSandbox, loops } = stages.get(version)!;
			for (const executionId of loops) {
				const execution = await instance.client.waitFor(executionId);
				await expectFile(instance, loopSandbox, execution, savedVideoId(execution)!);
			}
			expect(createsAt(loopSandbox).length).toBe(loops.length);
			expect(loopSandbox.videos.size).toBe(loops.length);
		});
	},
);
