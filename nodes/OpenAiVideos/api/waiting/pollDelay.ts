/** One look at a video. */
export interface Sighting {
	/** Milliseconds since the wait began. */
	at: number;
	/** 0 to 100, rounded down as servers show it; undefined if unknown. */
	progress?: number;
}

interface Line {
	first: Sighting;
	/** Per cent by which progress rose along the line. */
	gained: number;
	/** Per cent per ms. */
	rate: number;
	/** Milliseconds until 100 %, if progress goes on like this. */
	end: number;
	/** By how many ms `end` may be wrong, as progress is known only to half a per cent. */
	doubt: number;
}

/** A video of ten seconds is noticed within 1.5 s, with 0.15 s for the question and its answer. */
const EACH_SECOND = 1_350;
/** From 18.4 s on this is still within a tenth; a video of half a minute is noticed within 1 s on average. */
const A_LITTLE_LATER = 1_680;
/** Of the time waited so far: below a tenth, for the worst case, and low enough for 5 % on average. */
const SHARE = 0.094;
/** Nobody should wait for a finished video for more than half a minute, answer included. */
const LONGEST = 29_800;
/** Around the predicted end: noticed after 1.3 s on average. */
const NEAR_THE_END = 2_150;
/** A prediction as good as this needs one question, just after the end. */
const SURE = 1_300;
/** Questions come no faster, whatever was predicted. */
const SHORTEST = 300;
/** Rounding alone strays by up to 1 % from a straight line. */
const BELIEVABLE_MISFIT = 1.2;
/** Fewer looks than this lie on one line by chance, even where progress jumps. */
const ENOUGH_LOOKS = 4;

/**
 * Milliseconds until the next question.
 * `seen` is never empty, oldest first; its last entry is the look just taken. `random` is 0 to 1.
 */
export function pollDelay(seen: Sighting[], random: number): number {
	// Items started together are spread over a whole step at once, and stay so: later steps are shares of the time.
	if (seen.length === 1) return Math.round(EACH_SECOND - 1_000 * random);

	const delay = onTheLine(seen) ?? Math.min(byTime(seen), byLastStep(seen));
	return Math.round(Math.max(SHORTEST, delay * (1 - 0.02 * random)));
}

/** For progress that tells nothing. */
function byTime(seen: Sighting[]): number {
	const { at } = lastOf(seen);
	if (at < 18_400) return EACH_SECOND;
	if (at < 31_500) return A_LITTLE_LATER;
	return Math.min(LONGEST, SHARE * at);
}

/** For progress that moves, but not evenly: it may end soon. It only ever shortens the wait. */
function byLastStep(seen: Sighting[]): number {
	const step = lineBetween(seen[seen.length - 2], lastOf(seen));
	return step ? Math.max(EACH_SECOND, step.end + step.doubt) : Infinity;
}

/** For progress that has risen in a straight line: seldom until shortly before the end, then often. */
function onTheLine(seen: Sighting[]): number | undefined {
	const moving = seen.filter(({ progress }) => progress);
	if (moving.length < ENOUGH_LOOKS) return undefined;
	const last = lastOf(seen);
	const line = lineBetween(moving[0], last);
	if (!line) return undefined;
	const misfit = misfitOf(line, seen);
	// A step or two of 1 % are no line yet: rounding could hide anything.
	if (misfit > BELIEVABLE_MISFIT || line.gained < 4 * misfit) return undefined;

	// Trusted a little longer than it was watched, and with every look that confirms it longer still.
	const watched = last.at - line.first.at;
	const confirmed = moving.length - ENOUGH_LOOKS + 1;
	const trust = Math.min(1.25 * watched * confirmed, last.at, LONGEST);
	if (line.doubt < SURE) return Math.min(trust, line.end + line.doubt);
	// A quarter of the doubt, so that a vague prediction does not cost many questions.
	return Math.min(trust, Math.max(line.end - line.doubt, line.doubt / 4, NEAR_THE_END));
}

function lineBetween(first: Sighting, last: Sighting): Line | undefined {
	const gained = (last.progress ?? 0) - (first.progress ?? 0);
	const rate = gained / (last.at - first.at);
	if (!(gained > 0 && rate > 0)) return undefined;
	const left = 99.5 - (last.progress ?? 0);
	return { first, gained, rate, end: left / rate, doubt: (0.5 + left / gained) / rate };
}

/** By how many per cent the looks stray from the line at most. A queue at 0 before its beginning is no misfit. */
function misfitOf({ first, rate }: Line, seen: Sighting[]): number {
	let most = 0.5;
	for (const { at, progress = 0 } of seen) {
		const above = (first.progress ?? 0) + (at - first.at) * rate - progress;
		most = Math.max(most, progress === 0 ? above : Math.abs(above));
	}
	return most;
}

const lastOf = (seen: Sighting[]): Sighting => seen[seen.length - 1];
