import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
const DEFAULTS = { within: 120_000, every: 50 };

type Maybe<T> = T | undefined | false;

/** Polls `check` until it finds something, and returns it; `what` is for the error message. */
export async function waitUntil<T>(
	what: string,
	check: () => Maybe<T> | Promise<Maybe<T>>,
	{ within, every } = DEFAULTS,
): Promise<T> {
	const deadline = Date.now() + within;
	for (;;) {
		const found = await check();
		if (found) return found;
		if (Date.now() > deadline) throw new Error(`Timed out while waiting until ${what}`);
		await sleep(every);
	}
}
