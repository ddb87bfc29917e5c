import type { IWorkflowBase } from 'n8n-workflow';

import { waitUntil } from '../../support/waitUntil.mts';
import type { Client } from './client.mts';

/** A published workflow. */
export interface Published {
	/** Starts an execution by its webhook, without waiting until it ends. */
	send(body: object): Promise<void>;
	/** Its last 100 executions, the newest first. */
	executions(): Promise<Array<{ id: string; status: string }>>;
}

/**
 * Publishes a workflow: its manual trigger becomes a webhook with the given path, which passes the
 * request body on as `body`.
 */
export async function publish(
	{ client, url }: { client: Client; url: string },
	path: string,
	{ nodes, connections, settings }: IWorkflowBase,
): Promise<Published> {
	const webhook = {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { path, httpMethod: 'POST', options: {} },
	};
	const { id, versionId } = (
		await client.call('POST', '/workflows', {
			name: path,
			nodes: nodes.map((node) =>
				node.type.endsWith('.manualTrigger') ? { ...node, ...webhook } : node,
			),
			connections,
			settings,
			active: false,
		})
	).data as { id: string; versionId: string };
	await client.activate(id, versionId);

	const address = `${url}/webhook/${path}`;
	const headers = { 'content-type': 'application/json' };
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	return {
		async send(body) {
			// n8n listens a moment after it has confirmed the activation.
			await waitUntil(`${address} is listened to`, async () => {
				const request = { method: 'POST', headers, body: JSON.stringify(body) };
				return (await fetch(address, request)).status !== 404;
			});
		},
		async executions() {
			const { data } = await client.call('GET', `/executions?filter=${filter}&limit=100`);
			return (data as { results: Array<{ id: string; status: string }> }).results;
		},
	};
}
