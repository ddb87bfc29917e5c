import path from 'node:path';

import { type Daemon, startDaemon } from '../../../test/e2e/support/daemon.mts';
import { PACKAGE_ROOT } from '../../engine.mts';
import { freePort } from '../../n8n/server.mts';
import type { Address } from '../createVideo.mts';

export interface OwnServer extends Address, Daemon {}

/** A sandbox in a process of its own, so that it takes no time of ours; each video is done at once. */
export async function startOwnServer(fileMegabytes: number): Promise<OwnServer> {
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
			missing: 'Node is not where it was',
		},
	);
	return { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey, stop };
}
