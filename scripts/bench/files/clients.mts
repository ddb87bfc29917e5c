import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { IWorkflowBase } from 'n8n-workflow';

import type { Client } from '../../../test/e2e/support/client.mts';
import { startN8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { PACKAGE_ROOT } from '../../engine.mts';
import { ensureN8n, VERSION } from '../../n8n/install.mts';
import { measureNode } from '../measure.mts';
import type { TransferJob } from './fetcher.mts';

/** A fresh process that transfers files; `Source` describes the file and its server. */
export interface TransferClient<Source> {
	pid: number;
	/** Transfers one file; returns the duration in milliseconds. */
	transfer(source: Source): Promise<number>;
	end(): Promise<void>;
}

/** A separate n8n, in which the node `Videos` of a workflow transfers the file. */
export async function n8nClient<Source>(
	workflowFor: (source: Source, client: Client) => Promise<IWorkflowBase>,
	env: NodeJS.ProcessEnv = {},
): Promise<TransferClient<Source>> {
	const { client, n8n, end } = await startN8nInstance({ env });
	return {
		pid: n8n.pid,
		transfer: async (source) =>
			await measureNode(client, await workflowFor(source, client), 'Videos'),
		end,
	};
}

/** Plain `fetch`, on the Node version that n8n uses. */
export async function fetchClient<Source>(
	jobFor: (source: Source) => TransferJob,
): Promise<TransferClient<Source>> {
	const { node } = await ensureN8n(VERSION);
	const child = fork(path.join(PACKAGE_ROOT, 'scripts/bench/files/fetcher.mts'), [], {
		execPath: node,
		execArgv: [],
	});
	const exited = once(child, 'exit');
	return {
		pid: child.pid!,
		async transfer(source) {
			const response = Promise.race([
				once(child, 'message'),
				exited.then(() => ['the fetch process ended']),
			]);
			child.send(jobFor(source));
			const [result] = (await response) as [number | string];
			if (typeof result === 'string') throw new Error(result);
			return result;
		},
		async end() {
			if (child.connected) child.disconnect();
			await exited;
		},
	};
}
