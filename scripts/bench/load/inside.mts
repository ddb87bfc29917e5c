import { readFile } from 'node:fs/promises';

import { waitUntil } from '../../../test/e2e/support/waitUntil.mts';

/**
 * Notes, four times a second, for how long the event loop was busy at a stretch at most, in ms; and, at a
 * signal, the bytes that are in use once all garbage is put away, what buffers hold included.
 */
const WATCH = `
import { appendFile } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
const note = (kind, number) => appendFile(process.env.BENCH_NOTES + '.' + process.pid + kind, number + '\\n', () => {});
if (isMainThread) {
	setFlagsFromString('--expose_gc');
	const collect = runInNewContext('gc');
	const delay = monitorEventLoopDelay({ resolution: 5 });
	delay.enable();
	setInterval(() => {
		note('loop', delay.max / 1e6);
		delay.reset();
	}, 250).unref();
	process.on('SIGUSR2', () => {
		collect();
		const { heapUsed, external } = process.memoryUsage();
		note('memory', heapUsed + external);
	});
}`;

const ROUNDS = 6;

/** What is seen from inside of n8n's processes that are started with `env`. */
export interface Inside {
	env: NodeJS.ProcessEnv;
	/** All delays noted of a process so far, in ms. */
	loopDelays(pid: number): Promise<number[]>;
	/** Bytes in use; stops the process for as long as it takes to put garbage away. */
	bytesInUse(pid: number): Promise<number>;
	/** The same when nothing goes on: what is no longer needed goes in several rounds. */
	bytesInUseAtRest(pid: number): Promise<number>;
}

/** `file` is the beginning of a path. */
export function watchInside(file: string): Inside {
	const notes = async (pid: number, kind: string) =>
		(await readFile(`${file}.${pid}${kind}`, 'utf8').catch(() => ''))
			.split('\n')
			.slice(0, -1)
			.map(Number);
	const bytesInUse = async (pid: number) => {
		const { length } = await notes(pid, 'memory');
		process.kill(pid, 'SIGUSR2');
		return await waitUntil(
			'n8n tells its memory',
			async () => (await notes(pid, 'memory'))[length],
		);
	};
	return {
		env: {
			BENCH_NOTES: file,
			NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(WATCH)}`,
		},
		loopDelays: async (pid) => await notes(pid, 'loop'),
		bytesInUse,
		async bytesInUseAtRest(pid) {
			let least = Infinity;
			for (let round = 0; round < ROUNDS; round++) {
				least = Math.min(least, await bytesInUse(pid));
			}
			return least;
		},
	};
}
