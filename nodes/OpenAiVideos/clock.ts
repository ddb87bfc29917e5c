import { sleep } from 'n8n-workflow';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;

/** Time and randomness, replaceable in tests. */
export const clock = {
	/** Milliseconds since the epoch. */
	now: (): number => Date.now(),

	random: (): number => Math.random(),

	/** Resolves after `ms` of real time, also in tests: for what must not hang, and usually is over long before. */
	async after(ms: number): Promise<void> {
		await new Promise((resolve) => AbortSignal.timeout(ms).addEventListener('abort', resolve));
	},

	/**
	 * Resolves after `ms`, or immediately when `signal` is aborted.
	 * The race is needed because `sleep` ignores the signal in n8n 1.x.
	 */
	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted) return;
		await orAborted(
			sleep(ms, signal).catch(() => {}),
			signal,
		);
	},
};

/** Resolves when the promise does, or immediately when `signal` is aborted. */
export async function orAborted(promise: Promise<unknown>, signal?: AbortSignal): Promise<void> {
	if (signal?.aborted) return;
	let stop: () => void = () => {};
	const aborted = new Promise<void>((resolve) => {
		stop = resolve;
		signal?.addEventListener('abort', stop, { once: true });
	});
	await Promise.race([promise, aborted]);
	signal?.removeEventListener('abort', stop);
}
