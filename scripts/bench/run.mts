import type { IWorkflowBase } from 'n8n-workflow';

import type { Client } from '../../test/e2e/support/client.mts';

const PATIENCE_MS = 1_200_000;

/**
 * Runs a workflow; resolves with the milliseconds from its start to its end, by n8n's own account.
 * Rejects where it failed, or where the node put out another number of items, over all its runs.
 */
export async function outputOfRun(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
	count: number,
): Promise<number> {
	const { status, data, text } = await client.waitFor(await client.start(workflow), PATIENCE_MS);
	const { error, runData } = data.resultData;
	const items = (runData[node] ?? []).flatMap((each) => each.data?.main[0] ?? []);
	if (status !== 'success' || items.length !== count) {
		throw new Error(
			`${node}: ${items.length} of ${count} items, ${status} ${error?.message ?? ''}`,
		);
	}
	const { startedAt, stoppedAt } = (
		JSON.parse(text) as { data: { startedAt: string; stoppedAt: string } }
	).data;
	return Date.parse(stoppedAt) - Date.parse(startedAt);
}
