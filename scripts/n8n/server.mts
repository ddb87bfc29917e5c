import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

import { CACHE, cleanEnvironment, type N8nInstall } from './install.mts';

export const OWNER = {
	email: 'owner@example.com',
	firstName: 'Practice',
	lastName: 'Owner',
	password: 'Practice-1-owner',
	/** bcrypt of the password: n8n accepts an owner in its environment only in this form. */
	passwordHash: '$2a$10$UP61tqc/kc2avdiTt16xueId3fAW3MfAAYb32qHrNW8bU5A8LEsK.',
};

const START_TIMEOUT_MS = 120_000;
const STOP_GRACE_MS = 8_000;
/** Below the ephemeral ports of the system: n8n binds its port seconds after it was found to be free. */
const OWN_PORTS = [16_000, 32_000] as const;

export interface N8nOptions {
	install: N8nInstall;
	/** Where n8n keeps its folder `.n8n`. */
	userFolder: string;
	/** More settings, as n8n's environment variables. */
	env?: NodeJS.ProcessEnv;
}

export interface RunningN8n {
	/** `http://127.0.0.1:PORT` */
	url: string;
	pid: number;
	/** All that it has printed. */
	log(): string;
	/** Resolves when it has ended for any reason. */
	ended: Promise<void>;
	stop(): Promise<void>;
	/** Ends it at once with SIGKILL, like a power failure. */
	kill(): Promise<void>;
}

/** Starts n8n on the loopback interface and waits until its editor can be opened. */
export const startN8n = async (options: N8nOptions & { port?: number }): Promise<RunningN8n> =>
	// The health check succeeds before the editor and the nodes are loaded.
	await start(options, 'start', 'Editor is now accessible');

/** Starts a worker of an n8n in queue mode, with the same queue in `env`, and waits until it is ready. */
export const startWorker = async (options: N8nOptions): Promise<RunningN8n> =>
	await start(options, 'worker', 'worker is now ready');

/** Starts one of n8n's processes and waits until it has printed `readyWords`. */
async function start(
	options: N8nOptions & { port?: number },
	command: string,
	readyWords: string,
): Promise<RunningN8n> {
	const { install, port = await freePort() } = options;
	const env = await environment(options, port);
	const child = spawn(install.node, [install.bin, command], {
		env,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const endWithUs = () => child.kill();
	process.once('exit', endWithUs);
	let output = '';
	const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
	void ended.then(() => process.off('exit', endWithUs));
	const stop = async () => await end(child, ended);
	const kill = async () => {
		child.kill('SIGKILL');
		await ended;
	};

	let timer: NodeJS.Timeout | undefined;
	await new Promise<void>((resolve, reject) => {
		timer = setTimeout(
			() => reject(new Error(`n8n did not start in time. It said last: ${lastWords(output)}`)),
			START_TIMEOUT_MS,
		);
		const listen = (chunk: Buffer) => {
			output += chunk.toString();
			if (output.includes(readyWords)) resolve();
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		child.on('close', () =>
			reject(new Error(`n8n ended by itself. It said last: ${lastWords(output)}`)),
		);
		child.on('error', reject);
	})
		.finally(() => clearTimeout(timer))
		.catch(async (error: unknown) => {
			await stop();
			throw error;
		});
	const url = `http://127.0.0.1:${port}`;
	return { url, pid: child.pid!, log: () => output, ended, stop, kill };
}

/** Runs one of n8n's commands; returns what it printed. */
export async function n8nCommand(options: N8nOptions, args: string[]): Promise<string> {
	const { install } = options;
	const { stdout } = await promisify(execFile)(install.node, [install.bin, ...args], {
		env: await environment(options, await freePort()),
		maxBuffer: 100_000_000,
	});
	return stdout;
}

/** Disables everything in n8n that sends requests to other hosts. */
async function environment(
	{ install, userFolder, env }: N8nOptions,
	port: number,
): Promise<NodeJS.ProcessEnv> {
	return {
		...cleanEnvironment(install.node),
		// With its compiled code, n8n starts faster on Node 22 and newer.
		NODE_COMPILE_CACHE: path.join(CACHE, 'compiled'),
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: 'a-key-for-practice-only',
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: OWNER.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: OWNER.firstName,
		N8N_INSTANCE_OWNER_LAST_NAME: OWNER.lastName,
		N8N_INSTANCE_OWNER_PASSWORD_HASH: OWNER.passwordHash,
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		...install.env,
		...env,
	};
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
	await ended;
	clearTimeout(timer);
}

const lastWords = (output: string) => output.trim().split('\n').slice(-3).join(' ');

/** The given port if it is free, otherwise rejects with EADDRINUSE; without one, any free port. */
export async function freePort(wanted?: number): Promise<number> {
	if (wanted !== undefined) return await probe(wanted);
	return await probe(randomInt(...OWN_PORTS)).catch(async (error: NodeJS.ErrnoException) => {
		if (error.code === 'EADDRINUSE') return await freePort();
		throw error;
	});
}

async function probe(port: number): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
	});
}
