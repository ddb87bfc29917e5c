import { readFile, writeFile } from 'node:fs/promises';

/** Bytes of memory that a process holds; from here on, {@link peakOf} counts anew (Linux). */
export async function holdsNow(pid: number): Promise<number> {
	await writeFile(`/proc/${pid}/clear_refs`, '5');
	return await statusOf(pid, 'VmRSS');
}

/** The most bytes that it has held since. */
export const peakOf = async (pid: number): Promise<number> => await statusOf(pid, 'VmHWM');

async function statusOf(pid: number, field: string): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) * 1024;
}
