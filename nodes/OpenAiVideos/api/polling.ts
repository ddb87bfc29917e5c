import { clock } from '../clock';

interface PollOptions<T> {
	/** Whether this poll ends the wait. */
	isDone: (poll: T) => boolean;
	/** Milliseconds until the next poll. */
	delay: (poll: T) => number;
	/** When to poll for the last time, in clock ms. */
	deadline: number;
	sleep: (ms: number) => Promise<void>;
}

/** Polls immediately, then repeatedly; returns the poll that ended the wait, or the one at the deadline. */
export async function pollUntil<T>(poll: () => Promise<T>, options: PollOptions<T>): Promise<T> {
	for (;;) {
		const result = await poll();
		const remainingMs = options.deadline - clock.now();
		if (options.isDone(result) || remainingMs <= 0) return result;
		await options.sleep(Math.min(options.delay(result), remainingMs));
	}
}

/** What one poll of a video showed. */
export interface PollSample {
	/** Since the wait began. */
	elapsedMs: number;
	/** 0 to 100, rounded down as servers do; undefined if unknown. */
	progress?: number;
}

/** Progress as a straight line. */
interface LinearFit {
	first: PollSample;
	/** Percentage points gained along the line. */
	rise: number;
	/** Percentage points per ms. */
	rate: number;
	/** Time until 100 %, if progress continues at this rate. */
	remainingMs: number;
	/** By how much `remainingMs` may be wrong, as progress is known only to half a percent. */
	uncertaintyMs: number;
}

/** A video that takes ten seconds is noticed within 1.5 s, including 0.15 s for the request. */
const FIRST_INTERVAL_MS = 1_350;
/** From 18.4 s on, less than a tenth; a video that takes half a minute is noticed within 1 s on average. */
const SECOND_INTERVAL_MS = 1_680;
/** Of the elapsed time: below a tenth for the worst case, and low enough for 5 % on average. */
const ELAPSED_FRACTION = 0.094;
/** Nobody should wait more than half a minute for a finished video, including the response. */
const MAX_INTERVAL_MS = 29_800;
/** Near the predicted end, which is noticed after 1.3 s on average. */
const NEAR_END_INTERVAL_MS = 2_150;
/** A prediction as precise as this needs only one poll, just after the end. */
const CONFIDENT_MS = 1_300;
/** The shortest interval, whatever was predicted. */
const MIN_PREDICTED_DELAY_MS = 300;
/** Rounding alone deviates by up to 1 % from a straight line. */
const MAX_RESIDUAL_PERCENT = 1.2;
/** Fewer samples than this may lie on a line by chance, even if progress jumps. */
const MIN_SAMPLES = 4;

/**
 * Milliseconds until the next poll.
 * `samples` is never empty, oldest first; its last entry is the poll just made. `random` is 0 to 1.
 */
export function pollDelay(samples: PollSample[], random: number): number {
	// Items started together are spread over a whole interval at once, and remain spread: later intervals
	// are fractions of the elapsed time.
	if (samples.length === 1) return Math.round(FIRST_INTERVAL_MS - 1_000 * random);

	const delay =
		delayByPrediction(samples) ?? Math.min(delayByElapsedTime(samples), delayByLastStep(samples));
	return Math.round(Math.max(MIN_PREDICTED_DELAY_MS, delay * (1 - 0.02 * random)));
}

/** For uninformative progress. */
function delayByElapsedTime(samples: PollSample[]): number {
	const { elapsedMs } = last(samples);
	if (elapsedMs < 18_400) return FIRST_INTERVAL_MS;
	if (elapsedMs < 31_500) return SECOND_INTERVAL_MS;
	return Math.min(MAX_INTERVAL_MS, ELAPSED_FRACTION * elapsedMs);
}

/** For uneven progress: the video may be finished soon. This can only shorten the interval. */
function delayByLastStep(samples: PollSample[]): number {
	const step = fitLine(samples[samples.length - 2], last(samples));
	return step ? Math.max(FIRST_INTERVAL_MS, step.remainingMs + step.uncertaintyMs) : Infinity;
}

/** For progress along a straight line: polls rarely until shortly before the end, then often. */
function delayByPrediction(samples: PollSample[]): number | undefined {
	const moving = samples.filter(({ progress }) => progress);
	if (moving.length < MIN_SAMPLES) return undefined;
	const latest = last(samples);
	const fit = fitLine(moving[0], latest);
	if (!fit) return undefined;
	const residual = maxResidual(fit, samples);
	// A step or two of 1 % is not a line yet: rounding could hide anything.
	if (residual > MAX_RESIDUAL_PERCENT || fit.rise < 4 * residual) return undefined;

	// Trusts the fit a bit longer than it was observed, and longer with each confirming sample.
	const observed = latest.elapsedMs - fit.first.elapsedMs;
	const confirmed = moving.length - MIN_SAMPLES + 1;
	const trust = Math.min(1.25 * observed * confirmed, latest.elapsedMs, MAX_INTERVAL_MS);
	const { remainingMs, uncertaintyMs } = fit;
	if (uncertaintyMs < CONFIDENT_MS) return Math.min(trust, remainingMs + uncertaintyMs);
	// A quarter of the uncertainty, so that a vague prediction does not cost many polls.
	return Math.min(
		trust,
		Math.max(remainingMs - uncertaintyMs, uncertaintyMs / 4, NEAR_END_INTERVAL_MS),
	);
}

function fitLine(first: PollSample, latest: PollSample): LinearFit | undefined {
	const rise = (latest.progress ?? 0) - (first.progress ?? 0);
	const rate = rise / (latest.elapsedMs - first.elapsedMs);
	if (!(rise > 0 && rate > 0)) return undefined;
	const left = 99.5 - (latest.progress ?? 0);
	return { first, rise, rate, remainingMs: left / rate, uncertaintyMs: (0.5 + left / rise) / rate };
}

/** Maximum deviation of the samples from the line, in percent. A queue at 0 before it begins does not count. */
function maxResidual({ first, rate }: LinearFit, samples: PollSample[]): number {
	let max = 0.5;
	for (const { elapsedMs, progress = 0 } of samples) {
		const deviation = (first.progress ?? 0) + (elapsedMs - first.elapsedMs) * rate - progress;
		max = Math.max(max, progress === 0 ? deviation : Math.abs(deviation));
	}
	return max;
}

const last = (samples: PollSample[]): PollSample => samples[samples.length - 1];
