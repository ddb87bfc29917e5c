import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 120_000;
const FIRST_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 500;
/** Of the time waited so far: each check may cost n8n a request. */
const INTERVAL_SHARE = 0.15;

type Maybe<T> = T | undefined | false;

/** Polls `check` until it finds something, and returns it; `what` is for the error message. */
export async function waitUntil<T>(
	what: string,
	check: () => Maybe<T> | Promise<Maybe<T>>,
	{ within = TIMEOUT_MS, every = FIRST_INTERVAL_MS } = {},
): Promise<T> {
	const started = Date.now();
	for (;;) {
		const found = await check();
		if (found) return found;
		const waited = Date.now() - started;
		if (waited > within) throw new Error(`Timed out while waiting until ${what}`);
		await sleep(Math.max(every, Math.min(waited * INTERVAL_SHARE, MAX_INTERVAL_MS)));
	}
}
