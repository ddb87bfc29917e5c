import { isVideoGone, parseGetResponse, statusRequest } from '../OpenAiVideos/api/getVideo';
import { listVideos } from '../OpenAiVideos/api/listVideos';
import type { Page } from '../OpenAiVideos/api/listVideos';
import { isNetworkError } from '../OpenAiVideos/responses/response';
import { send } from '../OpenAiVideos/http/request';
import type { Video } from '../OpenAiVideos/responses/video';
import type { Request, RequestContext } from '../OpenAiVideos/types';
import { createdAt } from './state';
import type { TriggerState } from './state';

/** The server that a trigger polls. */
export interface Server {
	context: RequestContext;
	request: Request;
	baseUrl: string;
}

/** The next poll is in a minute or more: transient errors may be over by then. */
const MAX_RETRY_MS = 20_000;
/** In the first poll, older videos are assumed to be finished: no server renders one for so long. */
const MAX_AGE_SECONDS = 7 * 24 * 3600;
/** How many videos are requested by ID in one poll; the next polls request the others. */
const MAX_STATUS_REQUESTS = 50;
/** How often the list is read from its beginning if a later page fails. */
const MAX_ATTEMPTS = 3;

const LIST_UNSUPPORTED =
	'Not every server can, new-api for one, and without a list this trigger cannot work. Use Wait Until Done behind Create instead.';

/** The newest page of the list, or the one after the video `after`. */
export const listPage = async (
	{ context, request, baseUrl }: Server,
	after?: string,
): Promise<Page> =>
	await listVideos(context, request, {
		baseUrl,
		after,
		maxRetryMs: MAX_RETRY_MS,
		alternative: LIST_UNSUPPORTED,
	});

/** The server's list, page by page, back to the videos of the last poll. */
export async function listChanges(server: Server, state?: TriggerState): Promise<Video[]> {
	for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
		// Errors of later pages are ignored here: the list is read again.
		const videos = await listOnce(async (after) => {
			const page = listPage(server, after);
			return await (after === undefined ? page : page.catch(() => undefined));
		}, state);
		if (videos) return videos;
	}
	return (await listOnce(async (after) => await listPage(server, after), state)) ?? [];
}

/** Undefined if a later page fails: the video that it follows may have been deleted in the meantime. */
async function listOnce(
	getPage: (after?: string) => Promise<Page | undefined>,
	state: TriggerState | undefined,
): Promise<Video[] | undefined> {
	const videos = new Map<string, Video>();
	for (let page = await getPage(); page; page = await getPage(page.lastId)) {
		const before = videos.size;
		for (const video of page.videos) videos.set(video.id, video);
		const all = [...videos.values()];
		const isStuck = videos.size === before;
		if (isStuck || page.hasMore === false || coversLastPoll(all, state)) return all;
	}
	return undefined;
}

/** Whether the rest of the list is too old to be new; never if it is not newest first. */
function coversLastPoll(videos: Video[], state?: TriggerState): boolean {
	const times = videos.map((video) => createdAt(video) ?? NaN);
	const isNewestFirst = times.every((time, index) => index === 0 || time <= times[index - 1]);
	const last = times[times.length - 1];
	const cutoff = state ? state.cutoff : times[0] - MAX_AGE_SECONDS;
	// If all videos have the same time, the order of the list is unknown.
	return isNewestFirst && last < times[0] && last < cutoff;
}

/** The pending videos that are not among `listed`, requested one by one. */
export async function getUnlisted(
	{ context, request }: Server,
	pending: string[],
	listed: Video[],
): Promise<{ videos: Video[]; gone: string[] }> {
	const listedIds = new Set(listed.map(({ id }) => id));
	const videos: Video[] = [];
	const gone: string[] = [];
	for (const id of pending.filter((entry) => !listedIds.has(entry)).slice(0, MAX_STATUS_REQUESTS)) {
		// Not retried: the next poll requests it again.
		const result = await send(context, statusRequest(request, id));
		if (isNetworkError(result)) continue;
		const video = parseGetResponse(result, id);
		if (video) videos.push(video);
		else if (isVideoGone(result)) gone.push(id);
	}
	return { videos, gone };
}
