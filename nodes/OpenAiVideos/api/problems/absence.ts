import { isFault, isSuccess } from '../answers/answer';
import type { Outcome } from '../answers/answer';
import { knownReason, namesUnknownVideo, saysUnknownVideo } from '../answers/known';
import { namesVideo, toVideo } from '../answers/video';
import { statusRequest } from '../requests/endpoint';
import { readPatience } from '../requests/patience';
import { send } from '../requests/send';
import type { Request } from '../requests/send';
import type { Context } from './problem';
import { unknownVideo } from './refused';
import type { Sentence } from './refused';

const LONGEST_LOOK_MS = 10_000;

/** Something that not every server can do. */
export interface Feature {
	/** As in "This server does not ...". */
	what: string;
	/** What to do instead. */
	next: string;
}

/**
 * Why an answer is a no, where the server does not know the video or cannot do such a thing at all.
 * Both may be a bare 404: then a look at the video tells which it is.
 */
export async function absence(
	context: Context,
	request: Request,
	outcome: Outcome,
	{ what, next }: Feature,
	videoId?: string,
): Promise<Sentence | undefined> {
	if (isFault(outcome) || isSuccess(outcome)) return undefined;
	const cannot: Sentence = { message: `This server does not ${what}`, next };
	if ([405, 501].includes(outcome.statusCode)) return cannot;
	const isGone = outcome.statusCode === 410;
	if (!(isGone || saysUnknownVideo(outcome)) || knownReason(outcome.body)) return undefined;
	if (videoId === undefined) return cannot;
	if (isGone || namesUnknownVideo(outcome)) return unknownVideo(videoId);
	switch (await isKnown(context, request, videoId)) {
		case true:
			return cannot;
		case false:
			return unknownVideo(videoId);
		default:
			return {
				message: `${unknownVideo(videoId).message}, or does not ${what}`,
				next: `Check 'Video ID'. ${next}`,
			};
	}
}

/** Whether the server knows a video; undefined where it does not tell. */
export async function isKnown(
	context: Context,
	request: Request,
	videoId: string,
): Promise<boolean | undefined> {
	const look = statusRequest(request, videoId);
	const { found } = await send(
		context,
		{ ...look, options: { ...look.options, timeout: LONGEST_LOOK_MS } },
		(answer) => {
			if (isSuccess(answer)) return toVideo(answer.body, videoId) ? true : undefined;
			if (namesVideo(answer.body, videoId)) return true;
			return saysUnknownVideo(answer) || answer.statusCode === 410 ? false : undefined;
		},
		readPatience(LONGEST_LOOK_MS),
	);
	return found;
}
