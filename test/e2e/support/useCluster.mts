import type { INodeExecutionData } from 'n8n-workflow';

import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server.mts';
import type { Execution } from './client.mts';
import { type Cluster, startCluster } from './cluster.mts';
import type { N8nInstanceOptions } from './n8nInstance.mts';
import { publishService, type Service, type ServiceOptions } from './service.mts';
import { ONLY_USED_NODES } from './usedNodes.mts';
import { outputOf } from './workflow.mts';

/** n8n detects a dead worker within a minute and a half by default; with these settings, within seconds. */
const FAST_STALL_DETECTION = {
	QUEUE_WORKER_LOCK_DURATION: '5000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
	QUEUE_WORKER_STALLED_INTERVAL: '2000',
};

/** A service and its own server. */
export type StartedService = Service & { sandbox: Sandbox };

/** One cluster for the tests of a `describe`, and servers for them. */
export function useCluster({ env, ...options }: N8nInstanceOptions) {
	let cluster: Cluster;
	const sandboxes: Sandbox[] = [];

	beforeAll(async () => {
		cluster = await startCluster({
			...options,
			env: { ...FAST_STALL_DETECTION, ...ONLY_USED_NODES, ...env },
		});
	});

	afterAll(async () => {
		await cluster?.end();
		for (const sandbox of sandboxes) await sandbox.close();
	});

	return {
		get cluster() {
			return cluster;
		},

		async startService(
			name: string,
			server: SandboxOptions,
			nodes: Omit<ServiceOptions, 'sandbox'> = {},
		): Promise<StartedService> {
			const sandbox = await startSandbox(server);
			sandboxes.push(sandbox);
			return { ...(await publishService(cluster, name, { sandbox, ...nodes })), sandbox };
		},
	};
}

export const statusesOf = (executions: Execution[]) => executions.map(({ status }) => status);

/** The videos that an execution downloaded. */
export const downloaded = (execution: Execution): INodeExecutionData[] =>
	outputOf(execution, 'Download');

export const idOf = ({ json }: INodeExecutionData): string => String(json.id);

export const promptOf = ({ json }: INodeExecutionData): string => String(json.prompt);
