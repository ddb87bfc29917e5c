import type { IWorkflowSettings } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import { SORA } from '../../support/fixtures.mts';
import { waitUntil } from '../../support/waitUntil.mts';
import type { Execution } from './client.mts';
import type { Cluster } from './cluster.mts';
import { publish } from './webhook.mts';
import { chain, type NodeSketch, videosNode } from './workflow.mts';

/** A published workflow that makes one video in each execution. */
export interface Service {
	/** Starts one execution for each prompt, all at once. */
	request(prompts: string[]): Promise<void>;
	/** The status of each execution, by its ID. */
	statuses(): Promise<Map<string, string>>;
	/** Waits until all requests have executions with one of these statuses. */
	allAre(wanted: string[]): Promise<void>;
	/** All executions, after all of them have ended. */
	ended(): Promise<Execution[]>;
	/** "Retry" in the list of executions; returns the status of the new one. */
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
	const requested = new Set<string>();
	const statuses = async () =>
		new Map((await published.executions()).map(({ id, status }) => [id, status]));
	const allAre = async (wanted: string[]): Promise<void> => {
		await waitUntil(`each execution of ${name} is ${wanted.join(' or ')}`, async () => {
			const now = [...(await statuses()).values()];
			return now.length >= requested.size && now.every((status) => wanted.includes(status));
		});
	};
	return {
		async request(prompts) {
			await Promise.all(prompts.map(async (prompt) => await published.send({ prompt })));
			for (const prompt of prompts) requested.add(prompt);
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

/** Nodes in between do not pass the video on. */
const ID = "={{ $('Create').item.json.id }}";
