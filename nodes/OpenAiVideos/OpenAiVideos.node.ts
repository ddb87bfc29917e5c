import { NodeConnectionTypes } from 'n8n-workflow';
import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { getModels } from './listSearch/getModels';
import { videoDescription } from './resources/video';

export class OpenAiVideos implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'OpenAI Videos',
		name: 'openAiVideos',
		icon: {
			light: 'file:../../icons/openAiVideos.svg',
			dark: 'file:../../icons/openAiVideos.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Turn a prompt into a video on any server that speaks the OpenAI Videos protocol',
		defaults: { name: 'OpenAI Videos' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'openAiVideosApi', required: true }],
		// No Content-Type here: it would turn the multipart form of Create into JSON and lose the image.
		requestDefaults: {
			baseURL: '={{ $credentials.baseUrl }}',
			headers: { Accept: 'application/json, */*' },
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			// Also for files on other hosts, which are fetched without the credential.
			skipSslCertificateValidation: '={{ $credentials.allowUnauthorizedCerts }}',
		},
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Video', value: 'video' }],
				default: 'video',
			},
			...videoDescription,
		],
	};

	methods = { listSearch: { getModels } };
}
