import { createRequire } from 'node:module';

const { clock } = createRequire(import.meta.url)('../../dist/nodes/clock.js') as {
	clock: {
		now: () => number;
		random: () => number;
		sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
	};
};
const REAL_PAUSE = clock.sleep;

/** Time as the node sees it: it passes only while the node waits, and then at once. */
export class FakeClock {
	/** Milliseconds since the epoch. */
	now = Date.UTC(2026, 10, 1);

	/** Every wait, in ms. */
	pauses: number[] = [];

	/** The node's real pause, for the tests of cancelling. */
	readonly realPause = REAL_PAUSE;

	constructor() {
		clock.now = () => this.now;
		clock.random = () => 0.5;
		clock.sleep = async (ms) => {
			this.pauses.push(ms);
			this.now += ms;
		};
	}

	/** Replaces the node's pause. */
	pauseWith(pause: typeof clock.sleep): void {
		clock.sleep = pause;
	}

	/** All time waited so far, in ms. */
	get waited(): number {
		return this.pauses.reduce((sum, ms) => sum + ms, 0);
	}
}

/** Time that passes many times faster, for many items that wait in parallel. */
export class AcceleratedClock {
	private readonly start = Date.now();

	constructor(private readonly factor: number) {
		clock.now = () => this.now();
		clock.sleep = async (ms, signal) => await REAL_PAUSE(ms / factor, signal);
	}

	/** Milliseconds since the epoch. */
	now(): number {
		return Math.round(this.start + (Date.now() - this.start) * this.factor);
	}
}
