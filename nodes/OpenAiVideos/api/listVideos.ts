import { SECOND_MS } from '../clock';
import { BASE_URL_HINT, CHECK_BASE_URL, otherMessages } from '../errors/messages';
import { responseError } from '../errors/responseError';
import { retryPolicyForReads, sendWithRetry, withOptions } from '../http/request';
import type { RetryPolicy } from '../http/request';
import { errorMessageOf } from '../responses/errorBody';
import { matchKnownError } from '../responses/knownErrors';
import type { KnownError } from '../responses/knownErrors';
import { isHtml, isNetworkError, isSuccess } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import { findList, firstDefined, isObject } from '../responses/values';
import { parseListedVideo } from '../responses/video';
import type { Video } from '../responses/video';
import type { Request, RequestContext } from '../types';
import { getRequest, requestTimeout } from './getVideo';

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
		retryPolicyForLists(maxRetryMs, isFirst),
	);
	if (page) return page;
	const diagnosis =
		isFirst && listsNoVideos(result)
			? {
					message: 'This server does not list its videos',
					nextStep: `${alternative} If this server should be able to: check ${BASE_URL_HINT}`,
				}
			: undefined;
	throw responseError(result, {
		baseUrl,
		messages: {
			...otherMessages(MESSAGES, diagnosis),
			forStatus: ({ statusCode }) => (statusCode === 409 ? MESSAGES.unclear : undefined),
		},
	});
}

/** Of servers that are several behind one address, another one may have the list at the next look. */
const CONFLICT_MAX_RETRY_MS = 10 * SECOND_MS;

/** As for other reads, but not for a server that has no list. */
const retryPolicyForLists = (limit: number, isFirst: boolean): RetryPolicy => {
	const policy = retryPolicyForReads(limit, { wasReached: !isFirst });
	return (result) => {
		if (isFirst && listsNoVideos(result)) return 0;
		const isConflict = !isNetworkError(result) && result.statusCode === 409;
		return isConflict ? Math.min(limit, CONFLICT_MAX_RETRY_MS) : policy(result);
	};
};

/** How servers refuse the request for a list that they do not have, besides 404, 405 and 501. */
const NO_LIST_STATUSES = [400, 406, 410, 415, 422];
/** The same in words, which tell it from an outage. */
const NOT_SUPPORTED =
	/\bnot (?:yet |currently )?(?:supported|implemented)|\bunsupported|\b(?:does not|doesn't|do not|don't|cannot) support|\b(?:no such|unknown|invalid|no) (?:route|endpoint|path|url|method|operation)|\bcannot get \/|\bmethod not (?:allowed|found)|\bnot provided\b|不支持|未实现|没有实现/i;
/** The refusal is about the key, the account, what was asked of the list, or the moment. */
const OTHER_REASON =
	/api.?key|\btokens?\b|authenti|authori[sz]|credential|forbidden|permission|connected db|\bproject|account|organi[sz]ation|too many|\blimit|internal|unavailable|overload|busy|try again|timed? ?out|\border\b(?! to)|密钥|令牌|稍后/i;

/** The list was asked for no model: a server that misses one has another request in mind. */
const NO_LIST_ERRORS: KnownError[] = ['modelNotFound', 'notSupported'];

/** Whether the response to the request for the newest videos says that the server has no list of them. */
export function listsNoVideos(result: HttpResult): boolean {
	if (isNetworkError(result)) return false;
	const { statusCode, body } = result;
	const known = matchKnownError(body);
	if (known && !NO_LIST_ERRORS.includes(known)) return false;
	if ([404, 405, 501].includes(statusCode)) return true;
	const text = errorMessageOf(body);
	if (OTHER_REASON.test(text)) return false;
	if (isSuccess(result)) return (isHtml(body) || isObject(body)) && !parsePage(result);
	if (statusCode >= 500) return NOT_SUPPORTED.test(text);
	return NO_LIST_STATUSES.includes(statusCode);
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
