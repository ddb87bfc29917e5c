import { clock } from './clock';

export interface WaitRules<T> {
	/** True for an answer that ends the wait. */
	isFinal: (seen: T) => boolean;
	/** Milliseconds until the next question. */
	delay: (seen: T) => number;
	/** The moment, in clock ms, at which the last question is asked. */
	deadline: number;
	pause: (ms: number) => Promise<void>;
}

/** Asks at once, then again and again; returns the final answer, or the one had at the deadline. */
export async function waitFor<T>(ask: () => Promise<T>, rules: WaitRules<T>): Promise<T> {
	for (;;) {
		const seen = await ask();
		const left = rules.deadline - clock.now();
		if (rules.isFinal(seen) || left <= 0) return seen;
		await rules.pause(Math.min(rules.delay(seen), left));
	}
}
