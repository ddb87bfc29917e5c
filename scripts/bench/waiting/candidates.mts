import type { IWorkflowBase } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import type { N8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { measureExecution } from '../measure.mts';
import { fastestPossible, openAiPackage } from './baselines.mts';
import { generateWorkflow, httpLoopWorkflow, openAiNodeWorkflow } from './workflows.mts';

/** Creates and downloads `count` videos; returns the duration in milliseconds. */
type CreateVideos = (count: number) => Promise<number>;

interface Candidates {
	/** By the names in the tables. */
	createWith: Record<CandidateName, CreateVideos>;
	/** The duration in ms of a workflow in which the node returns `count` items. */
	measure(workflow: IWorkflowBase, node: string, count: number): Promise<number>;
}

export const CANDIDATE_NAMES = [
	'this node',
	"n8n's OpenAI node",
	'HTTP Request, Wait, If',
	'`openai`, each second',
	'the limit (`fetch`)',
] as const;

export type CandidateName = (typeof CANDIDATE_NAMES)[number];

/** All candidates for this server, in this n8n or outside n8n. */
export async function candidatesIn({ client }: N8nInstance, sandbox: Sandbox): Promise<Candidates> {
	const { apiKey, baseUrl } = sandbox;
	const ownCredential = await client.createCredential('Own', { apiKey, baseUrl });
	const openAiCredential = await client.createCredential(
		'OpenAI',
		{ apiKey, url: baseUrl },
		'openAiApi',
	);
	const measure = async (workflow: IWorkflowBase, node: string, count: number) =>
		await measureExecution(client, workflow, node, count);
	return {
		createWith: {
			'this node': async (count) =>
				await measure(generateWorkflow(ownCredential, count), 'Videos', count),
			"n8n's OpenAI node": async (count) =>
				await measure(openAiNodeWorkflow(openAiCredential, count), 'Videos', count),
			'HTTP Request, Wait, If': async (count) =>
				await measure(httpLoopWorkflow(sandbox, count), 'Videos', count),
			'`openai`, each second': async (count) => await openAiPackage(sandbox, count),
			'the limit (`fetch`)': async (count) => await fastestPossible(sandbox, count),
		},
		measure,
	};
}
