import type { INodeParameters } from 'n8n-workflow';

import type { NodeSketch } from '../../test/e2e/support/workflow.mts';
import type { ServerConnection } from './createVideo.mts';

/** n8n's HTTP Request node with the server's API key. */
export const httpRequestNode = (
	{ apiKey }: ServerConnection,
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

/** An HTTP Request node that creates a video. */
export const httpCreateNode = (
	server: ServerConnection,
	name: string,
	prompt: string,
	extraFields: INodeParameters[] = [],
): NodeSketch =>
	httpRequestNode(server, name, {
		method: 'POST',
		url: `${server.baseUrl}/videos`,
		sendBody: true,
		contentType: 'multipart-form-data',
		bodyParameters: {
			parameters: [
				{ name: 'model', value: 'sora-2' },
				{ name: 'prompt', value: prompt },
				...extraFields,
			],
		},
	});

/** An HTTP Request node that downloads a video's file; the ID may be an expression. */
export const httpDownloadNode = (server: ServerConnection, name: string, id: string): NodeSketch =>
	httpRequestNode(server, name, {
		url: `=${server.baseUrl}/videos/${id}/content`,
		options: { response: { response: { responseFormat: 'file' } } },
	});
