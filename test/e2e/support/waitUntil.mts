import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
const USUAL = { within: 120_000, every: 50 };

type Maybe<T> = T | undefined | false;

/** Waits until `look` finds something, and returns it; `what` says what never came. */
export async function waitUntil<T>(
	what: string,
	look: () => Maybe<T> | Promise<Maybe<T>>,
	{ within, every } = USUAL,
): Promise<T> {
	const deadline = Date.now() + within;
	for (;;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > deadline) throw new Error(`In vain waited until ${what}`);
		await sleep(every);
	}
}
