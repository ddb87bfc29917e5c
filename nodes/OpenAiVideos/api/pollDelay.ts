/** One look at a video: when (ms since the wait began) and what progress it showed (0-100). */
export interface Sighting {
	at: number;
	progress?: number;
}

export const pollDelay = (seen: Sighting[], _random: number): number =>
	Math.round(Math.min(30_000, Math.max(1_000, seen[seen.length - 1].at / 10)));
