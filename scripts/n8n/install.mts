import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import envPaths from 'env-paths';

/** Outside the repository, so that a fresh clone reuses what an earlier one has installed. */
export const CACHE = envPaths('n8n-nodes-openai-videos', { suffix: '' }).cache;

interface Release {
	/** The major version of Node it runs on. */
	node: number;
	/** Versions of dependencies to install instead of its own choice. */
	overrides?: Record<string, string>;
	/** Settings that it needs, as environment variables. */
	env?: Record<string, string>;
}

/** The newest installable n8n of each release line that the package supports. */
const RELEASES = {
	'2.41.1': {
		node: 24,
		// It would send a request to n8n's host at each start.
		env: { N8N_DISABLED_MODULES: 'mcp-registry' },
	},
	'1.123.81': {
		node: 20,
		// Its xlsx comes from another host than the registry; this is the newest one in the registry.
		overrides: { xlsx: '0.18.5' },
		// The prebuilt binaries of its default engine are for Node 22 and 24 only.
		env: { N8N_EXPRESSION_ENGINE: 'legacy' },
	},
} satisfies Record<string, Release>;

export type N8nVersion = keyof typeof RELEASES;

/** The version for what needs only one. */
export const VERSION: N8nVersion = '2.41.1';

export const N8N_VERSIONS = Object.keys(RELEASES) as N8nVersion[];

/** The major version of Node that an n8n runs on. */
export const nodeOf = (version: N8nVersion): number => RELEASES[version].node;

export interface N8nInstall {
	version: N8nVersion;
	/** The Node that runs it. */
	node: string;
	/** n8n's own command, a script for that Node. */
	bin: string;
	/** The `node_modules` that it is installed in. */
	modules: string;
	/** Settings it needs, as environment variables. */
	env: Record<string, string>;
}

type Report = (line: string) => void;

/** Returns an n8n from the cache; the first call installs it, which takes minutes. */
export async function ensureN8n(
	version: N8nVersion,
	report: Report = () => {},
): Promise<N8nInstall> {
	const release: Release = RELEASES[version];
	await mkdir(CACHE, { recursive: true });

	const node = await ensureNode(release.node, report);
	const folder = path.join(CACHE, `n8n-${version}`);
	const modules = path.join(folder, 'node_modules');
	const bin = path.join(modules, 'n8n/bin/n8n');
	await once(folder, { overrides: release.overrides }, async () => {
		report(`Installing n8n ${version} (once: 2 to 3 GB, about four minutes) into ${folder}`);
		await npm(folder, ['install', `n8n@${version}`, '--ignore-scripts'], node, report);
		// The only package whose install script n8n needs.
		await npm(folder, ['rebuild', 'sqlite3', '--ignore-scripts=false'], node, report);
	});
	return { version, node, bin, modules, env: release.env ?? {} };
}

/** A Node of this major version: the running one if it matches, otherwise npm's from the cache. */
async function ensureNode(major: number, report: Report): Promise<string> {
	if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
	const folder = path.join(CACHE, `node-${major}`);
	await once(folder, {}, async () => {
		report(`Installing Node ${major} for it`);
		await npm(
			folder,
			['install', `node@${major}`, '--ignore-scripts=false'],
			process.execPath,
			report,
		);
	});
	const file = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(folder, 'node_modules/node/bin', file);
}

/**
 * Runs `install` in a folder with this package.json unless it was completed before. An interrupted
 * install is continued by npm. A second process waits for the first.
 */
async function once(folder: string, manifest: object, install: () => Promise<void>): Promise<void> {
	const done = path.join(folder, '.complete');
	const lock = `${folder}.lock`;
	await mkdir(folder, { recursive: true });
	while (!existsSync(done)) {
		if (!(await takeLock(lock))) {
			await sleep(1000);
			continue;
		}
		try {
			if (existsSync(done)) return;
			await writeFile(
				path.join(folder, 'package.json'),
				JSON.stringify({ private: true, ...manifest }),
			);
			await install();
			await writeFile(done, '');
		} finally {
			await rm(lock, { force: true });
		}
	}
}

/** The lock file has the process ID, so that the lock of a killed process is taken over. */
async function takeLock(lock: string): Promise<boolean> {
	const free = await writeFile(lock, String(process.pid), { flag: 'wx' }).then(
		() => true,
		() => false,
	);
	if (free) return true;
	const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
	if (owner > 0 && isAlive(owner)) return false;
	await rm(lock, { force: true });
	return false;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Runs npm in a folder of the cache with the given Node, and reports every few seconds that it is running. */
async function npm(cwd: string, args: string[], node: string, report: Report): Promise<void> {
	const started = Date.now();
	const logFile = path.join(cwd, 'install.log');
	const timer = setInterval(() => {
		report(`  npm ${args[0]} … ${Math.round((Date.now() - started) / 1000)} s`);
	}, 5000);
	const code = await new Promise<number | null>((resolve) => {
		const [command, first] = npmCommand(node);
		const child = spawn(
			command,
			[...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'],
			{ cwd, env: cleanEnvironment(node), stdio: ['ignore', 'pipe', 'pipe'] },
		);
		process.once('exit', () => child.kill());
		const log = createWriteStream(logFile, { flags: 'a' });
		child.stdout.pipe(log, { end: false });
		child.stderr.pipe(log, { end: false });
		child.on('error', (error) => log.write(`${error.message}\n`));
		child.on('close', resolve);
	}).finally(() => clearInterval(timer));
	if (code !== 0) throw new Error(`npm ${args.join(' ')} did not succeed; see ${logFile}`);
}

/** The npm that runs this script, otherwise the one on PATH. */
function npmCommand(node: string): [command: string, args: string[]] {
	const script = process.env.npm_execpath;
	if (script?.endsWith('.js')) return [node, [script]];
	return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

/**
 * The environment without what npm and jest pass to their child processes: the settings of this
 * repository must not reach npm or n8n elsewhere. The given Node comes first on PATH.
 */
export function cleanEnvironment(node: string): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(npm_|JEST_|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$|N8N_|INIT_CWD$)/i.test(name),
	);
	const environment: NodeJS.ProcessEnv = Object.fromEntries(kept);
	environment.PATH = [path.dirname(node), process.env.PATH].join(path.delimiter);
	return environment;
}
