import type { INodeParameters } from 'n8n-workflow';

import type { NodeSketch } from '../../test/e2e/support/workflow.mts';
import type { Address } from './createVideo.mts';

/** n8n's HTTP Request node, with the server's key. */
export const httpRequest = (
	{ apiKey }: Address,
	name: string,
	parameters: INodeParameters,
): NodeSketch => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'authorization', value: `Bearer ${apiKey}` }] },
		options: {},
		...parameters,
	},
});

/** The same for a Create, with more fields of the form. */
export const httpCreate = (
	address: Address,
	name: string,
	prompt: string,
	more: INodeParameters[] = [],
): NodeSketch =>
	httpRequest(address, name, {
		method: 'POST',
		url: `${address.baseUrl}/videos`,
		sendBody: true,
		contentType: 'multipart-form-data',
		bodyParameters: {
			parameters: [{ name: 'model', value: 'sora-2' }, { name: 'prompt', value: prompt }, ...more],
		},
	});

/** The same for a video's file; its id may be an expression. */
export const httpDownload = (address: Address, name: string, id: string): NodeSketch =>
	httpRequest(address, name, {
		url: `=${address.baseUrl}/videos/${id}/content`,
		options: { response: { response: { responseFormat: 'file' } } },
	});
