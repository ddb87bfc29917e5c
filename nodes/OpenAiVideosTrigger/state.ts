import { createHash } from 'crypto';

import { isFinished } from '../OpenAiVideos/responses/video';
import type { Video } from '../OpenAiVideos/responses/video';

/**
 * What a trigger remembers between two polls, in the workflow's static data. n8n saves it together with
 * the start of an execution and with the activation of the workflow, not after a poll without news: an
 * n8n that was killed continues with an older state. Nothing was reported since then, so the same news
 * is found again.
 */
export interface TriggerState {
	/** Ids of the videos that were not finished yet. */
	pending: string[];
	/** Fingerprints of the finished videos that could be taken for new ones, each with its time. */
	finished: Record<string, number>;
	/** A video that was created before this, and is not `pending`, is not tracked. Unix seconds. */
	cutoff: number;
}

/** What a poll of the server found. */
interface PollResult {
	/** Newest first, each once. */
	videos: Video[];
	/** Ids that the server does not know any more. */
	gone?: string[];
	/** Of n8n's clock, in Unix seconds. */
	now: number;
}

/**
 * How long after its creation a video may first appear in the list. The clocks of servers, summer time
 * included, may be wrong by as much.
 */
export const MAX_LISTING_DELAY_SECONDS = 6 * 3600;

/** The videos that finished since the last poll, oldest first, and what to remember for the next. */
export function detectNewVideos(
	before: TriggerState | undefined,
	result: PollResult,
): { news: Video[]; state: TriggerState } {
	const known = before ?? { pending: [], finished: {}, cutoff: 0 };
	const pendingIds = new Set(known.pending);
	const isTracked = (video: Video) =>
		pendingIds.has(video.id) || (createdAt(video) ?? Infinity) >= known.cutoff;
	const isReported = ({ id }: Video) => known.finished[fingerprint(id)] !== undefined;

	const { videos } = result;
	const tracked = videos.filter(isTracked);
	const finished = tracked.filter(isFinished);
	const unfinished = tracked.filter((video) => !isFinished(video) && !isReported(video));
	// In the very first poll, all that is finished is history.
	const news = before ? finished.filter((video) => !isReported(video)) : [];

	const polledIds = new Set([...videos.map(({ id }) => id), ...(result.gone ?? [])]);
	const notPolled = known.pending.filter((id) => !polledIds.has(id));
	const cutoff = Math.max(known.cutoff, cutoffOf(videos, result.now));
	const reported = { ...known.finished };
	for (const video of finished) reported[fingerprint(video.id)] = createdAt(video) ?? result.now;
	return {
		news: news.reverse().sort((a, b) => finishedAt(a) - finishedAt(b)),
		state: {
			// Those that were not polled come first next time.
			pending: [...new Set([...notPolled, ...unfinished.map(({ id }) => id)])],
			finished: Object.fromEntries(Object.entries(reported).filter(([, at]) => at >= cutoff)),
			cutoff,
		},
	};
}

export const createdAt = ({ created_at: at }: Video): number | undefined =>
	typeof at === 'number' ? at : undefined;

/** A failed video has no time of completion. */
export const finishedAt = (video: Video): number =>
	Number(video.completed_at ?? video.created_at ?? 0);

function cutoffOf(videos: Video[], now: number): number {
	if (videos.length === 0) return 0;
	const newest = videos.reduce((latest, video) => Math.max(latest, createdAt(video) ?? 0), 0);
	// Never in the future, or no other video would count as new. A server that gives no times gives its
	// whole list: then a video is forgotten when it has not been there for so long.
	return Math.min(newest || now, now) - MAX_LISTING_DELAY_SECONDS;
}

/** Some servers have ids of hundreds of letters. */
const fingerprint = (id: string): string =>
	createHash('sha256').update(id).digest('base64url').slice(0, 12);
