import { isFault } from '../answers/answer';
import { listRequest, pageIn } from '../answers/list';
import type { Video } from '../answers/video';
import type { Context } from '../problems/problem';
import { readPatience } from '../requests/patience';
import { send } from '../requests/send';
import type { Request } from '../requests/send';
import { clock } from '../waiting/clock';

const LONGEST_LOOK_MS = 10_000;
const PATIENCE_MS = 60_000;
/** Servers tell whole seconds. */
const ROUNDING_MS = 2_000;
/** The clock of a server that does not show it goes wrong by less than this, mostly. */
const CLOCK_SKEW_MS = 60_000;

/** What is known of a video that may have been made. */
export interface Wanted {
	prompt: string;
	/** Clock ms at which it was asked for. */
	since: number;
}

/**
 * The videos on the server that may be the one whose Create got no answer, newest first: begun since,
 * with its prompt where the server tells it. Empty also where a server has no list.
 */
export async function findLost(
	context: Context,
	request: Request,
	wanted: Wanted,
): Promise<Video[]> {
	const list = listRequest(request, { timeout: LONGEST_LOOK_MS });
	const patience = readPatience(PATIENCE_MS, { wasReached: true });
	const { outcome, found } = await send(context, list, pageIn, patience);
	const serverNow = isFault(outcome) ? NaN : Date.parse(String(outcome.headers.date ?? ''));
	const earliest = Number.isNaN(serverNow)
		? wanted.since - CLOCK_SKEW_MS
		: wanted.since - (clock.now() - serverNow) - ROUNDING_MS;
	// A form's text has CRLF line ends by its standard, and servers trim it.
	const plain = (text: string) => text.replace(/\r\n/g, '\n').trim();
	const isOfPrompt = (told: unknown) =>
		typeof told !== 'string' || ['', plain(wanted.prompt)].includes(plain(told));
	return (found?.videos ?? []).filter(
		({ prompt, created_at: createdAt }) =>
			isOfPrompt(prompt) && typeof createdAt === 'number' && createdAt * 1000 >= earliest,
	);
}
