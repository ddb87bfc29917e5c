import { readFile } from 'node:fs/promises';

/** Linux always reports 100 ticks per second to programs. */
const TICKS_PER_SECOND = 100;

/** Processor seconds used by all threads of a process so far (Linux). */
export async function cpuSecondsOf(pid: number): Promise<number> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8');
	// The command name, in brackets, may contain spaces; utime and stime are fields 14 and 15.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
