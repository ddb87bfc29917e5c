import type { IWorkflowSettings } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import { SORA } from '../../support/fixtures.mts';
import type { Cluster } from './cluster.mts';
import type { Execution } from './client.mts';
import { waitUntil } from './waitUntil.mts';
import { publish } from './webhook.mts';
import { chain, type NodeSketch, videosNode } from './workflow.mts';

/** A published workflow, in production: each order is an execution that makes one video. */
export interface Service {
	/** Sends one order for each prompt, all at once. */
	order(prompts: string[]): Promise<void>;
	/** The status of each execution, by its id. */
	statuses(): Promise<Map<string, string>>;
	/** Waits until all orders have executions, and these have one of the wanted statuses. */
	allAre(wanted: string[]): Promise<void>;
	/** All executions, once all of them have ended. */
	ended(): Promise<Execution[]>;
	/** What "Retry" in the list of executions does; returns what became of it. */
	retry(executionId: string): Promise<string>;
}

export interface ServiceOptions {
	sandbox: Sandbox;
	/** Nodes between Create and Wait Until Done. */
	between?: NodeSketch[];
	settings?: IWorkflowSettings;
}

const ENDED = ['success', 'error', 'crashed', 'canceled'];

/** Publishes webhook → Create → Wait Until Done → Download. */
export async function publishService(
	{ main, client }: Cluster,
	name: string,
	{ sandbox, between = [], settings }: ServiceOptions,
): Promise<Service> {
	const { apiKey, baseUrl } = sandbox;
	const credential = await client.createCredential(name, { apiKey, baseUrl });
	const create = { operation: 'create', model: SORA, prompt: '={{ $json.body.prompt }}' };
	const workflow = chain([
		videosNode(credential, create, { name: 'Create' }),
		...between,
		videosNode(credential, { operation: 'waitUntilDone', videoId: ID }, { name: 'Wait' }),
		videosNode(credential, { operation: 'download' }, { name: 'Download' }),
	]);
	const published = await publish({ client, url: main.url }, name, {
		...workflow,
		settings: { ...workflow.settings, ...settings },
	});
	const ordered = new Set<string>();
	const statuses = async () =>
		new Map((await published.executions()).map(({ id, status }) => [id, status]));
	const allAre = async (wanted: string[]): Promise<void> => {
		await waitUntil(`each order for ${name} is ${wanted.join(' or ')}`, async () => {
			const now = [...(await statuses()).values()];
			return now.length >= ordered.size && now.every((status) => wanted.includes(status));
		});
	};
	return {
		async order(prompts) {
			await Promise.all(prompts.map(async (prompt) => await published.send({ prompt })));
			for (const prompt of prompts) ordered.add(prompt);
		},
		statuses,
		allAre,
		async ended() {
			await allAre(ENDED);
			const ids = [...(await statuses()).keys()];
			return await Promise.all(ids.map(async (id) => await client.waitFor(id)));
		},
		async retry(executionId) {
			const path = `/executions/${executionId}/retry`;
			return ((await client.call('POST', path, {})).data as { status: string }).status;
		},
	};
}

/** Nodes in between do not hand on the video. */
const ID = "={{ $('Create').item.json.id }}";
