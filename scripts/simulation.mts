import { clock } from '../nodes/OpenAiVideos/clock.ts';
import { pollDelay, pollUntil, type PollSample } from '../nodes/OpenAiVideos/api/polling.ts';
import { type Random, seededRandom } from './random.mts';

/** The progress shown after a part (0 to 1) of a video's time. */
type ProgressCurve = (elapsed: number) => number | undefined;

/** 0 for the first tenth of the time, then progress of the given shape (0 to 1), rounded down. */
const afterQueue =
	(shape: (rendered: number) => number): ProgressCurve =>
	(elapsed) =>
		elapsed < 0.1 ? 0 : Math.floor(100 * shape((elapsed - 0.1) / 0.9));

/** Three to eight levels at random times; on one server of three they also go down. */
function jumpyProgress(random: Random): ProgressCurve {
	const canDecrease = random() < 1 / 3;
	const count = 3 + Math.floor(random() * 6);
	const times = Array.from({ length: count }, random).sort((a, b) => a - b);
	const levels = Array.from({ length: count }, () => 1 + Math.floor(random() * 99));
	if (!canDecrease) levels.sort((a, b) => a - b);
	return (elapsed) => levels[times.filter((time) => time <= elapsed).length - 1] ?? 0;
}

/** Evenly to 99, reached after one to two thirds of the time. */
function progressStuckAt99(random: Random): ProgressCurve {
	const reachedAt = (1 + random()) / 3;
	return (elapsed) => Math.min(99, Math.floor((100 * elapsed) / reachedAt));
}

/** A straight line with a wave of 0.4 %. */
function noisyProgress(random: Random): ProgressCurve {
	const phase = 2 * Math.PI * random();
	return afterQueue((elapsed) =>
		Math.max(0, elapsed + 0.004 * Math.sin(phase + 90 * elapsed) - 0.004),
	);
}

export const PROGRESS_PROFILES = {
	smooth: () => afterQueue((elapsed) => elapsed),
	'stuck at 0': () => () => 0,
	absent: () => () => undefined,
	jumpy: jumpyProgress,
	'stuck at 99': progressStuckAt99,
	'slow start': () => afterQueue((elapsed) => elapsed ** 1.25),
	'slow end': () => afterQueue((elapsed) => 1 - (1 - elapsed) ** 1.25),
	'slow start and end': () =>
		afterQueue((elapsed) => elapsed - 0.08 * Math.sin(2 * Math.PI * elapsed)),
	noisy: noisyProgress,
	'steps of 4': () => afterQueue((elapsed) => Math.floor(elapsed * 25) / 25),
} satisfies Record<string, (random: Random) => ProgressCurve>;

export type ProgressProfile = keyof typeof PROGRESS_PROFILES;

const fixedInterval = (seconds: number) => () => seconds * 1000;

/** Each returns the milliseconds until the next poll. */
const STRATEGIES = {
	'this node': pollDelay,
	'fixed 10 s': fixedInterval(10),
	'fixed 5 s': fixedInterval(5),
	'fixed 1 s': fixedInterval(1),
} satisfies Record<string, typeof pollDelay>;

export type Strategy = keyof typeof STRATEGIES;

export interface SimulatedWait {
	/** The time until the video was done. */
	lengthMs: number;
	/** In ms since the start of the wait. */
	pollTimes: number[];
	/** From done to the poll that detected it. */
	latencyMs: number;
}

/** Varies a length by up to 5 %, so that no interval happens to fit. */
export const varyLength = (meanLengthMs: number, random: Random): number =>
	Math.round(meanLengthMs * (0.95 + 0.1 * random()));

/** The network latency of a request, and of its response. */
const LATENCY_MS = 50;

/** Waits for a video with the node's own loop. Time passes only in polls and pauses. */
async function simulateWait(
	profile: ProgressProfile,
	strategy: Strategy,
	meanLengthMs: number,
	seed: number,
): Promise<SimulatedWait> {
	const random = seededRandom(seed);
	const lengthMs = varyLength(meanLengthMs, random);
	const progressAt: ProgressCurve = PROGRESS_PROFILES[profile](random);
	const samples: PollSample[] = [];
	const pollTimes: number[] = [];
	let now = 0;

	const poll = async () => {
		pollTimes.push(now);
		now += LATENCY_MS;
		const done = now >= lengthMs;
		const progress = done ? 100 : progressAt(now / lengthMs);
		now += LATENCY_MS;
		return { done, progress };
	};
	const realNow = clock.now;
	clock.now = () => now;
	try {
		await pollUntil(poll, {
			isDone: ({ done }) => done,
			delay: ({ progress }) => {
				samples.push({ elapsedMs: now, progress });
				return STRATEGIES[strategy](samples, random());
			},
			deadline: Infinity,
			sleep: async (ms) => {
				now += ms;
			},
		});
	} finally {
		clock.now = realNow;
	}
	return { lengthMs, pollTimes, latencyMs: now - lengthMs };
}

/** Waits for `count` videos of about the same length; always with the same result. */
export async function simulateWaits(
	profile: ProgressProfile,
	strategy: Strategy,
	meanLengthMs: number,
	count: number,
): Promise<SimulatedWait[]> {
	const waits: SimulatedWait[] = [];
	for (let seed = 1; seed <= count; seed++) {
		waits.push(await simulateWait(profile, strategy, meanLengthMs, seed));
	}
	return waits;
}
