import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../../../scripts/n8n/server.mts';
import { startDaemon } from './daemon.mts';

interface Postgres {
	/** How n8n finds it, as environment variables. */
	env: NodeJS.ProcessEnv;
	end(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
const MISSING =
	'n8n’s queue mode needs PostgreSQL. Install it, on Debian with `apt-get install postgresql`.';
/** The data is deleted at the end, so it need not survive a crash. */
const FAST = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

/** Starts a private PostgreSQL with an empty database. */
export async function startPostgres(): Promise<Postgres> {
	const bin = await findCommands();
	const uid = await unprivilegedUser();
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-postgres-'));
	if (uid !== undefined) await chown(folder, uid, -1);

	const as = ['--username=n8n', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
	await promisify(execFile)(path.join(bin, 'initdb'), [...as, folder], { uid, cwd: '/' }).catch(
		async (error: NodeJS.ErrnoException) => {
			await rm(folder, { recursive: true, force: true });
			// Another user cannot search all folders of root's PATH, which fails at spawn too.
			throw error.syscall?.startsWith('spawn') ? new Error(MISSING) : error;
		},
	);
	const port = String(await freePort());
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...FAST];
	const postgres = await startDaemon(
		path.join(bin, 'postgres'),
		['-D', folder, '-p', port, ...settings.flatMap((setting) => ['-c', setting])],
		{
			readyWords: 'database system is ready to accept connections',
			stopSignal: 'SIGINT',
			uid,
			missing: MISSING,
		},
	);
	return {
		env: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: port,
			DB_POSTGRESDB_USER: 'n8n',
			DB_POSTGRESDB_DATABASE: 'postgres',
		},
		async end() {
			await postgres.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** Debian keeps the server's commands out of PATH, in a folder for each version; '' means PATH. */
async function findCommands(): Promise<string> {
	const versions = await readdir(DEBIAN).catch(() => []);
	const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
	return newest ? path.join(DEBIAN, newest, 'bin') : '';
}

/** PostgreSQL does not run as root, but runs as `nobody`. */
async function unprivilegedUser(): Promise<number | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const { stdout } = await promisify(execFile)('id', ['-u', 'nobody']);
	return Number(stdout);
}
