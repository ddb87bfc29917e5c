import type { IWorkflowBase } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import { N8N_VERSIONS, type N8nVersion } from '../../scripts/n8n/install.mts';
import { waitUntil } from '../support/waitUntil.mts';
import { expectSameFile } from './support/expectSameFile.mts';
import { startN8nInstance, type N8nInstance } from './support/n8nInstance.mts';
import { ONLY_USED_NODES } from './support/usedNodes.mts';
import { publish, type Published } from './support/webhook.mts';
import { expectSuccess, outputOf, outputItems } from './support/workflow.mts';

interface Stage {
	instance: N8nInstance;
	sandbox: Sandbox;
	finished: Published;
	example: IWorkflowBase;
	/** Runs the workflow with Create alone to its end; returns the video's id. */
	create(model?: string): Promise<string>;
}

/** n8n with both trigger examples, and a server that already has a finished video. */
async function setStage(version: N8nVersion): Promise<Stage> {
	const instance = await startN8nInstance({ version, env: ONLY_USED_NODES });
	const { client } = instance;
	const sandbox = await startSandbox({ renderSeconds: 2 });
	const { apiKey, baseUrl } = sandbox;
	const examples = await readExamples(
		await client.createCredential('Sandbox', { apiKey, baseUrl }),
	);
	const create = async (model = 'sora-2') => {
		const text = JSON.stringify(examples.get('start-videos')).replaceAll('sora-2', model);
		const execution = await client.execute(JSON.parse(text) as IWorkflowBase);
		return String(outputOf(execution, 'Create video')[0].json.id);
	};
	const old = await create();
	await waitUntil('the old video is done', () => isDone(sandbox, old));
	const url = instance.n8n.url;
	const example = examples.get('video-finished')!;
	const finished = await publish({ client, url }, 'finished', example);
	return { instance, sandbox, finished, example, create };
}

async function hasStatus({ baseUrl, apiKey }: Sandbox, id: string, status: string) {
	const headers = { authorization: `Bearer ${apiKey}` };
	const video = await (await fetch(`${baseUrl}/videos/${id}`, { headers })).json();
	return (video as { status: string }).status === status;
}

const isDone = async (sandbox: Sandbox, id: string) => await hasStatus(sandbox, id, 'completed');

/** Executes the example in the editor. */
async function runInEditor({ instance, example }: Stage) {
	const saved = await save(instance, example);
	const { data } = await instance.client.call('POST', `/workflows/${saved.id}/run`, {
		workflowData: saved,
		triggerToStartFrom: { name: 'OpenAI Videos Trigger' },
	});
	return await instance.client.waitFor((data as { executionId: string }).executionId);
}

const stages = new Map<N8nVersion, Stage>();
/** Both versions at the same time, because the trigger polls once a minute. */
const bothVideos = new Map<N8nVersion, ReturnType<typeof makeTwoVideos>>();

beforeAll(async () => {
	for (const version of N8N_VERSIONS) stages.set(version, await setStage(version));
	for (const [version, stage] of stages) {
		const two = makeTwoVideos(stage);
		// Reported by the test that awaits it.
		two.catch(() => {});
		bothVideos.set(version, two);
	}
});

afterAll(async () => {
	for (const { instance, sandbox } of stages.values()) {
		await instance.end();
		await sandbox.close();
	}
});

/** The IDs of the videos that the trigger has reported so far, oldest first; each has its file. */
async function reportedBy(
	{ instance, sandbox, finished }: Stage,
	count: number,
): Promise<unknown[]> {
	const executions = await waitUntil(`${count} executions are there`, async () => {
		const all = await finished.executions();
		return all.length >= count && all;
	});
	const ids: unknown[] = [];
	for (const { id } of executions.reverse()) {
		const execution = await instance.client.waitFor(id);
		expectSuccess(execution);
		for (const item of outputOf(execution, 'Download video')) {
			await expectSameFile(instance, sandbox, item);
			ids.push(item.json.id);
		}
	}
	return ids;
}

/** A video that finishes while n8n is down, and one in a later minute: the IDs created and reported. */
async function makeTwoVideos(stage: Stage) {
	const { instance, sandbox, create } = stage;
	const first = await create();
	await instance.n8n.kill();
	await waitUntil('the video is done', () => isDone(sandbox, first));
	await instance.restart();
	const reported = [await reportedBy(stage, 1)];
	const second = await create();
	reported.push(await reportedBy(stage, 2));
	return { reported, created: [first, second] };
}

describe.each(N8N_VERSIONS)('OpenAI Videos Trigger in n8n %s', (version) => {
	it('reports a video that finished while n8n was down, then a later one, each exactly once', async () => {
		const { reported, created } = await bothVideos.get(version)!;
		expect(reported).toEqual([created.slice(0, 1), created]);
	});

	it('returns the latest finished video when it is tested in the editor', async () => {
		const stage = stages.get(version)!;
		const [item] = outputOf(await runInEditor(stage), 'Download video');
		expect(item.json.id).toBe([...stage.sandbox.videos.keys()].at(-1));
	});

	it('returns a failed video with its reason, which the example routes to its own branch', async () => {
		const stage = stages.get(version)!;
		const id = await stage.create('sandbox-always-fails');
		await waitUntil('the video has failed', () => hasStatus(stage.sandbox, id, 'failed'));
		const execution = await runInEditor(stage);
		const [{ json }] = outputOf(execution, 'Video failed');
		expect(json).toMatchObject({ id, status: 'failed', error: { code: expect.any(String) } });
		expect(outputItems(execution, 'Download video')).toEqual([]);
	});

	// n8n 2 starts triggers in the background and accepts the activation before it has tried.
	if (version.startsWith('2.')) return;
	it('cannot be activated on a server without a video list, and says why', async () => {
		const { instance, sandbox } = stages.get(version)!;
		const credential = await instance.client.createCredential('new-api', {
			apiKey: sandbox.apiKey,
			baseUrl: sandbox.baseUrl.replace('/v1', '/newapi/v1'),
		});
		const saved = await save(instance, (await readExamples(credential)).get('video-finished')!);
		const { id, versionId } = saved as IWorkflowBase & { versionId: string };
		await expect(
			instance.client.call('PATCH', `/workflows/${id}`, { active: true, versionId }),
		).rejects.toThrow('This server does not list its videos');
	});
});

const save = async (
	{ client }: N8nInstance,
	{ name, nodes, connections, settings }: IWorkflowBase,
): Promise<IWorkflowBase> =>
	(await client.call('POST', '/workflows', { name, nodes, connections, settings, active: false }))
		.data as IWorkflowBase;
