import type { IWorkflowBase } from 'n8n-workflow';

import { readExamples } from '../../../scripts/n8n/import.mts';
import type { TestContext } from './useN8n.mts';

/** An example with a credential for its own sandbox; `change` edits its JSON. */
export async function exampleFor(
	context: TestContext,
	name: string,
	change = (text: string) => text,
) {
	const sandbox = await context.startSandbox();
	const example = (await readExamples(await context.credentialFor(sandbox))).get(name)!;
	return { sandbox, workflow: JSON.parse(change(JSON.stringify(example))) as IWorkflowBase };
}
