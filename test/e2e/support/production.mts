import { setTimeout as sleep } from 'node:timers/promises';

import type { INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import type { Execution } from './client.mts';
import { chain, videosNode } from './workflow.mts';
import type { World } from './world.mts';

/** A workflow in production. */
export interface Published {
	/** Starts an execution as a user's own system does; returns its id, and does not wait for its end. */
	trigger(body: object): Promise<string>;
}

/** Puts a workflow into production: its trigger becomes a webhook, which hands on what it is sent. */
export async function publish(
	{ client, n8n }: World,
	name: string,
	{ nodes, connections, settings }: IWorkflowBase,
): Promise<Published> {
	const isTrigger = (type: string) => type.endsWith('.manualTrigger');
	const webhook = {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: name,
		parameters: { path: name, httpMethod: 'POST', options: {} },
	};
	const workflow = {
		name,
		nodes: nodes.map((node) => (isTrigger(node.type) ? { ...node, ...webhook } : node)),
		connections,
		settings,
		active: false,
	};
	const { id, versionId } = (await client.call('POST', '/workflows', workflow)).data as {
		id: string;
		versionId: string;
	};
	// n8n 2 publishes a version; n8n 1.x switches the workflow on.
	const before = await client.call('POST', `/workflows/${id}/activate`, { versionId }).then(
		() => true,
		() => false,
	);
	if (!before) await client.call('PATCH', `/workflows/${id}`, { active: true, versionId });

	const known = new Set<string>();
	const newest = async () => {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { results } = (await client.call('GET', `/executions?filter=${filter}&limit=100`))
			.data as { results: Array<{ id: string }> };
		return results.find((execution) => !known.has(execution.id))?.id;
	};
	return {
		async trigger(body) {
			// It is there a moment after n8n has said so.
			await until(async () => {
				const response = await fetch(`${n8n.url}/webhook/${name}`, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(body),
				});
				return response.status !== 404;
			}, `webhook ${name}`);
			const started = await until(newest, `an execution of ${name}`);
			known.add(started);
			return started;
		},
	};
}

/** What the editor's Stop button sends. */
export const stop = async ({ client }: World, executionId: string) =>
	await client.call('POST', `/executions/${executionId}/stop`);

/** "Retry with original workflow"; returns the new execution at its end. */
export async function retry({ client }: World, executionId: string): Promise<Execution> {
	const { data } = await client.call('POST', `/executions/${executionId}/retry`, {
		loadWorkflow: false,
	});
	return await client.waitFor((data as { id: string }).id);
}

/** The rows that a node of a saved execution put out in its last run. */
export const rowsOf = ({ data }: Execution, node: string): INodeExecutionData[] =>
	data.resultData.runData[node]?.at(-1)?.data?.main[0] ?? [];

/** The video's id in a saved execution, where n8n has kept it. */
export const savedId = (execution: Execution): string | undefined =>
	rowsOf(execution, 'Create video')[0]?.json.id as string | undefined;

export const statusOf = async ({ client }: World, executionId: string): Promise<string> =>
	((await client.call('GET', `/executions/${executionId}`)).data as { status: string }).status;

/** The execution has ended well, and has put out this video's file as the server serves it. */
export async function expectFile(
	{ client }: World,
	{ baseUrl, apiKey }: Sandbox,
	execution: Execution,
	id: string,
): Promise<void> {
	const { status, data } = execution;
	expect([status, data.resultData.error?.message]).toEqual(['success', undefined]);
	const [{ json, binary }] = rowsOf(execution, 'Download video');
	expect(json.id).toBe(id);
	const headers = { authorization: `Bearer ${apiKey}` };
	const served = await fetch(`${baseUrl}/videos/${id}/content`, { headers });
	const [mine, theirs] = [await client.readFile(binary!.data), served].map(async (response) =>
		Buffer.from(await response.arrayBuffer()),
	);
	// Not toEqual(): it would print the file.
	expect((await mine).equals(await theirs)).toBe(true);
}

/** Gets a video with Wait Until Done and Download, in a new execution, by the id that a user enters. */
export async function getById(
	world: World,
	sandbox: Sandbox,
	credential: { id: string; name: string },
	id: string,
): Promise<void> {
	const node = (name: string, operation: string) => ({
		...videosNode(credential, { operation, videoId: id }),
		name,
	});
	const nodes = [node('Wait', 'waitUntilDone'), node('Download video', 'download')];
	await expectFile(world, sandbox, await world.client.execute(chain(nodes)), id);
}

/** Waits for what `look` finds. */
export async function until<T>(
	look: () => T | undefined | false | Promise<T | undefined | false>,
	what: string,
): Promise<T> {
	const deadline = Date.now() + 60_000;
	while (Date.now() < deadline) {
		const found = await look();
		if (found) return found;
		await sleep(20);
	}
	throw new Error(`Waited in vain for ${what}`);
}
