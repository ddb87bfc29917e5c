import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ensureN8n, VERSION } from '../../../scripts/n8n/install.mts';
import { installPackage } from '../../../scripts/n8n/package.mts';
import { type RunningN8n, startN8n, startWorker } from '../../../scripts/n8n/server.mts';
import { TARBALL } from '../environment.mts';
import { Client } from './client.mts';
import type { N8nInstanceOptions } from './n8nInstance.mts';
import { startPostgres } from './postgres.mts';
import { startRedis } from './redis.mts';

/** The executions that a worker has started, by its log. */
export const begunBy = (worker: RunningN8n): string[] =>
	[...worker.log().matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id);

export interface Cluster {
	main: RunningN8n;
	/** The first two. */
	workers: RunningN8n[];
	client: Client;
	/** Adds a worker, with more settings. */
	addWorker(env?: NodeJS.ProcessEnv): Promise<RunningN8n>;
	end(): Promise<void>;
}

/**
 * n8n in queue mode: one main and two workers, each with its own files, as on machines of their own,
 * and with the packed package.
 */
export async function startCluster({
	version = VERSION,
	env,
}: N8nInstanceOptions = {}): Promise<Cluster> {
	const install = await ensureN8n(version, (line) => console.log(line));
	const cleanUps: Array<() => Promise<unknown>> = [];
	const end = async () => {
		for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
	};

	try {
		const redis = await startRedis();
		cleanUps.push(redis.end);
		const postgres = await startPostgres();
		cleanUps.push(postgres.end);
		const queueEnv = { EXECUTIONS_MODE: 'queue', ...redis.env, ...postgres.env };

		const options = async (more?: NodeJS.ProcessEnv) => {
			const userFolder = await mkdtemp(path.join(tmpdir(), 'openai-videos-n8n-'));
			cleanUps.push(async () => await rm(userFolder, { recursive: true, force: true }));
			await installPackage(userFolder, process.env[TARBALL]);
			return { install, userFolder, env: { ...queueEnv, ...env, ...more } };
		};
		const addWorker = async (more?: NodeJS.ProcessEnv) => {
			const worker = await startWorker(await options(more));
			cleanUps.push(worker.stop);
			return worker;
		};

		// First, because it creates the tables.
		const main = await startN8n(await options());
		cleanUps.push(main.stop);
		const client = new Client(main.url, install);
		await client.login();
		const workers = await Promise.all([addWorker(), addWorker()]);
		return { main, workers, client, addWorker, end };
	} catch (error) {
		await end();
		throw error;
	}
}
