import { listRequest, MOST_PER_PAGE, pageIn } from '../answers/list';
import type { Page } from '../answers/list';
import { absence } from '../problems/absence';
import type { Feature } from '../problems/absence';
import type { Context } from '../problems/problem';
import { refusal } from '../problems/refusal';
import { CHECK_BASE_URL } from '../problems/refused';
import { shortTimeout } from './endpoint';
import { readPatience } from './patience';
import { send } from './send';
import type { Request } from './send';

/** For each page. */
const PATIENCE_MS = 60_000;

/** What a page of the server's list is wanted for, and by whom. */
export interface PageWanted {
	baseUrl: string;
	limit?: number;
	/** The id of the last video of the page before; undefined for the first page. */
	after?: string;
	patienceMs?: number;
	/** What to do on a server without a list. */
	withoutList: string;
}

/** One page of the server's list; throws in the user's terms when it cannot be had. */
export async function readPage(
	context: Context,
	request: Request,
	{ baseUrl, limit = MOST_PER_PAGE, after, patienceMs = PATIENCE_MS, withoutList }: PageWanted,
): Promise<Page> {
	const isFirst = after === undefined;
	const { outcome, found: page } = await send(
		context,
		listRequest(request, { limit, after, timeout: shortTimeout(request) }),
		pageIn,
		readPatience(patienceMs, { wasReached: !isFirst }),
	);
	if (page) return page;
	const list: Feature = {
		what: 'list its videos',
		next: `${withoutList} If this server should be able to: ${CHECK_BASE_URL.replace(/^C/, 'c')}`,
	};
	throw await refusal(context, outcome, {
		baseUrl,
		own: {
			reason: isFirst ? await absence(context, request, outcome, list) : undefined,
			unclear: {
				message: 'The server gave no list of its videos',
				next: 'Run this step again later: it only reads.',
			},
			refused: {
				message: 'The server did not accept the request for the list of its videos',
				next: CHECK_BASE_URL,
			},
		},
	});
}
