import { createHash } from 'crypto';

import { isFinished } from '../OpenAiVideos/api/answers/video';
import type { Video } from '../OpenAiVideos/api/answers/video';

/**
 * What a trigger remembers between two looks. n8n saves it together with the start of an execution and
 * with the activation of the workflow, not after a look without news: an n8n that was killed goes on with
 * an older memory. Nothing was told since then, so the same news is found again.
 */
export interface Seen {
	/** Ids of the videos that were still under way. */
	open: string[];
	/** Fingerprints of the finished videos that could be taken for new ones, each with its time. */
	done: Record<string, number>;
	/** A video that was created before this, and is not `open`, is none of ours. Unix seconds. */
	since: number;
}

/** What a look at the server found. */
export interface Found {
	/** Newest first, each once. */
	videos: Video[];
	/** Ids that the server does not know any more. */
	gone?: string[];
	/** Of n8n's clock, in Unix seconds. */
	now: number;
}

/**
 * So much later than it was created may a video come onto the list. The clocks of servers, summer time
 * included, may be wrong by as much.
 */
export const LATEST_SECONDS = 6 * 3600;

/** The videos that finished since the last look, oldest first, and what to remember for the next. */
export function newsIn(seen: Seen | undefined, found: Found): { news: Video[]; seen: Seen } {
	const known = seen ?? { open: [], done: {}, since: 0 };
	const isOpen = new Set(known.open);
	const isMine = (video: Video) =>
		isOpen.has(video.id) || (createdAt(video) ?? Infinity) >= known.since;
	const isTold = ({ id }: Video) => known.done[fingerprint(id)] !== undefined;

	const { videos } = found;
	const finished = videos.filter((video) => isMine(video) && isFinished(video));
	const unfinished = videos.filter(
		(video) => isMine(video) && !isFinished(video) && !isTold(video),
	);
	// On the very first look, all that is finished is history.
	const news = seen ? finished.filter((video) => !isTold(video)) : [];

	const seenNow = new Set([...videos.map(({ id }) => id), ...(found.gone ?? [])]);
	const notSeen = known.open.filter((id) => !seenNow.has(id));
	const since = Math.max(known.since, sinceOf(videos, found.now));
	const done = { ...known.done };
	for (const video of finished) done[fingerprint(video.id)] = createdAt(video) ?? found.now;
	return {
		news: news.reverse().sort((a, b) => endedAt(a) - endedAt(b)),
		seen: {
			// Those that were not looked at come first next time.
			open: [...new Set([...notSeen, ...unfinished.map(({ id }) => id)])],
			done: Object.fromEntries(Object.entries(done).filter(([, at]) => at >= since)),
			since,
		},
	};
}

export const createdAt = ({ created_at: at }: Video): number | undefined =>
	typeof at === 'number' ? at : undefined;

/** A failed video has no time of completion. */
export const endedAt = (video: Video): number =>
	Number(video.completed_at ?? video.created_at ?? 0);

function sinceOf(videos: Video[], now: number): number {
	if (videos.length === 0) return 0;
	const newest = videos.reduce((latest, video) => Math.max(latest, createdAt(video) ?? 0), 0);
	// Not after a time that lies ahead: no other video would ever be new. A server that tells no times
	// gives its whole list: then a video is forgotten when it has not been there for so long.
	return Math.min(newest || now, now) - LATEST_SECONDS;
}

/** Some servers have ids of hundreds of letters. */
const fingerprint = (id: string): string =>
	createHash('sha256').update(id).digest('base64url').slice(0, 12);
