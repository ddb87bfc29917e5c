import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { IWorkflowBase } from 'n8n-workflow';

import { CREDENTIAL_TYPE, NODE_TYPE, PACKAGE_ROOT } from '../engine.mts';
import { n8nCommand, type N8nOptions } from './server.mts';

/** What a user types into the credential. */
export interface CredentialData {
	apiKey: string;
	baseUrl: string;
	header?: boolean;
	headerName?: string;
	headerValue?: string;
}

export interface NamedCredential {
	id: string;
	name: string;
	data: CredentialData;
}

/** The shipped examples by name (`text-to-video`), with the credential chosen in the nodes that need it. */
export async function readExamples(credential: {
	id: string;
	name: string;
}): Promise<Map<string, IWorkflowBase>> {
	const folder = path.join(PACKAGE_ROOT, 'examples');
	const examples = new Map<string, IWorkflowBase>();
	for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
		const name = path.basename(file, '.json');
		const workflow = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as IWorkflowBase;
		examples.set(name, withCredential({ ...workflow, id: name, active: false }, credential));
	}
	return examples;
}

const withCredential = (
	workflow: IWorkflowBase,
	{ id, name }: { id: string; name: string },
): IWorkflowBase => ({
	...workflow,
	nodes: workflow.nodes.map((node) =>
		node.type === NODE_TYPE ? { ...node, credentials: { [CREDENTIAL_TYPE]: { id, name } } } : node,
	),
});

/** Puts credentials and workflows into an n8n that is not running; those of the same id are replaced. */
export async function importInto(
	n8n: N8nOptions,
	credentials: NamedCredential[],
	workflows: IWorkflowBase[],
): Promise<void> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-import-'));
	try {
		const put = async (what: string, content: unknown) => {
			const file = path.join(folder, `${what}.json`);
			await writeFile(file, JSON.stringify(content), { mode: 0o600 });
			await n8nCommand(n8n, [`import:${what}`, `--input=${file}`]);
		};
		await put(
			'credentials',
			credentials.map((credential) => ({ ...credential, type: CREDENTIAL_TYPE })),
		);
		await put('workflow', workflows);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
