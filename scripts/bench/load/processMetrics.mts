import { readFile } from 'node:fs/promises';

import { waitUntil } from '../../../test/support/waitUntil.mts';

/**
 * Records the longest block of the event loop, in ms, four times a second; and, on SIGUSR2, the bytes in
 * use after a garbage collection, including buffers.
 */
const COLLECTOR_SCRIPT = `
import { appendFile } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
const record = (kind, number) => appendFile(process.env.BENCH_METRICS + '.' + process.pid + kind, number + '\\n', () => {});
if (isMainThread) {
	setFlagsFromString('--expose_gc');
	const collect = runInNewContext('gc');
	const delay = monitorEventLoopDelay({ resolution: 5 });
	delay.enable();
	setInterval(() => {
		record('loop', delay.max / 1e6);
		delay.reset();
	}, 250).unref();
	process.on('SIGUSR2', () => {
		collect();
		const { heapUsed, external } = process.memoryUsage();
		record('memory', heapUsed + external);
	});
}`;

const GC_ROUNDS = 6;

/** Metrics that the processes started with `env` record about themselves. */
export interface ProcessMetrics {
	env: NodeJS.ProcessEnv;
	/** All delays recorded so far, in ms. */
	eventLoopDelays(pid: number): Promise<number[]>;
	/** Bytes in use after a garbage collection, which blocks the process. */
	bytesInUse(pid: number): Promise<number>;
	/** The same for an idle process: some garbage is only freed by a later collection. */
	bytesInUseWhenIdle(pid: number): Promise<number>;
}

/** `filePrefix` is the start of the paths of the files that the processes write. */
export function collectMetrics(filePrefix: string): ProcessMetrics {
	const readNumbers = async (pid: number, kind: string) =>
		(await readFile(`${filePrefix}.${pid}${kind}`, 'utf8').catch(() => ''))
			.split('\n')
			.slice(0, -1)
			.map(Number);
	const bytesInUse = async (pid: number) => {
		const { length } = await readNumbers(pid, 'memory');
		process.kill(pid, 'SIGUSR2');
		return await waitUntil(
			'n8n reports its memory',
			async () => (await readNumbers(pid, 'memory'))[length],
		);
	};
	return {
		env: {
			BENCH_METRICS: filePrefix,
			NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(COLLECTOR_SCRIPT)}`,
		},
		eventLoopDelays: async (pid) => await readNumbers(pid, 'loop'),
		bytesInUse,
		async bytesInUseWhenIdle(pid) {
			let least = Infinity;
			for (let round = 0; round < GC_ROUNDS; round++) {
				least = Math.min(least, await bytesInUse(pid));
			}
			return least;
		},
	};
}
