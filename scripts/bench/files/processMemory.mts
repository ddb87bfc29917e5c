import { readFile, writeFile } from 'node:fs/promises';

/** Resets {@link peakMemory} of a process and returns its current memory in bytes (Linux). */
export async function resetPeakMemory(pid: number): Promise<number> {
	await writeFile(`/proc/${pid}/clear_refs`, '5');
	return await readStatusField(pid, 'VmRSS');
}

/** Peak memory in bytes since the last reset. */
export const peakMemory = async (pid: number): Promise<number> =>
	await readStatusField(pid, 'VmHWM');

async function readStatusField(pid: number, field: string): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) * 1024;
}
