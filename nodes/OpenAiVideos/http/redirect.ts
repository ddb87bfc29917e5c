import { isNetworkError } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';
import type { Request, RequestContext } from '../types';
import { getAnonymously, send, withOptions } from './request';

const MAX_REDIRECTS = 5;
/** Content negotiation must not yield JSON. */
const ACCEPT = 'video/*, image/*, */*';

/**
 * Requests the stream at `url` and follows redirects itself: the key is sent only to the origin of the
 * base URL, while n8n would forward it to any host that the server names.
 */
export async function getStream(
	context: RequestContext,
	request: Request,
	baseUrl: string,
	url: string,
): Promise<HttpResult> {
	let result = await getStreamOnce(context, request, baseUrl, url);
	for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
		const location = redirectLocation(result);
		if (location === undefined || !URL.canParse(location, url)) break;
		(result as HttpResponse & { body: { destroy?: () => void } }).body.destroy?.();
		url = new URL(location, url).href;
		result = await getStreamOnce(context, request, baseUrl, url);
	}
	return result;
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
	if (new URL(url).origin !== new URL(baseUrl).origin) {
		return await getAnonymously(context, request, url, {
			encoding: 'stream',
			headers: { Accept: ACCEPT },
			disableFollowRedirect: true,
		});
	}
	const headers = { ...request.options.headers, Accept: ACCEPT };
	return await send(context, withOptions(request, { url, headers }));
}
