import { createRequire } from 'node:module';

import type {
	ICredentialType,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { sharedEngine } from './nodeRunner.mts';
import { NODE_TYPE } from '../../scripts/engine.mts';
import { credentialsHelper } from '../../scripts/engineHost.mts';

const requireBuilt = createRequire(import.meta.url);
const { OpenAiVideos } = requireBuilt('../../dist/nodes/OpenAiVideos/OpenAiVideos.node.js');
const { OpenAiVideosApi } = requireBuilt('../../dist/credentials/OpenAiVideosApi.credentials.js');

interface ModelSearch {
	credentials: Record<string, string | boolean>;
	/** Text in the list's search field. */
	filter?: string;
	/** The node parameters that are filled in. */
	parameters?: INodeParameters;
}

/** The editor's model list, through n8n's own context for it. */
export async function searchModels(search: ModelSearch): Promise<INodeListSearchResult> {
	const { credentials, filter, parameters = {} } = search;
	await sharedEngine();
	const { LoadOptionsContext } = await import('n8n-core');
	const { Workflow } = await import('n8n-workflow');
	const videos = new OpenAiVideos() as INodeType;
	const node = {
		id: '1',
		name: 'Videos',
		type: NODE_TYPE,
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters: {},
		credentials: { openAiVideosApi: { id: '1', name: 'Demo' } },
	};
	const types = { getByName: () => videos, getByNameAndVersion: () => videos };
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { ...types, getKnownTypes: () => ({}) },
	});
	const context = new LoadOptionsContext(
		workflow,
		node,
		{
			currentNodeParameters: parameters,
			credentialsHelper: credentialsHelper(credentials, new OpenAiVideosApi() as ICredentialType),
		} as unknown as IWorkflowExecuteAdditionalData,
		'',
	);
	const { getModels } = videos.methods!.listSearch!;
	return await getModels.call(context as ILoadOptionsFunctions, filter);
}
