import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { IWorkflowBase } from 'n8n-workflow';

import type { Client } from '../../../test/e2e/support/client.mts';
import { startN8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { PACKAGE_ROOT } from '../../engine.mts';
import { ensureN8n, VERSION } from '../../n8n/install.mts';
import { msOfNode } from '../run.mts';
import type { Errand } from './fetcher.mts';

/** A fresh process that carries files; `What` says which, and where to. */
export interface Carrier<What> {
	pid: number;
	/** Carries one; resolves with the milliseconds it took. */
	carry(what: What): Promise<number>;
	end(): Promise<void>;
}

/** An n8n of its own, and there the node `Videos` of a workflow. */
export async function n8nCarrier<What>(
	workflowFor: (what: What, client: Client) => Promise<IWorkflowBase>,
	env: NodeJS.ProcessEnv = {},
): Promise<Carrier<What>> {
	const { client, n8n, end } = await startN8nInstance({ env });
	return {
		pid: n8n.pid,
		carry: async (what) => await msOfNode(client, await workflowFor(what, client), 'Videos'),
		end,
	};
}

/** Bare `fetch`, on the Node that n8n runs on. */
export async function fetchCarrier<What>(
	errandFor: (what: What) => Errand,
): Promise<Carrier<What>> {
	const { node } = await ensureN8n(VERSION);
	const child = fork(path.join(PACKAGE_ROOT, 'scripts/bench/files/fetcher.mts'), [], {
		execPath: node,
		execArgv: [],
	});
	const exited = once(child, 'exit');
	return {
		pid: child.pid!,
		async carry(what) {
			const answer = Promise.race([once(child, 'message'), exited.then(() => ['it has ended'])]);
			child.send(errandFor(what));
			const [took] = (await answer) as [number | string];
			if (typeof took === 'string') throw new Error(took);
			return took;
		},
		async end() {
			if (child.connected) child.disconnect();
			await exited;
		},
	};
}
