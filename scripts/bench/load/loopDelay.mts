import { readFile } from 'node:fs/promises';

/** Notes, four times a second, for how long the event loop was busy at a stretch at most, in ms. */
const WATCH = `
import { appendFile } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
setInterval(() => {
	appendFile(process.env.BENCH_LOOP_FILE + '.' + process.pid, delay.max / 1e6 + '\\n', () => {});
	delay.reset();
}, 250).unref();`;

/** What n8n's environment must have for {@link loopDelays}; `file` is the beginning of a path. */
export const watchLoop = (file: string): NodeJS.ProcessEnv => ({
	BENCH_LOOP_FILE: file,
	NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(WATCH)}`,
});

/** All that was noted of a process so far, in ms. */
export const loopDelays = async (file: string, pid: number): Promise<number[]> =>
	(await readFile(`${file}.${pid}`, 'utf8')).trim().split('\n').map(Number);
