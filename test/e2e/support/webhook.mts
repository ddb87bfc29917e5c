import type { IWorkflowBase } from 'n8n-workflow';

import type { Client } from './client.mts';
import { waitUntil } from './waitUntil.mts';

/** A workflow in production. */
export interface Published {
	/** Starts an execution as a user's own system does, and does not wait for its end. */
	send(body: object): Promise<void>;
	/** Its executions, the newest first; at most 100. */
	executions(): Promise<Array<{ id: string; status: string }>>;
}

/**
 * Puts a workflow into production at the n8n with this address: its manual trigger becomes a webhook
 * of the given path, which hands on what it is sent as `body`.
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
			// n8n listens a moment after it has said that it does.
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
