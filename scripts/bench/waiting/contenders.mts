import type { IWorkflowBase } from 'n8n-workflow';

import type { Sandbox } from '../../../sandbox/server.mts';
import { msOfRun } from '../run.mts';
import type { N8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { limit, withPackage } from './outside.mts';
import { builtInWith, generateWith, loopWith } from './workflows.mts';

/** Makes so many videos and gets their files; resolves with the milliseconds it took. */
export type Make = (count: number) => Promise<number>;

export interface Contenders {
	/** By what the tables call them. */
	all: Record<ContenderName, Make>;
	/** What n8n needs for an execution of its own nodes with so many items, in ms. */
	run(workflow: IWorkflowBase, node: string, count: number): Promise<number>;
}

export const CONTENDERS = [
	'this node',
	"n8n's OpenAI node",
	'HTTP Request, Wait, If',
	'`openai`, each second',
	'the limit (`fetch`)',
] as const;

export type ContenderName = (typeof CONTENDERS)[number];

/** All who can make a video on this server, in this n8n or outside of it. */
export async function contendersIn({ client }: N8nInstance, sandbox: Sandbox): Promise<Contenders> {
	const { apiKey, baseUrl } = sandbox;
	const own = await client.createCredential('Own', { apiKey, baseUrl });
	const openAi = await client.createCredential('OpenAI', { apiKey, url: baseUrl }, 'openAiApi');
	const run = async (workflow: IWorkflowBase, node: string, count: number) =>
		await msOfRun(client, workflow, node, count);
	return {
		all: {
			'this node': async (count) => await run(generateWith(own, count), 'Videos', count),
			"n8n's OpenAI node": async (count) => await run(builtInWith(openAi, count), 'Videos', count),
			'HTTP Request, Wait, If': async (count) =>
				await run(loopWith(sandbox, count), 'Videos', count),
			'`openai`, each second': async (count) => await withPackage(sandbox, count),
			'the limit (`fetch`)': async (count) => await limit(sandbox, count),
		},
		run,
	};
}
