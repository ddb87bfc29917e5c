import type { ExecutionLifecycleHooks } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** The tool that n8n's server derives from a node with `usableAsTool`. */
export const asTool = (node: INodeType): INodeType =>
	Object.assign(Object.create(node) as INodeType, {
		description: { ...node.description, inputs: [], outputs: ['ai_tool'] },
	});

/** The only built-in node that the examples need here; n8n's own is in a package of hundreds. */
export const startNode = (items: INodeExecutionData[]): INodeType => ({
	description: {
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Starts the workflow',
		defaults: { name: 'Manual Trigger' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
	execute: async () => [items],
});

export const nodeTypes = (types: Record<string, INodeType>): INodeTypes => ({
	getByName: (name) => types[name],
	getByNameAndVersion: (name) => types[name],
	getKnownTypes: () => ({}),
});

/** The part of n8n's server that an execution of these nodes needs; anything else throws. */
export function additionalData(
	hooks: ExecutionLifecycleHooks,
	credentials: ICredentialDataDecryptedObject,
	credentialType: ICredentialType,
): IWorkflowExecuteAdditionalData {
	return {
		hooks,
		executionId: '1',
		currentNodeExecutionIndex: 0,
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		credentialsHelper: credentialsHelper(credentials, credentialType),
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** Replaces n8n's credential store; it has one credential. */
export function credentialsHelper(
	credentials: ICredentialDataDecryptedObject,
	{ authenticate }: ICredentialType,
): IWorkflowExecuteAdditionalData['credentialsHelper'] {
	if (typeof authenticate !== 'function') throw new Error('The credential has no authenticate()');
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getCredentialsProperties: () => [],
		getDecrypted: async () => credentials,
		preAuthentication: async () => undefined,
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_type: string,
			request: Parameters<typeof authenticate>[1],
		) => await authenticate(data, request),
	} as unknown as IWorkflowExecuteAdditionalData['credentialsHelper'];
}
