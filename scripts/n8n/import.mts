import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { INodeCredentials, IWorkflowBase } from 'n8n-workflow';

import { CREDENTIAL_TYPE, NODE_TYPE, PACKAGE_ROOT, TOOL_TYPE, TRIGGER_TYPE } from '../engine.mts';
import { n8nCommand, type N8nOptions } from './server.mts';

/** What a user types into the credential. */
export interface CredentialData {
	apiKey: string;
	baseUrl: string;
	header?: boolean;
	headerName?: string;
	headerValue?: string;
}

/** How a node refers to its credential. */
interface CredentialChoice {
	id: string;
	name: string;
}

export interface NamedCredential extends CredentialChoice {
	data: CredentialData | { apiKey: string; url: string };
	/** Default {@link CREDENTIAL_TYPE}. */
	type?: string;
}

/** n8n's own credential for chat models. */
export const CHAT_CREDENTIAL_TYPE = 'openAiApi';
const CHAT_MODEL_TYPE = '@n8n/n8n-nodes-langchain.lmChatOpenAi';

/**
 * The examples by name (`text-to-video`), with the credentials selected in the nodes that need them;
 * that of the chat model only if it is given.
 */
export async function readExamples(
	credential: CredentialChoice,
	chatCredential?: CredentialChoice,
): Promise<Map<string, IWorkflowBase>> {
	const chosen = new Map<string, INodeCredentials>([
		[NODE_TYPE, { [CREDENTIAL_TYPE]: choice(credential) }],
		[TOOL_TYPE, { [CREDENTIAL_TYPE]: choice(credential) }],
		[TRIGGER_TYPE, { [CREDENTIAL_TYPE]: choice(credential) }],
		...(chatCredential
			? [[CHAT_MODEL_TYPE, { [CHAT_CREDENTIAL_TYPE]: choice(chatCredential) }] as const]
			: []),
	]);
	const folder = path.join(PACKAGE_ROOT, 'examples');
	const examples = new Map<string, IWorkflowBase>();
	for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
		const name = path.basename(file, '.json');
		const workflow = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as IWorkflowBase;
		examples.set(name, withCredentials({ ...workflow, id: name, active: false }, chosen));
	}
	return examples;
}

const choice = ({ id, name }: CredentialChoice) => ({ id, name });

/** `chosen` has the credentials of a node by its type. */
const withCredentials = (
	workflow: IWorkflowBase,
	chosen: Map<string, INodeCredentials>,
): IWorkflowBase => ({
	...workflow,
	nodes: workflow.nodes.map((node) => {
		const credentials = chosen.get(node.type);
		return credentials ? { ...node, credentials } : node;
	}),
});

/** Imports credentials and workflows into an n8n that is not running; those with the same ID are replaced. */
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
			credentials.map((credential) => ({ type: CREDENTIAL_TYPE, ...credential })),
		);
		await put('workflow', workflows);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
