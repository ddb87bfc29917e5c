import type { Context } from '../problems/problem';

/**
 * Names the execution. n8n 2 gives each one a token, which is kept when a user retries it after a crash,
 * when its id is a new one; n8n 1.x has nothing but the id.
 */
export function executionOf(context: Context): string | undefined {
	const { $execution } = context.getWorkflowDataProxy(context.getItemIndex());
	const { resumeUrl } = ($execution ?? {}) as { resumeUrl?: string };
	return /[?&]signature=([^&]+)/.exec(resumeUrl ?? '')?.[1] ?? context.getExecutionId();
}

/** Which run of the node in the execution this is, from 0; in a loop there are many. */
export function runIndexOf(context: Context): number {
	const { $runIndex, $items } = context.getWorkflowDataProxy(context.getItemIndex());
	const index = Number($runIndex);
	if (index === 0) return 0;
	try {
		// After a crash n8n puts this in place of a first run whose output was not saved: it is the same run.
		const [row] = $items(context.getNode().name, 0, 0);
		return row?.json.isArtificialRecoveredEventItem === true ? index - 1 : index;
	} catch {
		return index;
	}
}
