import { readFile } from 'node:fs/promises';

/** Kernel ticks a second: fixed at 100 for what Linux shows to programs. */
const TICKS_PER_SECOND = 100;

/** Processor seconds that a process has used so far, in all its threads, as Linux tells them. */
export async function cpuSecondsOf(pid: number): Promise<number> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8');
	// The name of the command, in brackets, may hold spaces; utime and stime are fields 14 and 15.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
