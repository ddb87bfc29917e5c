import type { IWorkflowBase } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import { waitUntil } from '../../support/waitUntil.mts';
import type { Execution } from './client.mts';
import { expectSameFile } from './expectSameFile.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { publish } from './webhook.mts';
import { chain, outputOf, outputItems, videosNode } from './workflow.mts';

/** A published workflow whose executions can be told apart. */
export interface TrackedWorkflow {
	/** Starts an execution and returns its ID. */
	start(body: object): Promise<string>;
}

export async function publishTracked(
	{ client, n8n }: N8nInstance,
	name: string,
	workflow: IWorkflowBase,
): Promise<TrackedWorkflow> {
	const { send, executions } = await publish({ client, url: n8n.url }, name, workflow);
	const known = new Set<string>();
	return {
		async start(body) {
			await send(body);
			const { id } = await waitUntil(`an execution of ${name} is there`, async () =>
				(await executions()).find((each) => !known.has(each.id)),
			);
			known.add(id);
			return id;
		},
	};
}

/** What the editor's Stop button sends. */
export const stopExecution = async ({ client }: N8nInstance, executionId: string) =>
	await client.call('POST', `/executions/${executionId}/stop`);

/** "Retry with original workflow"; returns the new execution after it has ended. */
export async function retryExecution(
	{ client }: N8nInstance,
	executionId: string,
): Promise<Execution> {
	const { data } = await client.call('POST', `/executions/${executionId}/retry`, {
		loadWorkflow: false,
	});
	return await client.waitFor((data as { id: string }).id);
}

/** The video ID in a saved execution, if n8n has saved it. */
export const savedVideoId = (execution: Execution): string | undefined =>
	outputItems(execution, 'Create video')[0]?.json.id as string | undefined;

export const executionStatus = async (
	{ client }: N8nInstance,
	executionId: string,
): Promise<string> =>
	((await client.call('GET', `/executions/${executionId}`)).data as { status: string }).status;

/** Expects that the execution succeeded and returned the file of this video as the server has it. */
export async function expectFile(
	instance: N8nInstance,
	sandbox: Sandbox,
	execution: Execution,
	id: string,
): Promise<void> {
	const [item] = outputOf(execution, 'Download video');
	expect(item.json.id).toBe(id);
	await expectSameFile(instance, sandbox, item);
}

/** Expects that a new execution with Wait Until Done and Download gets the video by its ID. */
export async function expectDownloadById(
	instance: N8nInstance,
	sandbox: Sandbox,
	credential: { id: string; name: string },
	id: string,
): Promise<void> {
	const node = (name: string, operation: string) => ({
		...videosNode(credential, { operation, videoId: id }),
		name,
	});
	const nodes = [node('Wait', 'waitUntilDone'), node('Download video', 'download')];
	await expectFile(instance, sandbox, await instance.client.execute(chain(nodes)), id);
}
