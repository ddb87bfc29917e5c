import type { INodeExecutionData } from 'n8n-workflow';

import { isFault } from '../api/answers/answer';
import type { Outcome } from '../api/answers/answer';
import { saysExpired } from '../api/answers/known';
import { requireBaseUrl } from '../api/operation';
import { makeVideo } from '../api/orders/make';
import type { Order } from '../api/orders/make';
import type { Wish } from '../api/orders/run';
import { absence } from '../api/problems/absence';
import type { Context, NodeProblem } from '../api/problems/problem';
import { refusal } from '../api/problems/refusal';
import { expired } from '../api/problems/refused';
import type { Sentence } from '../api/problems/refused';
import type { Request } from '../api/requests/send';

const NOTHING_CREATED = 'Nothing was created for this item.';

/** An operation that makes a new video out of an existing one. */
export interface Rework {
	/** As in "This server does not ... videos". */
	verb: string;
	/** As in "Only a completed video can be ...". */
	done: string;
	/** As the user knows the operation. */
	name: string;
	/** The fields that may be at fault. */
	fields: string;
	/** What to do where the server has no such operation. */
	instead: string;
}

/** Makes a new video out of a completed one, per item. `read` throws what can be known to be wrong. */
export async function reworkVideo<F extends Wish>(
	context: Context,
	request: Request,
	rework: Rework,
	{ read, bodyOf }: { read: () => Promise<F>; bodyOf: Order<F>['bodyOf'] },
): Promise<INodeExecutionData[]> {
	const baseUrl = requireBaseUrl(context, request);
	const check = read();
	return await makeVideo(context, request, {
		check,
		bodyOf,
		refusal: async (outcome) =>
			await refusedRework(context, request, outcome, rework, {
				baseUrl,
				source: (await check).videoId,
			}),
	});
}

/** `source` is undefined where the video was sent as a file. */
async function refusedRework(
	context: Context,
	request: Request,
	outcome: Outcome,
	{ verb, done, name, fields, instead }: Rework,
	{ baseUrl, source }: { baseUrl: string; source?: string },
): Promise<NodeProblem> {
	const refused: Sentence =
		source === undefined
			? {
					message: `The server did not ${verb} this video`,
					next: `Compare the file, 'Model', ${fields} with what the server offers. ${NOTHING_CREATED}`,
				}
			: {
					message: `The server did not ${verb} video '${source}'`,
					next: `Only a completed video can be ${done}: put Wait Until Done before ${name}, and check ${fields}. ${NOTHING_CREATED}`,
				};
	const feature = {
		what: `${verb} videos`,
		next: `Not every server can. ${instead} ${NOTHING_CREATED}`,
	};
	return await refusal(context, outcome, {
		baseUrl,
		own: {
			reason:
				knownSentence(outcome, source) ??
				(saysNoOfFile(outcome, source)
					? undefined
					: await absence(context, request, outcome, feature, source)),
			refused,
		},
	});
}

/** Without a video that may be unknown, "not found" with 400 is about something in the form. */
const saysNoOfFile = (outcome: Outcome, source?: string): boolean =>
	source === undefined && !isFault(outcome) && outcome.statusCode === 400;

function knownSentence(outcome: Outcome, source?: string): Sentence | undefined {
	if (isFault(outcome) || outcome.statusCode < 400) return undefined;
	if (source !== undefined) return saysExpired(outcome) ? expired(source) : undefined;
	if (outcome.statusCode !== 413) return undefined;
	return {
		message: 'The file of the video is too large for the server',
		next: `Make it smaller or, if the video is on the server, set 'Source Video' to 'Video ID'. ${NOTHING_CREATED}`,
	};
}
