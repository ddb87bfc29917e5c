import { isNetworkError, isSuccess } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import type { Request, RequestContext } from '../types';
import { getAnonymously, send, withOptions } from './request';

const MAX_REDIRECTS = 5;
/** Content negotiation must not yield JSON. */
const ACCEPT = 'video/*, image/*, */*';

/** How servers refuse a key, also one beside the signature in a URL. */
const REFUSED_STATUSES = [400, 401, 403];

/**
 * Requests the stream at `url` and follows redirects itself: the key is sent only to the origin of the
 * base URL, while n8n would forward it to any host that the server names. Returns the last URL as well.
 */
export async function getStream(
	context: RequestContext,
	request: Request,
	baseUrl: string,
	url: string,
): Promise<{ result: HttpResult; url: string }> {
	let result = await getStreamOnce(context, request, baseUrl, url);
	for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
		const location = redirectLocation(result);
		if (location === undefined || !URL.canParse(location, url)) break;
		discard(result);
		url = new URL(location, url).href;
		result = await getStreamOnce(context, request, baseUrl, url);
	}
	return { result, url };
}

function redirectLocation(result: HttpResult): string | undefined {
	if (isNetworkError(result) || result.statusCode < 300 || result.statusCode >= 400) {
		return undefined;
	}
	const { location } = result.headers;
	return typeof location === 'string' ? location : undefined;
}

async function getStreamOnce(
	context: RequestContext,
	request: Request,
	baseUrl: string,
	url: string,
): Promise<HttpResult> {
	const { origin, pathname } = new URL(url);
	if (origin !== new URL(baseUrl).origin) return await getWithoutKey(context, request, url);

	const headers = { ...request.options.headers, Accept: ACCEPT };
	const result = await send(context, withOptions(request, { url, headers }));
	const isSpecUrl = pathname === new URL(baseUrl + String(request.options.url)).pathname;
	if (isSpecUrl || !hasStatus(result, REFUSED_STATUSES)) return result;

	// A signed URL on the same host: its store takes no key beside the signature.
	const other = await getWithoutKey(context, request, url);
	const isUseful = !isNetworkError(other) && !hasStatus(other, REFUSED_STATUSES) && !isPage(other);
	discard(isUseful ? result : other);
	return isUseful ? other : result;
}

const getWithoutKey = async (
	context: RequestContext,
	request: Request,
	url: string,
): Promise<HttpResult> =>
	await getAnonymously(context, request, url, {
		encoding: 'stream',
		headers: { Accept: ACCEPT },
		disableFollowRedirect: true,
	});

const hasStatus = (result: HttpResult, statuses: number[]): boolean =>
	!isNetworkError(result) && statuses.includes(result.statusCode);

/** Without a key, a dashboard shows its login. */
const isPage = (response: HttpResponse): boolean =>
	isSuccess(response) && /^text\/html/i.test(String(response.headers['content-type'] ?? ''));

/** Releases the connection of a response that is not read. */
function discard(result: HttpResult): void {
	if (!isNetworkError(result)) (result.body as { destroy?: () => void } | undefined)?.destroy?.();
}
