import { clock } from '../clock';

interface PollOptions<T> {
	/** True for a poll that ends the wait. */
	isDone: (poll: T) => boolean;
	/** Milliseconds until the next poll. */
	delay: (poll: T) => number;
	/** The moment, in clock ms, of the last poll. */
	deadline: number;
	sleep: (ms: number) => Promise<void>;
}

/** Polls at once, then again and again; returns the poll that ended the wait, or the one at the deadline. */
export async function pollUntil<T>(poll: () => Promise<T>, options: PollOptions<T>): Promise<T> {
	for (;;) {
		const last = await poll();
		const left = options.deadline - clock.now();
		if (options.isDone(last) || left <= 0) return last;
		await options.sleep(Math.min(options.delay(last), left));
	}
}

/** What one poll of a video showed. */
export interface PollSample {
	/** Since the wait began. */
	elapsedMs: number;
	/** 0 to 100, rounded down as servers show it; undefined if unknown. */
	progress?: number;
}

/** Progress as a straight line. */
interface LinearFit {
	first: PollSample;
	/** Per cent by which progress rose along the line. */
	rise: number;
	/** Per cent per ms. */
	rate: number;
	/** Until 100 %, if progress continues like this. */
	remainingMs: number;
	/** By how much `remainingMs` may be wrong, as progress is known only to half a per cent. */
	uncertaintyMs: number;
}

/** A video of ten seconds is noticed within 1.5 s, with 0.15 s for the request and its response. */
const FIRST_INTERVAL_MS = 1_350;
/** From 18.4 s on this is still within a tenth; a video of half a minute is noticed within 1 s on average. */
const SECOND_INTERVAL_MS = 1_680;
/** Of the time waited so far: below a tenth, for the worst case, and low enough for 5 % on average. */
const ELAPSED_FRACTION = 0.094;
/** Nobody should wait for a finished video for more than half a minute, response included. */
const MAX_INTERVAL_MS = 29_800;
/** Around the predicted end: noticed after 1.3 s on average. */
const NEAR_END_INTERVAL_MS = 2_150;
/** A prediction as good as this needs one poll, just after the end. */
const CONFIDENT_MS = 1_300;
/** Polls come no faster, whatever was predicted. */
const MIN_PREDICTED_DELAY_MS = 300;
/** Rounding alone strays by up to 1 % from a straight line. */
const MAX_RESIDUAL_PERCENT = 1.2;
/** Fewer samples than this lie on one line by chance, even where progress jumps. */
const MIN_SAMPLES = 4;

/**
 * Milliseconds until the next poll.
 * `samples` is never empty, oldest first; its last entry is the poll just made. `random` is 0 to 1.
 */
export function pollDelay(samples: PollSample[], random: number): number {
	// Items started together are spread over a whole step at once, and stay so: later steps are fractions of the elapsed time.
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

/** For progress that moves, but not evenly: it may end soon. It only ever shortens the wait. */
function delayByLastStep(samples: PollSample[]): number {
	const step = fitLine(samples[samples.length - 2], last(samples));
	return step ? Math.max(FIRST_INTERVAL_MS, step.remainingMs + step.uncertaintyMs) : Infinity;
}

/** For progress that has risen in a straight line: seldom until shortly before the end, then often. */
function delayByPrediction(samples: PollSample[]): number | undefined {
	const moving = samples.filter(({ progress }) => progress);
	if (moving.length < MIN_SAMPLES) return undefined;
	const latest = last(samples);
	const fit = fitLine(moving[0], latest);
	if (!fit) return undefined;
	const residual = maxResidual(fit, samples);
	// A step or two of 1 % are no line yet: rounding could hide anything.
	if (residual > MAX_RESIDUAL_PERCENT || fit.rise < 4 * residual) return undefined;

	// Trust the fit a bit longer than it was observed, and longer with each confirming sample.
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

/** By how many per cent the samples stray from the line at most. A queue at 0 before it begins is no residual. */
function maxResidual({ first, rate }: LinearFit, samples: PollSample[]): number {
	let most = 0.5;
	for (const { elapsedMs, progress = 0 } of samples) {
		const above = (first.progress ?? 0) + (elapsedMs - first.elapsedMs) * rate - progress;
		most = Math.max(most, progress === 0 ? above : Math.abs(above));
	}
	return most;
}

const last = (samples: PollSample[]): PollSample => samples[samples.length - 1];
