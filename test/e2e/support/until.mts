import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 120_000;

type Maybe<T> = T | undefined | false;

/** Waits until `look` finds something, and returns it; `what` says what never came. */
export async function until<T>(what: string, look: () => Maybe<T> | Promise<Maybe<T>>): Promise<T> {
	const deadline = Date.now() + DEADLINE_MS;
	for (;;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > deadline) throw new Error(`In vain waited until ${what}`);
		await sleep(50);
	}
}
