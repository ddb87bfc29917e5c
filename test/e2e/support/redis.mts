import { tmpdir } from 'node:os';

import { freePort } from '../../../scripts/n8n/server.mts';
import { startDaemon } from './daemon.mts';

interface Redis {
	/** How n8n finds it, as environment variables. */
	env: NodeJS.ProcessEnv;
	end(): Promise<void>;
}

/** Starts a private Redis, which writes nothing to disk. */
export async function startRedis(): Promise<Redis> {
	const port = String(await freePort());
	const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()];
	const redis = await startDaemon('redis-server', args, {
		readyWords: 'Ready to accept connections',
		stopSignal: 'SIGTERM',
		missing:
			'n8n’s queue mode needs Redis. Install it, on Debian with `apt-get install redis-server`.',
	});
	return {
		env: { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: port },
		end: redis.stop,
	};
}
