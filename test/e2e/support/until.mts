import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 120_000;

/** Waits until something is so; `what` says what was waited for when it never comes. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
	const deadline = Date.now() + DEADLINE_MS;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`In vain waited until ${what}`);
		await sleep(200);
	}
}
