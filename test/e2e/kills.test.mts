import { setTimeout as sleep } from 'node:timers/promises';

import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import { N8N_VERSIONS } from '../../scripts/n8n/install.mts';
import { KILL_DELAYS_MS } from './environment.mts';
import {
	expectFile,
	expectDownloadById,
	publishTracked,
	type TrackedWorkflow,
	retryExecution,
	savedVideoId,
} from './support/executions.mts';
import { type Gate, MOMENTS, startGate } from './support/gate.mts';
import { videoIdsOf } from './support/sandboxRequests.mts';
import { useN8n } from './support/useN8n.mts';
import { withPrompt } from './support/workflow.mts';

const FINISHED = 'had finished before';
const BY_SAVED_ID = 'Retry, with the saved ID';

interface Started {
	prompt: string;
	executionId: string;
}

describe.each(N8N_VERSIONS)('n8n %s, killed with one video at each of eight moments', (version) => {
	const isN8n2 = version.startsWith('2.');
	/** How a video is recovered whose ID n8n does not have. */
	const WITHOUT_ID = isN8n2 ? 'Retry, by the Idempotency-Key' : 'by the ID from the server’s list';
	const context = useN8n({ version });
	/** How each video was recovered, by the moment of its kill. */
	const recoveries = new Map<string, string[]>();
	let sandbox: Sandbox;
	let gate: Gate;
	let credential: { id: string; name: string };
	let example: TrackedWorkflow;

	beforeAll(async () => {
		sandbox = await startSandbox({ renderSeconds: 1 });
		gate = await startGate(sandbox);
		const { apiKey } = sandbox;
		const { client } = context.instance;
		credential = await client.createCredential('Gate', { apiKey, baseUrl: gate.baseUrl });
		const workflow = (await readExamples(credential)).get('text-to-video')!;
		example = await publishTracked(
			context.instance,
			'video',
			withPrompt(workflow, '={{ $json.body.prompt }}'),
		);
	});

	afterAll(async () => {
		await gate?.close();
		await sandbox?.close();
	});

	/** Recovers the video as docs/restarts.md says, and returns how. */
	async function recover({ prompt, executionId }: Started): Promise<string> {
		const execution = await context.instance.client.waitFor(executionId);
		const known = savedVideoId(execution);
		const [onServer] = videoIdsOf(sandbox, prompt);
		if (execution.status === 'success') {
			await expectFile(context.instance, sandbox, execution, known!);
			return FINISHED;
		}
		expect(execution.status).toBe('crashed');
		if (!isN8n2 && known === undefined && onServer !== undefined) {
			await expectDownloadById(context.instance, sandbox, credential, onServer);
			return WITHOUT_ID;
		}
		const retried = await retryExecution(context.instance, executionId);
		await expectFile(
			context.instance,
			sandbox,
			retried,
			known ?? onServer ?? videoIdsOf(sandbox, prompt)[0],
		);
		if (known !== undefined) return BY_SAVED_ID;
		return onServer ? WITHOUT_ID : 'Retry, nothing had been created';
	}

	it.each(KILL_DELAYS_MS.map((ms, index) => [index + 1, ms]))(
		'recovers every video with one accepted Create each (kill %d, %d ms after the last responses)',
		async (kill, ms) => {
			const { instance } = context;
			gate.shut();
			const started: Started[] = [];
			for (const moment of MOMENTS) {
				const prompt = `${moment}, kill ${kill}`;
				started.push({ prompt, executionId: await example.start({ prompt }) });
			}
			await gate.allHeld(started.map(({ prompt }) => prompt));
			gate.finishResponses();
			await sleep(ms);
			await instance.n8n.kill();
			gate.open();
			await instance.restart();

			await Promise.all(
				started.map(async (each, index) => {
					const recovery = await recover(each);
					recoveries.set(MOMENTS[index], [...(recoveries.get(MOMENTS[index]) ?? []), recovery]);
					expect(videoIdsOf(sandbox, each.prompt)).toHaveLength(1);
				}),
			);
		},
	);

	it(`recovers a video ${isN8n2 ? 'by the Idempotency-Key' : 'from the list of the server'} when it is killed before the response to Create`, () => {
		expect(new Set(recoveries.get('before the response to Create'))).toEqual(new Set([WITHOUT_ID]));
	});

	it('has saved the video ID at every kill after Create has finished', () => {
		for (const moment of MOMENTS.slice(MOMENTS.indexOf('in the first poll'))) {
			for (const recovery of recoveries.get(moment)!)
				expect([BY_SAVED_ID, FINISHED]).toContain(recovery);
		}
	});

	it('loses no video and creates none twice', () => {
		const lines = [...recoveries].map(([moment, each]) => `${moment}: ${countsOf(each)}`);
		console.log([`Killed in n8n ${version}`, ...lines].join('\n  '));
		const got = [...recoveries.values()].flat();
		expect(got).toHaveLength(KILL_DELAYS_MS.length * MOMENTS.length);
		expect(sandbox.videos.size).toBe(got.length);
	});
});

const countsOf = (values: string[]): string =>
	[...new Set(values)]
		.map((value) => `${values.filter((each) => each === value).length} ${value}`)
		.join(', ');
