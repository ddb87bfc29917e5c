import type { IConnection, IWorkflowBase } from 'n8n-workflow';

import {
	chain,
	itemsOf,
	mainTo,
	numbered,
	videosNode,
} from '../../../test/e2e/support/workflow.mts';
import type { Address } from '../createVideo.mts';
import { httpCreate, httpDownload, httpRequest } from '../httpRequestNodes.mts';

/** How n8n names a saved credential. */
interface Saved {
	id: string;
	name: string;
}

const PROMPT = '={{ $json.prompt }}';
/** As n8n saves a model that was chosen by its name. */
export const MODEL = { __rl: true, mode: 'id', value: 'sora-2' };

/** This node, all in one step. */
export const generateWith = (credential: Saved, count: number): IWorkflowBase =>
	chain([
		...itemsOf(numbered(count)),
		videosNode(credential, { operation: 'generate', model: MODEL, prompt: PROMPT }),
	]);

/** n8n's own OpenAI node, pointed at the server by its credential. */
export const builtInWith = (credential: Saved, count: number): IWorkflowBase =>
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
				// Its default gives a video of five minutes up.
				options: { waitTime: 900 },
			},
			credentials: { openAiApi: credential },
		},
	]);

/** n8n and nothing else: what each of its executions costs. */
export const nothing = (count: number): IWorkflowBase => chain(itemsOf(numbered(count)));

/** The loop that one builds of n8n's own nodes: create, wait 10 s, look; if not done, wait again. */
export function loopWith(address: Address, count: number): IWorkflowBase {
	const workflow = chain([
		...itemsOf(numbered(count)),
		httpCreate(address, 'Create', PROMPT),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { amount: 10, unit: 'seconds' },
		},
		httpRequest(address, 'Look', { url: `=${address.baseUrl}/videos/{{ $json.id }}` }),
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
		httpDownload(address, 'Videos', '{{ $json.id }}'),
	]);
	const [done] = workflow.connections['Done?'].main;
	workflow.connections['Done?'].main = [done, mainTo('Wait').main[0] as IConnection[]];
	return workflow;
}
