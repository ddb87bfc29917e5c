import type { IWorkflowBase } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import type { Execution } from './client.mts';
import { expectSameFile } from './expectSameFile.mts';
import { waitUntil } from './waitUntil.mts';
import { publish } from './webhook.mts';
import { chain, outputOf, outputItems, videosNode } from './workflow.mts';
import type { N8nInstance } from './n8nInstance.mts';

/** A workflow in production whose executions are told apart. */
export interface TrackedWorkflow {
	/** Starts an execution, and returns its id. */
	trigger(body: object): Promise<string>;
}

export async function publishTracked(
	{ client, n8n }: N8nInstance,
	name: string,
	workflow: IWorkflowBase,
): Promise<TrackedWorkflow> {
	const { send, executions } = await publish({ client, url: n8n.url }, name, workflow);
	const known = new Set<string>();
	return {
		async trigger(body) {
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
export const stop = async ({ client }: N8nInstance, executionId: string) =>
	await client.call('POST', `/executions/${executionId}/stop`);

/** "Retry with original workflow"; returns the new execution at its end. */
export async function retry({ client }: N8nInstance, executionId: string): Promise<Execution> {
	const { data } = await client.call('POST', `/executions/${executionId}/retry`, {
		loadWorkflow: false,
	});
	return await client.waitFor((data as { id: string }).id);
}

/** The video's id in a saved execution, where n8n has kept it. */
export const savedVideoId = (execution: Execution): string | undefined =>
	outputItems(execution, 'Create video')[0]?.json.id as string | undefined;

export const executionStatus = async (
	{ client }: N8nInstance,
	executionId: string,
): Promise<string> =>
	((await client.call('GET', `/executions/${executionId}`)).data as { status: string }).status;

/** The execution has ended well, and has put out this video's file as the server serves it. */
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

/** Gets a video with Wait Until Done and Download, in a new execution, by the id that a user enters. */
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
