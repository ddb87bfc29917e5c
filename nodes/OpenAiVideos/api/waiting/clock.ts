import { sleep } from 'n8n-workflow';

/** Time and chance as the node sees them; the tests put their own in place. */
export const clock = {
	/** Milliseconds since the epoch. */
	now: (): number => Date.now(),

	random: (): number => Math.random(),

	/**
	 * Resolves after `ms`, or at once when `signal` is aborted.
	 * The race is needed because `sleep` takes no signal in n8n 1.x.
	 */
	async pause(ms: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted) return;
		let stop: () => void = () => {};
		const aborted = new Promise<void>((resolve) => {
			stop = resolve;
			signal?.addEventListener('abort', stop, { once: true });
		});
		await Promise.race([sleep(ms, signal).catch(() => {}), aborted]);
		signal?.removeEventListener('abort', stop);
	},
};
