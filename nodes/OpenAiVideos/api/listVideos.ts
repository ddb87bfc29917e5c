import { SECOND_MS } from '../clock';
import { BASE_URL_HINT, CHECK_BASE_URL, otherMessages } from '../errors/messages';
import { responseError } from '../errors/responseError';
import { retryPolicyForReads, sendWithRetry, withOptions } from '../http/request';
import { isSuccess } from '../responses/response';
import type { HttpResponse } from '../responses/response';
import { findList, firstDefined } from '../responses/values';
import { parseListedVideo } from '../responses/video';
import type { Video } from '../responses/video';
import type { Request, RequestContext } from '../types';
import { getRequest, requestTimeout, unsupportedOrMissing } from './getVideo';

/** The API's maximum. */
export const MAX_PAGE_SIZE = 100;
/** For each page. */
const MAX_RETRY_MS = 60 * SECOND_MS;

/** Keys under which servers keep a list, or the envelope it is in. */
const LIST_KEYS = ['data', 'videos', 'items', 'results', 'list', 'tasks', 'result'];

/** A part of the server's list, in the server's order. */
export interface Page {
	videos: Video[];
	/** Undefined if the server does not say. */
	hasMore?: boolean;
	/** The id after which the next page begins. */
	lastId?: string;
}

interface PageOptions {
	limit?: number;
	/** The id of the last video of the previous page; undefined for the first page. */
	after?: string;
}

interface ListOptions extends PageOptions {
	baseUrl: string;
	maxRetryMs?: number;
	/** What to do on a server without a list. */
	alternative: string;
}

/** The request for the newest videos, or for those that come next. */
export const listRequest = (
	request: Request,
	{ limit = MAX_PAGE_SIZE, after, timeout }: PageOptions & { timeout: number },
): Request =>
	withOptions(getRequest(request, '/videos'), {
		qs: { limit, order: 'desc', ...(after !== undefined && { after }) },
		timeout,
	});

/** One page of the server's list; throws a VideosError if there is none. */
export async function listVideos(
	context: RequestContext,
	request: Request,
	{ baseUrl, limit, after, maxRetryMs = MAX_RETRY_MS, alternative }: ListOptions,
): Promise<Page> {
	const isFirst = after === undefined;
	const { result, value: page } = await sendWithRetry(
		context,
		listRequest(request, { limit, after, timeout: requestTimeout(request) }),
		parsePage,
		retryPolicyForReads(maxRetryMs, { wasReached: !isFirst }),
	);
	if (page) return page;
	const unsupported = {
		what: 'list its videos',
		alternative: `${alternative} If this server should be able to: check ${BASE_URL_HINT}`,
	};
	const diagnosis = isFirst
		? await unsupportedOrMissing(context, request, result, unsupported)
		: undefined;
	throw responseError(result, { baseUrl, messages: otherMessages(MESSAGES, diagnosis) });
}

const MESSAGES = {
	unclear: { message: 'The server gave no list of its videos', isRerunnable: true },
	rejected: {
		message: 'The server did not accept the request for the list of its videos',
		nextStep: CHECK_BASE_URL,
	},
};

/** The page in a response; undefined when there is none. */
export function parsePage(response: HttpResponse): Page | undefined {
	const found = isSuccess(response) ? findList(response.body, LIST_KEYS) : undefined;
	if (!found) return undefined;
	const { list, envelopes } = found;
	const videos = list.map((each) => parseListedVideo(each)).filter((video) => video !== undefined);
	const hasMore = envelopes
		.map((each) => firstDefined(each, ['has_more', 'hasMore']))
		.find((value) => typeof value === 'boolean');
	const lastId = envelopes.map((each) => each.last_id).find((value) => typeof value === 'string');
	return { videos, hasMore, lastId: lastId ?? videos[videos.length - 1]?.id };
}
