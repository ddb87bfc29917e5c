import path from 'node:path';

import { type Daemon, startDaemon } from '../../../test/e2e/support/daemon.mts';
import { PACKAGE_ROOT } from '../../engine.mts';
import { freePort } from '../../n8n/server.mts';
import type { ServerConnection } from '../createVideo.mts';

export interface SandboxProcess extends ServerConnection, Daemon {}

/** A sandbox in a separate process, so that it does not slow this one down; each video is done at once. */
export async function startSandboxProcess(fileMegabytes: number): Promise<SandboxProcess> {
	const [port, apiKey] = [await freePort(), 'bench'];
	const flags = { port, key: apiKey, 'render-seconds': 0, 'file-mb': fileMegabytes };
	const main = path.join(PACKAGE_ROOT, 'sandbox/main.mts');
	const { stop } = await startDaemon(
		process.execPath,
		[
			...['--import', import.meta.resolve('tsx'), main],
			...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
		],
		{
			readyWords: 'Stop with Ctrl-C',
			stopSignal: 'SIGTERM',
			missing: 'Node cannot be found',
		},
	);
	return { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey, stop };
}
