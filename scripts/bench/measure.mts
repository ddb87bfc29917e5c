import type { IWorkflowBase } from 'n8n-workflow';

import type { Client, Execution } from '../../test/e2e/support/client.mts';

const PATIENCE_MS = 1_200_000;

/**
 * Runs a workflow; resolves with the milliseconds from its start to its end, by n8n's own account.
 * Rejects where it failed, or where the node put out another number of items, over all its runs.
 */
export async function msOfRun(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
	count: number,
): Promise<number> {
	const { text } = await runWell(client, workflow, node, count);
	return spanOf((JSON.parse(text) as { data: Dates }).data).took;
}

/** The same for one node that puts out one item: what it alone took. */
export async function msOfNode(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
): Promise<number> {
	const { data } = await runWell(client, workflow, node, 1);
	return data.resultData.runData[node][0].executionTime;
}

/** When an execution began and ended, as n8n tells it. */
export interface Dates {
	startedAt: string;
	stoppedAt: string;
}

/** When it ended, and how long it lasted, in milliseconds. */
export function spanOf({ startedAt, stoppedAt }: Dates): { end: number; took: number } {
	const end = Date.parse(stoppedAt);
	return { end, took: end - Date.parse(startedAt) };
}

async function runWell(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
	count: number,
): Promise<Execution> {
	const execution = await client.waitFor(await client.start(workflow), PATIENCE_MS);
	const { error, runData } = execution.data.resultData;
	const items = (runData[node] ?? []).flatMap((each) => each.data?.main[0] ?? []);
	if (execution.status !== 'success' || items.length !== count) {
		throw new Error(
			`${node}: ${items.length} of ${count} items, ${execution.status} ${error?.message ?? ''}`,
		);
	}
	return execution;
}
