import type { IWorkflowBase } from 'n8n-workflow';

import { readExamples } from '../../../scripts/n8n/import.mts';
import type { Here } from './useWorld.mts';

/** A shipped example with a credential for a sandbox of its own; `change` works on its JSON. */
export async function exampleFor(here: Here, name: string, change = (text: string) => text) {
	const sandbox = await here.startSandbox();
	const example = (await readExamples(await here.credentialFor(sandbox))).get(name)!;
	return { sandbox, workflow: JSON.parse(change(JSON.stringify(example))) as IWorkflowBase };
}
