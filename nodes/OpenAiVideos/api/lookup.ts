import { isFault, isSuccess } from './answer';
import { clock } from './clock';
import { isObject } from './object';
import type { Context } from './problem';
import { sendOnce } from './send';
import type { Request } from './send';
import { toVideo } from './video';
import type { Video } from './video';

const LONGEST_LOOK_MS = 10_000;
/** Clocks of servers go wrong by less than this, mostly. */
const CLOCK_SKEW_MS = 60_000;

/** What is known of a video that may have been made. */
export interface Wanted {
	prompt: string;
	/** Clock ms at which it was asked for. */
	since: number;
	/** Ids that are surely other videos. */
	except: string[];
}

/**
 * The videos on the server that may be the one whose Create got no answer, newest first: begun since,
 * with its prompt where the server tells it. Empty also where a server has no list.
 */
export async function findLost(
	context: Context,
	{ options, ...request }: Request,
	wanted: Wanted,
): Promise<Video[]> {
	const outcome = await sendOnce(context, {
		...request,
		options: {
			...options,
			method: 'GET',
			url: '/videos',
			qs: { limit: 20, order: 'desc' },
			timeout: LONGEST_LOOK_MS,
		},
	});
	if (isFault(outcome) || !isSuccess(outcome)) return [];
	const { body } = outcome;
	if (!isObject(body) || !Array.isArray(body.data)) return [];
	// A form's text has CRLF line ends by its standard.
	const plain = (text: string) => text.replace(/\r\n/g, '\n');
	return body.data
		.map((each) => toVideo(each))
		.filter((video) => video !== undefined)
		.filter(
			({ id, prompt, created_at: createdAt }) =>
				!wanted.except.includes(id) &&
				(typeof prompt !== 'string' || plain(prompt) === plain(wanted.prompt)) &&
				typeof createdAt === 'number' &&
				createdAt * 1000 >= wanted.since - CLOCK_SKEW_MS &&
				createdAt * 1000 <= clock.now() + CLOCK_SKEW_MS,
		);
}
