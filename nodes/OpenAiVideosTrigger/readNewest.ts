import { isSuccess } from '../OpenAiVideos/api/answers/answer';
import type { Answer } from '../OpenAiVideos/api/answers/answer';
import { saysUnknownVideo } from '../OpenAiVideos/api/answers/known';
import type { Page } from '../OpenAiVideos/api/answers/list';
import { isFinished, namesVideo, toVideo } from '../OpenAiVideos/api/answers/video';
import type { Video } from '../OpenAiVideos/api/answers/video';
import type { Context } from '../OpenAiVideos/api/problems/problem';
import { statusRequest } from '../OpenAiVideos/api/requests/endpoint';
import { readPage } from '../OpenAiVideos/api/requests/readPage';
import { send } from '../OpenAiVideos/api/requests/send';
import type { Request } from '../OpenAiVideos/api/requests/send';
import { createdAt } from './seen';
import type { Seen } from './seen';

/** The next look comes in a minute or more: until then passing trouble may be over. */
const PATIENCE_MS = 20_000;
/** On the first look, older ones are taken for finished: no server works on a video for so long. */
const OLDEST_SECONDS = 7 * 24 * 3600;
/** How many videos are asked for by their id in one look; the others are in the next ones. */
const MOST_BY_ID = 50;
/** How often the list is read from its beginning where it breaks off in the middle. */
const MOST_TRIES = 3;

const WITHOUT_LIST =
	'Not every server can, new-api for one, and without a list this trigger cannot work. Use Wait Until Done behind Create instead.';

/** The newest page of the list, or the one behind the video `after`. */
export const readPart = async (
	context: Context,
	request: Request,
	baseUrl: string,
	after?: string,
): Promise<Page> =>
	await readPage(context, request, {
		baseUrl,
		after,
		patienceMs: PATIENCE_MS,
		withoutList: WITHOUT_LIST,
	});

/** The server's list, page by page, down to what was there at the last look. */
export async function readNewest(
	context: Context,
	request: Request,
	baseUrl: string,
	seen?: Seen,
): Promise<Video[]> {
	const read = async (after?: string) => await readPart(context, request, baseUrl, after);
	for (let tries = 1; tries < MOST_TRIES; tries++) {
		// Its own trouble is not told, as the list is read again.
		const videos = await readOnce(async (after) => {
			const page = read(after);
			return await (after === undefined ? page : page.catch(() => undefined));
		}, seen);
		if (videos) return videos;
	}
	return (await readOnce(read, seen)) ?? [];
}

/**
 * Undefined where a page behind the first does not come: the video that it should begin behind may have
 * been deleted meanwhile.
 */
async function readOnce(
	read: (after?: string) => Promise<Page | undefined>,
	seen: Seen | undefined,
): Promise<Video[] | undefined> {
	const videos = new Map<string, Video>();
	for (let page = await read(); page; page = await read(page.last)) {
		const before = videos.size;
		for (const video of page.videos) videos.set(video.id, video);
		const all = [...videos.values()];
		const isStuck = videos.size === before;
		if (isStuck || page.hasMore === false || isEnough(all, seen)) return all;
	}
	return undefined;
}

/** Whether what comes next on the list is older than all that can be new; never, where it has another order. */
function isEnough(videos: Video[], seen?: Seen): boolean {
	const times = videos.map((video) => createdAt(video) ?? NaN);
	const isNewestFirst = times.every((time, index) => index === 0 || time <= times[index - 1]);
	const last = times[times.length - 1];
	// A page of one and the same second does not show its order.
	return isNewestFirst && last < times[0] && last < (seen ? seen.since : times[0] - OLDEST_SECONDS);
}

/** Those of the videos under way that are not among `listed`, asked for one by one. */
export async function readUnlisted(
	context: Context,
	request: Request,
	open: string[],
	listed: Video[],
): Promise<{ videos: Video[]; gone: string[] }> {
	const isListed = new Set(listed.map(({ id }) => id));
	const videos: Video[] = [];
	const gone: string[] = [];
	for (const id of open.filter((each) => !isListed.has(each)).slice(0, MOST_BY_ID)) {
		const { found } = await send(
			context,
			statusRequest(request, id),
			(answer) => videoIn(answer, id),
			// Whatever the trouble is, the next look is the next try.
			() => 0,
		);
		if (found === 'gone') gone.push(id);
		else if (found) videos.push(found);
	}
	return { videos, gone };
}

function videoIn(answer: Answer, id: string): Video | 'gone' | undefined {
	if (isSuccess(answer)) return toVideo(answer.body, id);
	const video = namesVideo(answer.body, id) ? toVideo(answer.body, id) : undefined;
	if (video && isFinished(video)) return video;
	return saysUnknownVideo(answer) || answer.statusCode === 410 ? 'gone' : undefined;
}
