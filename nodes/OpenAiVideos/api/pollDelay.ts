const SHORTEST = 1_000;
const LONGEST = 30_000;

/**
 * When to ask next, in ms: a tenth of the time waited so far, so that a video is noticed within about
 * 5 % of its own length of rendering on average, whether it takes ten seconds or twenty minutes.
 */
export const pollDelay = (elapsedMs: number): number =>
	Math.round(Math.min(LONGEST, Math.max(SHORTEST, elapsedMs / 10)));
