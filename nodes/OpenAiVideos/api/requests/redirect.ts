import { isFault } from '../answers/answer';
import type { Answer, Outcome } from '../answers/answer';
import type { Context } from '../problems/problem';
import { getWithoutCredentials, sendOnce } from './send';
import type { Request } from './send';

const MOST_HOPS = 5;
/** A server that picks its answer by this header must not pick JSON. */
const Accept = 'video/*, image/*, */*';

/**
 * Asks for the stream at `url`, and follows redirects by hand: the key goes to the base URL's origin
 * only, while n8n by itself would send it on to whatever host the server names.
 */
export async function open(
	context: Context,
	request: Request,
	baseUrl: string,
	url: string,
): Promise<Outcome> {
	let outcome = await openOnce(context, request, baseUrl, url);
	for (let hops = 0; hops < MOST_HOPS; hops++) {
		const location = redirectOf(outcome);
		if (location === undefined || !URL.canParse(location, url)) break;
		(outcome as Answer & { body: { destroy?: () => void } }).body.destroy?.();
		url = new URL(location, url).href;
		outcome = await openOnce(context, request, baseUrl, url);
	}
	return outcome;
}

function redirectOf(outcome: Outcome): string | undefined {
	if (isFault(outcome) || outcome.statusCode < 300 || outcome.statusCode >= 400) return undefined;
	const { location } = outcome.headers;
	return typeof location === 'string' ? location : undefined;
}

async function openOnce(
	context: Context,
	request: Request,
	baseUrl: string,
	url: string,
): Promise<Outcome> {
	if (new URL(url).origin !== new URL(baseUrl).origin) {
		return await getWithoutCredentials(context, request, url, {
			encoding: 'stream',
			headers: { Accept },
			disableFollowRedirect: true,
		});
	}
	const headers = { ...request.options.headers, Accept };
	return await sendOnce(context, { ...request, options: { ...request.options, url, headers } });
}
