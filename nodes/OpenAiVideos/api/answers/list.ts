import type { Request } from '../requests/send';
import { isSuccess } from './answer';
import type { Answer } from './answer';
import { firstOf, isObject } from './object';
import { toVideo } from './video';
import type { Video } from './video';

/** More the contract does not allow. */
export const MOST_PER_PAGE = 100;

/** Names under which servers keep a list, or the envelope it is in. */
const LIST_NAMES = ['data', 'videos', 'items', 'results', 'list', 'tasks', 'result'];
const DEEPEST_ENVELOPE = 3;

/** A part of the server's list, in the server's order. */
export interface Page {
	videos: Video[];
	/** Undefined where the server does not say. */
	hasMore?: boolean;
	/** The id behind which the next page begins. */
	last?: string;
}

interface Wanted {
	limit?: number;
	/** The id of the last video of the page before. */
	after?: string;
	timeout: number;
}

/** The request for the newest videos, or for those that come next. */
export const listRequest = (
	{ options, ...request }: Request,
	{ limit = MOST_PER_PAGE, after, timeout }: Wanted,
): Request => ({
	...request,
	options: {
		...options,
		method: 'GET',
		url: '/videos',
		body: undefined,
		qs: { limit, order: 'desc', ...(after !== undefined && { after }) },
		timeout,
	},
});

/** The page in an answer; undefined when there is none. */
export function pageIn(answer: Answer): Page | undefined {
	return isSuccess(answer) ? find(answer.body) : undefined;
}

function find(body: unknown, depth = 0): Page | undefined {
	if (Array.isArray(body)) return pageOf(body);
	if (!isObject(body) || depth > DEEPEST_ENVELOPE) return undefined;
	// Servers written in Go tell an empty list as null.
	if (body.object === 'list' && (body.data ?? null) === null) return { videos: [], hasMore: false };
	for (const name of LIST_NAMES) {
		const page = find(body[name], depth + 1);
		if (!page) continue;
		const hasMore = firstOf(body, ['has_more', 'hasMore']);
		return {
			...page,
			...(typeof hasMore === 'boolean' && { hasMore }),
			...(typeof body.last_id === 'string' && { last: body.last_id }),
		};
	}
	return undefined;
}

function pageOf(list: unknown[]): Page {
	const videos = list.map((each) => toVideo(each)).filter((video) => video !== undefined);
	return { videos, last: videos[videos.length - 1]?.id };
}
