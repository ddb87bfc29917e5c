import type { IWorkflowBase } from 'n8n-workflow';

import type { Client, Execution } from '../../test/e2e/support/client.mts';

const EXECUTION_TIMEOUT_MS = 1_200_000;

/**
 * Runs a workflow; returns its duration in milliseconds as reported by n8n. Rejects if it failed, or if
 * the node returned another number of items over all its runs: a run that did less would look fast.
 */
export async function measureExecution(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
	count: number,
): Promise<number> {
	const { text } = await runSuccessfully(client, workflow, node, count);
	return executionTimes((JSON.parse(text) as { data: ExecutionDates }).data).durationMs;
}

/** Runs a workflow in which the node returns one item; returns the duration of that node alone. */
export async function measureNode(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
): Promise<number> {
	const { data } = await runSuccessfully(client, workflow, node, 1);
	return data.resultData.runData[node][0].executionTime;
}

/** The dates of an execution as n8n reports them. */
export interface ExecutionDates {
	startedAt: string;
	stoppedAt: string;
}

export function executionTimes({ startedAt, stoppedAt }: ExecutionDates): {
	endedAt: number;
	durationMs: number;
} {
	const endedAt = Date.parse(stoppedAt);
	return { endedAt, durationMs: endedAt - Date.parse(startedAt) };
}

async function runSuccessfully(
	client: Client,
	workflow: IWorkflowBase,
	node: string,
	count: number,
): Promise<Execution> {
	const execution = await client.waitFor(await client.start(workflow), EXECUTION_TIMEOUT_MS);
	const { error, runData } = execution.data.resultData;
	const items = (runData[node] ?? []).flatMap((each) => each.data?.main[0] ?? []);
	if (execution.status !== 'success' || items.length !== count) {
		throw new Error(
			`${node}: ${items.length} of ${count} items, ${execution.status} ${error?.message ?? ''}`,
		);
	}
	return execution;
}
