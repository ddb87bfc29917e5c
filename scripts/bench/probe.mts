import { readFile, writeFile } from 'node:fs/promises';

/** Kernel ticks a second: fixed at 100 for what Linux shows to programs. */
const TICKS_PER_SECOND = 100;

/** What Linux says of a running process. */
export interface Probe {
	/** Bytes it holds now. */
	memory(): Promise<number>;
	/** The most it has held since {@link Probe.forgetPeak}. */
	peak(): Promise<number>;
	forgetPeak(): Promise<void>;
	/** Processor seconds it has used so far, in all its threads. */
	cpu(): Promise<number>;
}

export function probe(pid: number): Probe {
	const status = async (name: string) => {
		const text = await readFile(`/proc/${pid}/status`, 'utf8');
		return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)![1]) * 1024;
	};
	return {
		memory: async () => await status('VmRSS'),
		peak: async () => await status('VmHWM'),
		// 5 resets the peak to what is held now: proc(5), /proc/pid/clear_refs.
		forgetPeak: async () => await writeFile(`/proc/${pid}/clear_refs`, '5'),
		async cpu() {
			const text = await readFile(`/proc/${pid}/stat`, 'utf8');
			// The name of the command, in brackets, may hold spaces; utime and stime are fields 14 and 15.
			const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
			return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
		},
	};
}
