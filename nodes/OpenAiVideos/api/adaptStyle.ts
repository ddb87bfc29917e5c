import { withBodyFormat } from '../apiStyle';
import type { ApiStyle } from '../apiStyle';
import { clock, SECOND_MS } from '../clock';
import type { Attempt } from '../http/request';
import { readFormatHint } from '../responses/formatHint';
import type { FormatHint } from '../responses/formatHint';
import { wasRepeatedByGateway } from '../responses/repeatedRequest';
import { isNetworkError } from '../responses/response';
import type { HttpResponse, HttpResult } from '../responses/response';

/** The style in which a run asks a server that says none. */
export interface LearnedStyle {
	style: ApiStyle;
	/** Whether it has made a video: then no refusal is about the style any more. */
	isProven: boolean;
	/** The first response to any item, unless it takes too long. */
	firstResponse?: Promise<void>;
}

const CHANGES: Record<FormatHint, (style: ApiStyle) => ApiStyle> = {
	json: (style) => withBodyFormat(style, 'json'),
	multipart: (style) => withBodyFormat(style, 'multipart'),
	secondsNumber: (style) =>
		style.secondsAs === 'seconds' ? { ...style, secondsAs: 'secondsNumber' } : style,
	imageText: (style) =>
		style.imageAs === 'imageUrlObject' ? { ...style, imageAs: 'text' } : style,
};

/** The style that a refusal asks for; undefined if it asks for none, or for the one that was sent. */
function adaptedStyle(style: ApiStyle, response: HttpResponse): ApiStyle | undefined {
	// An earlier attempt of the gateway may have been accepted.
	if (wasRepeatedByGateway(response)) return undefined;
	const hint = readFormatHint(response, style.bodyFormat);
	const adapted = hint && CHANGES[hint](style);
	return adapted && keyOf(adapted) !== keyOf(style) ? adapted : undefined;
}

export const keyOf = (style: ApiStyle): string => JSON.stringify(style);

/** A server that answers when the video is done would hold back all other items until then. */
const FIRST_RESPONSE_MS = 5 * SECOND_MS;

/** An item's last attempt, and the style of it. */
type StyleAttempt<T> = Attempt<T> & { style: ApiStyle };

/**
 * Sends an item's Create, and sends it anew in the style that a refusal asks for: a refusal costs nothing.
 * The first item goes ahead, so that a run learns from one refusal, and not from one per item.
 */
export async function sendInLearnedStyle<T>(
	learned: LearnedStyle,
	send: (style: ApiStyle, onResponse: (response: HttpResponse) => void) => Promise<Attempt<T>>,
): Promise<StyleAttempt<T>> {
	let goOn: () => void = () => {};
	if (learned.firstResponse) await learned.firstResponse;
	else {
		const responded = new Promise<void>((resolve) => (goOn = resolve));
		learned.firstResponse = Promise.race([responded, clock.after(FIRST_RESPONSE_MS)]);
	}
	try {
		return await sendAndAdapt(
			learned,
			async (style) =>
				await send(style, (response) => {
					if (!adaptedStyle(style, response)) goOn();
				}),
		);
	} finally {
		goOn();
	}
}

async function sendAndAdapt<T>(
	learned: LearnedStyle,
	send: (style: ApiStyle) => Promise<Attempt<T>>,
): Promise<StyleAttempt<T>> {
	let { style } = learned;
	// Who gets no form first is known to take JSON.
	const tried = new Set([keyOf(withBodyFormat(style, 'multipart'))]);
	let first: StyleAttempt<T> | undefined;
	for (;;) {
		tried.add(keyOf(style));
		const attempt = await send(style);
		if (attempt.value !== undefined) {
			learned.style = style;
			learned.isProven = true;
			return { ...attempt, style };
		}
		const { result } = attempt;
		const wanted = wantedStyle(learned, style, result);
		first ??= { ...attempt, style };
		if (!wanted) return { ...attempt, style };
		// The server asks for what it has refused: its first refusal was about something else.
		if (tried.has(keyOf(wanted))) return first;
		// Text may be about something else: then only a video proves the style that was read out of it.
		if (!isNetworkError(result) && result.statusCode === 415) learned.style = wanted;
		style = wanted;
	}
}

function wantedStyle(
	learned: LearnedStyle,
	style: ApiStyle,
	result: HttpResult,
): ApiStyle | undefined {
	if (isNetworkError(result)) return undefined;
	const isProven = learned.isProven && keyOf(learned.style) === keyOf(style);
	const adapted = isProven ? undefined : adaptedStyle(style, result);
	return adapted && learned.isProven ? learned.style : adapted;
}
