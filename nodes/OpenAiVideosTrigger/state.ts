import { createHash } from 'crypto';

import { isFinished } from '../OpenAiVideos/responses/video';
import type { Video } from '../OpenAiVideos/responses/video';

/**
 * What a trigger remembers between two polls, in the workflow's static data. n8n saves it when it
 * starts an execution and when it activates the workflow, not after a poll without new videos: an n8n
 * that was killed continues with an older state. Nothing was reported since then, so the same videos
 * are found again.
 */
export interface TriggerState {
	/** Ids of the videos that were not finished yet. */
	pending: string[];
	/** Those of them that the server did not know the last time: a server beside it may still know them. */
	missing?: string[];
	/** Fingerprints of the finished videos that could be mistaken for new ones, each with its time. */
	finished: Record<string, number>;
	/** Videos created before this are not tracked unless they are `pending`. Unix seconds. */
	cutoff: number;
}

/** What a poll of the server found. */
interface PollResult {
	/** Newest first, without duplicates. */
	videos: Video[];
	/** IDs that the server no longer knows. */
	gone?: string[];
	/** The time of n8n's clock, in Unix seconds. */
	now: number;
}

/**
 * How long after its creation a video may first appear in the list. The clocks of servers may be wrong
 * by as much, including daylight saving time.
 */
export const MAX_LISTING_DELAY_SECONDS = 6 * 3600;

/** The videos that finished since the last poll, oldest first, and what to remember for the next. */
export function detectNewVideos(
	before: TriggerState | undefined,
	result: PollResult,
): { newVideos: Video[]; state: TriggerState } {
	const previous = before ?? { pending: [], finished: {}, cutoff: 0 };
	const pendingIds = new Set(previous.pending);
	const isTracked = (video: Video) =>
		pendingIds.has(video.id) || (createdAt(video) ?? Infinity) >= previous.cutoff;
	const isReported = ({ id }: Video) => previous.finished[fingerprint(id)] !== undefined;

	const { videos } = result;
	const tracked = videos.filter(isTracked);
	const finished = tracked.filter(isFinished);
	const unfinished = tracked.filter((video) => !isFinished(video) && !isReported(video));
	// In the first poll every finished video is old.
	const newVideos = before ? finished.filter((video) => !isReported(video)) : [];

	const { gone = [] } = result;
	const isGoneAgain = (id: string) => previous.missing?.includes(id) === true;
	const polledIds = new Set([...videos.map(({ id }) => id), ...gone.filter(isGoneAgain)]);
	const missing = gone.filter((id) => !isGoneAgain(id));
	const notPolled = previous.pending.filter((id) => !polledIds.has(id));
	const cutoff = Math.max(previous.cutoff, cutoffOf(videos, result.now));
	const reported = { ...previous.finished };
	for (const video of finished) reported[fingerprint(video.id)] = createdAt(video) ?? result.now;
	return {
		newVideos: newVideos.reverse().sort((a, b) => finishedAt(a) - finishedAt(b)),
		state: {
			// Videos that were not polled come first next time.
			pending: [...new Set([...notPolled, ...unfinished.map(({ id }) => id)])],
			...(missing.length > 0 && { missing }),
			finished: Object.fromEntries(Object.entries(reported).filter(([, at]) => at >= cutoff)),
			cutoff,
		},
	};
}

export const createdAt = ({ created_at: at }: Video): number | undefined =>
	typeof at === 'number' ? at : undefined;

/** A failed video has no completion time. */
export const finishedAt = (video: Video): number =>
	Number(video.completed_at ?? video.created_at ?? 0);

function cutoffOf(videos: Video[], now: number): number {
	if (videos.length === 0) return 0;
	const newest = videos.reduce((latest, video) => Math.max(latest, createdAt(video) ?? 0), 0);
	// Never in the future, or no other video would count as new. A server that sends no times sends
	// its whole list: then a video is forgotten after it has been missing from it for so long.
	return Math.min(newest || now, now) - MAX_LISTING_DELAY_SECONDS;
}

/** Some servers have IDs of hundreds of characters. */
const fingerprint = (id: string): string =>
	createHash('sha256').update(id).digest('base64url').slice(0, 12);
