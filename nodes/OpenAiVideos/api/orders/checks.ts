import { problem } from '../problems/problem';
import type { Context, NodeProblem } from '../problems/problem';
import { isOwn } from './run';
import type { Run } from './run';

/** Remembers what checks the item; the first of a new try makes the checks of the last one void. */
export function rememberCheck(run: Run, item: number, check: Promise<unknown>): void {
	if (run.checks.has(item)) run.checks.clear();
	// Without what was read, a file maybe, which would stay in memory until the run is over.
	const verdict = check.then(() => {});
	run.checks.set(item, verdict);
	// Whoever needs the item waits for it; until then a complaint is not nobody's.
	verdict.catch(() => {});
}

/**
 * Waits until every item that n8n started together has been checked, and gives the first complaint:
 * n8n would drop the videos of the good items, paid for or not, so then none of them is sent.
 */
export async function firstComplaint(
	context: Context,
	{ checks, sends }: Run,
): Promise<NodeProblem | undefined> {
	await Promise.allSettled(checks.values());
	if (context.continueOnFail()) return undefined;
	for (const [item, check] of checks) {
		const complaint = await check.then(
			() => undefined,
			(error: NodeProblem) => error,
		);
		if (!complaint) continue;
		return problem(context, {
			message: checks.size > 1 ? `${complaint.message} [item ${item}]` : complaint.message,
			next: [
				complaint.description?.replace(/\.?$/, '.'),
				sends.size > 0 ? 'No more items were sent.' : 'Nothing was sent.',
			]
				.filter(Boolean)
				.join(' '),
		});
	}
	return undefined;
}

/**
 * Whether n8n has ended the node while it was still starting the items, as it does when a parameter's
 * expression fails: it starts all of them at once, unless they are batched. Nobody would get the row.
 */
export function isAbandoned(context: Context, { checks }: Run): boolean {
	const execution = context.getExecuteData();
	if (!isOwn(context, execution) || context.continueOnFail()) return false;
	const pause = context.getNodeParameter('requestOptions.batching.batch.batchInterval', 0);
	const items = execution.node.executeOnce ? 1 : (execution.data.main?.[0]?.length ?? 0);
	return !(Number(pause) > 0) && checks.size < items;
}
