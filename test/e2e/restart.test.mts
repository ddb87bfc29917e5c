import type { IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import { N8N_VERSIONS, type N8nVersion } from '../../scripts/n8n/install.mts';
import { choose } from './support/form.mts';
import {
	expectFile,
	getById,
	produce,
	retry,
	savedId,
	statusOf,
	stop,
} from './support/production.mts';
import { expectSameFile } from './support/sameFile.mts';
import { until } from './support/until.mts';
import { ONLY_USED_NODES } from './support/usedNodes.mts';
import { outputOf, withPrompt } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

type Start = 'webhook' | 'manual' | 'webhookByDefault' | 'manualByDefault';

interface Stage {
	world: World;
	sandbox: Sandbox;
	credential: { id: string; name: string };
	example: IWorkflowBase;
	/** The executions of the example that wait when n8n is killed; its prompt is how it was started. */
	killed: Record<Start, string>;
	/** Executions of the loop, which go on by themselves, and a server of their own. */
	loops: string[];
	loopSandbox: Sandbox;
	/** An execution that waits for a person, and a server of its own. */
	picking: string;
	pickSandbox: Sandbox;
}

/** n8n with six videos under way, killed and started again. */
async function setStage(version: N8nVersion): Promise<Stage> {
	// An orderly stop waits this long for executions, which is less than a video takes here.
	const world = await startWorld({
		version,
		env: { ...ONLY_USED_NODES, N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '1' },
	});
	const { client } = world;
	const connect = async ({ apiKey, baseUrl }: Sandbox) =>
		await client.createCredential('Sandbox', { apiKey, baseUrl });
	const sandbox = await startSandbox({ renderSeconds: 6 });
	const credential = await connect(sandbox);
	const example = (await readExamples(credential)).get('text-to-video')!;
	const loopSandbox = await startSandbox({ renderSeconds: 6 });
	const loop = (await readExamples(await connect(loopSandbox))).get('restart-safe-loop')!;
	const trigger = async (name: string, workflow: IWorkflowBase) =>
		await (await produce(world, name, workflow)).trigger({});

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
		await until('the loop to wait', async () => (await statusOf(world, id)) === 'waiting');
	}
	for (const prompt of Object.keys(killed)) {
		await until(`a look at the video of ${prompt}`, () => wasLookedAt(sandbox, prompt));
	}
	await world.n8n.kill();
	await world.restart();
	const waiting = { loops, loopSandbox, picking, pickSandbox };
	return { world, sandbox, credential, example, killed, ...waiting };
}

/** As a workflow is that somebody builds without a look at its settings. */
const withoutProgress = (workflow: IWorkflowBase): IWorkflowBase => ({
	...workflow,
	settings: { executionOrder: 'v1' },
});

/** The ids of all videos that were made, and paid, for a prompt. */
const idsOf = ({ videos }: Sandbox, prompt: string): string[] =>
	[...videos.values()].filter((video) => video.prompt === prompt).map(({ id }) => id);

const wasLookedAt = (sandbox: Sandbox, prompt: string): boolean =>
	sandbox.requests.some(
		({ method, path }) =>
			method === 'GET' && idsOf(sandbox, prompt).some((id) => path.endsWith(id)),
	);

const stages = new Map<N8nVersion, Stage>();

// Both lines at once, so that their loops wait at the same time.
beforeAll(async () => {
	for (const version of N8N_VERSIONS) stages.set(version, await setStage(version));
});

afterAll(async () => {
	for (const { world, sandbox, loopSandbox, pickSandbox } of stages.values()) {
		await world.end();
		await sandbox.close();
		await loopSandbox.close();
		await pickSandbox.close();
	}
});

describe.each(N8N_VERSIONS)('n8n %s, killed while it waits and started again', (version) => {
	const isTwo = version.startsWith('2.');
	const stage = () => stages.get(version)!;

	it.each(['webhook', 'manual'] as const)(
		'has the video’s id in the saved execution (started by: %s), and Retry gets the file without a second Create',
		async (start) => {
			const { world, sandbox, killed } = stage();
			const execution = await world.client.waitFor(killed[start]);
			const [id] = idsOf(sandbox, start);
			expect([execution.status, savedId(execution)]).toEqual(['crashed', id]);
			const creates = createsAt(sandbox);
			await expectFile(world, sandbox, await retry(world, execution.id), id);
			expect(createsAt(sandbox)).toBe(creates);
		},
	);

	it.each(['webhookByDefault', 'manualByDefault'] as const)(
		'has lost the id where "Save execution progress" is off (%s)',
		async (start) => {
			const { world, sandbox, killed } = stage();
			const { status, text } = await world.client.waitFor(killed[start]);
			expect(status).toBe('crashed');
			expect(text).not.toContain(idsOf(sandbox, start)[0]);
		},
	);

	it(`then Retry sends Create again, ${isTwo ? 'and a server that knows its Idempotency-Key gives the same video' : 'and pays a second time: n8n 1.x has nothing that tells a retried execution'}`, async () => {
		const { world, sandbox, killed } = stage();
		const start = 'webhookByDefault';
		const creates = createsAt(sandbox);
		const retried = await retry(world, killed[start]);
		expect(createsAt(sandbox)).toBe(creates + 1);
		const ids = idsOf(sandbox, start);
		expect(ids).toHaveLength(isTwo ? 1 : 2);
		await expectFile(world, sandbox, retried, ids.at(-1)!);
	});

	it('then a manual execution cannot be retried; the ID from the server’s list gets the video', async () => {
		const { world, sandbox, credential, killed } = stage();
		await expect(retry(world, killed.manualByDefault)).rejects.toThrow('cannot be retried');
		await getById(world, sandbox, credential, idsOf(sandbox, 'manualByDefault')[0]);
	});

	it('has the id as well after an orderly stop of n8n, and Retry gets the file', async () => {
		const { world, sandbox, example } = stage();
		const executionId = await world.client.start(withPrompt(example, 'orderly'));
		await until('a look at the video', () => wasLookedAt(sandbox, 'orderly'));
		await world.n8n.stop();
		await world.restart();
		const execution = await world.client.waitFor(executionId);
		const [id, ...more] = idsOf(sandbox, 'orderly');
		expect([execution.status, savedId(execution), more]).toEqual(['crashed', id, []]);
		await expectFile(world, sandbox, await retry(world, executionId), id);
	});

	async function stopInWait(workflow: IWorkflowBase, prompt: string) {
		const { world, sandbox } = stage();
		const executionId = await world.client.start(withPrompt(workflow, prompt));
		await until('a look at the video', () => wasLookedAt(sandbox, prompt));
		await stop(world, executionId);
		const execution = await world.client.waitFor(executionId);
		expect(execution.status).toBe('canceled');
		return { execution, id: idsOf(sandbox, prompt)[0] };
	}

	it('keeps the id of an execution that was stopped; Wait Until Done and Download get the video by it', async () => {
		const { world, sandbox, credential, example } = stage();
		const { execution, id } = await stopInWait(example, 'stopped');
		expect(savedId(execution)).toBe(id);
		await getById(world, sandbox, credential, id);
	});

	it('names the video of a stopped execution in n8n’s log where "Save execution progress" is off', async () => {
		const { world, example } = stage();
		const { execution, id } = await stopInWait(withoutProgress(example), 'stoppedByDefault');
		// What n8n saves then depends on which of two writes comes last; see docs/n8n-versions.md.
		expect(world.n8n.log()).toContain(`Created video '${id}' in execution ${execution.id}`);
	});
});

describe.each(N8N_VERSIONS)('three-variants in n8n %s, killed at its form', (version) => {
	it('waits for the person all the same, and gives the picked file without a further Create', async () => {
		const { world, pickSandbox, picking } = stages.get(version)!;
		await choose(await world.client.waitForForm(picking), 'seen from above.mp4');
		const [picked] = outputOf(await world.client.waitFor(picking), 'The picked one');
		expect(picked.json.prompt).toBe('A paper boat on a stream, seen from above');
		await expectSameFile(world, pickSandbox, picked);
		expect(createsAt(pickSandbox)).toBe(3);
	});
});

// Last: by now they have waited for most of their time.
describe.each(N8N_VERSIONS)('restart-safe-loop in n8n %s, killed while it waits', (version) => {
	it('goes on by itself to the file, with one Create for each video', async () => {
		const { world, loopSandbox, loops } = stages.get(version)!;
		for (const executionId of loops) {
			const execution = await world.client.waitFor(executionId);
			await expectFile(world, loopSandbox, execution, savedId(execution)!);
		}
		expect(createsAt(loopSandbox)).toBe(loops.length);
		expect(loopSandbox.videos.size).toBe(loops.length);
	});
});

const createsAt = ({ requests }: Sandbox) =>
	requests.filter(({ method }) => method === 'POST').length;
