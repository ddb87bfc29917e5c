import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { pollVideos } from './poll';

export class OpenAiVideosTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'OpenAI Videos Trigger',
		name: 'openAiVideosTrigger',
		icon: {
			light: 'file:../../icons/openAiVideos.svg',
			dark: 'file:../../icons/openAiVideos.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		// n8n lists both nodes as one, with this description.
		description: 'Turns prompts into videos, and starts a workflow when one is completed or failed',
		defaults: { name: 'OpenAI Videos Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'openAiVideosApi', required: true }],
		properties: [
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				required: true,
				options: [
					{
						name: 'Video Completed',
						value: 'completed',
						description: 'A video is done and can be downloaded',
					},
					{
						name: 'Video Failed',
						value: 'failed',
						description: 'The server gave up on a video',
					},
				],
				default: ['completed', 'failed'],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const videos = await pollVideos(this);
		return videos.length > 0 ? [videos.map((json) => ({ json }))] : null;
	}
}
