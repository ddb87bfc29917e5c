import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ensureN8n, type N8nVersion, VERSION } from '../../../scripts/n8n/install.mts';
import { installPackage } from '../../../scripts/n8n/package.mts';
import { freePort, type RunningN8n, startN8n } from '../../../scripts/n8n/server.mts';
import { TARBALL } from '../environment.mts';
import { Client } from './client.mts';

export interface N8nInstanceOptions {
	/** Default {@link VERSION}. */
	version?: N8nVersion;
	/** More settings, as n8n's environment variables. */
	env?: NodeJS.ProcessEnv;
	/** Whether n8n has the packed package from the start; default true. */
	hasPackage?: boolean;
}

export interface N8nInstance {
	n8n: RunningN8n;
	client: Client;
	/** n8n's database, settings and files. */
	userFolder: string;
	/** Starts n8n again at the same URL after it was stopped or killed, so that the client stays valid. */
	restart(): Promise<void>;
	end(): Promise<void>;
}

/** Starts a new n8n with the packed package and logs its owner in. */
export async function startN8nInstance({
	version = VERSION,
	env,
	hasPackage = true,
}: N8nInstanceOptions = {}): Promise<N8nInstance> {
	const install = await ensureN8n(version, (line) => console.log(line));
	const userFolder = await mkdtemp(path.join(tmpdir(), 'openai-videos-n8n-'));
	if (hasPackage) await installPackage(userFolder, process.env[TARBALL]);
	const port = await freePort();
	const start = async () => await startN8n({ install, userFolder, env, port });
	let n8n = await start();
	const client = new Client(n8n.url, install);
	await client.login().catch(async (error: unknown) => {
		await n8n.stop();
		throw error;
	});
	return {
		get n8n() {
			return n8n;
		},
		client,
		userFolder,
		async restart() {
			n8n = await start();
		},
		async end() {
			await n8n.stop();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}
