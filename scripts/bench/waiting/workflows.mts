import type { IConnection, IWorkflowBase } from 'n8n-workflow';

import {
	chain,
	itemsOf,
	mainTo,
	numbered,
	videosNode,
} from '../../../test/e2e/support/workflow.mts';
import type { ServerConnection } from '../createVideo.mts';
import { httpCreateNode, httpDownloadNode, httpRequestNode } from '../httpRequestNodes.mts';

/** A saved credential, as a node refers to it. */
interface CredentialReference {
	id: string;
	name: string;
}

const PROMPT = '={{ $json.prompt }}';
/** A model chosen by its name, as n8n saves it. */
export const MODEL = { __rl: true, mode: 'id', value: 'sora-2' };

/** This node's operation Generate. */
export const generateWorkflow = (credential: CredentialReference, count: number): IWorkflowBase =>
	chain([
		...itemsOf(numbered(count)),
		videosNode(credential, { operation: 'generate', model: MODEL, prompt: PROMPT }),
	]);

/** n8n's own OpenAI node; its credential has the server's base URL. */
export const openAiNodeWorkflow = (credential: CredentialReference, count: number): IWorkflowBase =>
	chain([
		...itemsOf(numbered(count)),
		{
			name: 'Videos',
			type: '@n8n/n8n-nodes-langchain.openAi',
			typeVersion: 2.3,
			parameters: {
				resource: 'video',
				operation: 'generate',
				modelId: MODEL,
				prompt: PROMPT,
				// The default times out for a video of five minutes.
				options: { waitTime: 900 },
			},
			credentials: { openAiApi: credential },
		},
	]);

/** Measures what an execution of n8n takes by itself. */
export const emptyWorkflow = (count: number): IWorkflowBase => chain(itemsOf(numbered(count)));

/** The usual loop of n8n's own nodes: create, wait 10 s, poll; if not done, wait again. */
export function httpLoopWorkflow(server: ServerConnection, count: number): IWorkflowBase {
	const workflow = chain([
		...itemsOf(numbered(count)),
		httpCreateNode(server, 'Create', PROMPT),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { amount: 10, unit: 'seconds' },
		},
		httpRequestNode(server, 'Poll', { url: `=${server.baseUrl}/videos/{{ $json.id }}` }),
		{
			name: 'Done?',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { version: 2, caseSensitive: true, typeValidation: 'strict' },
					combinator: 'and',
					conditions: [
						{
							leftValue: '={{ $json.status }}',
							rightValue: 'completed',
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
				options: {},
			},
		},
		httpDownloadNode(server, 'Videos', '{{ $json.id }}'),
	]);
	const [done] = workflow.connections['Done?'].main;
	workflow.connections['Done?'].main = [done, mainTo('Wait').main[0] as IConnection[]];
	return workflow;
}
