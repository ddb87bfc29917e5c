import type { ApiStyle } from '../apiStyle';
import { withBodyFormat } from '../files/createFields';
import type { Attempt } from '../http/request';
import { readFormatHint } from '../responses/formatHint';
import type { FormatHint } from '../responses/formatHint';
import { isNetworkError } from '../responses/response';
import type { HttpResponse } from '../responses/response';

/** The style in which a run asks a server that says none. */
export interface LearnedStyle {
	style: ApiStyle;
	/** All styles that were sent, so that none is tried twice. */
	tried: Set<string>;
	/** The first response to any item. */
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
	const hint = readFormatHint(response, style.bodyFormat);
	const adapted = hint && CHANGES[hint](style);
	return adapted && keyOf(adapted) !== keyOf(style) ? adapted : undefined;
}

export const keyOf = (style: ApiStyle): string => JSON.stringify(style);

/**
 * Sends an item's Create, and sends it anew in the style that a refusal asks for: a refusal costs nothing.
 * The first item goes ahead, so that a run learns from one refusal, and not from one per item.
 */
export async function sendInLearnedStyle<T>(
	learned: LearnedStyle,
	send: (style: ApiStyle, onResponse: (response: HttpResponse) => void) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
	let goOn: () => void = () => {};
	if (learned.firstResponse) await learned.firstResponse;
	else learned.firstResponse = new Promise((resolve) => (goOn = resolve));
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
): Promise<Attempt<T>> {
	let refused: { style: ApiStyle; attempt: Attempt<T> } | undefined;
	for (;;) {
		const { style } = learned;
		learned.tried.add(keyOf(style));
		const attempt = await send(style);
		const { result, value } = attempt;
		const wanted =
			value !== undefined || isNetworkError(result) ? undefined : adaptedStyle(style, result);
		if (!wanted) return attempt;
		// Another item may have learned it in the meantime.
		if (keyOf(learned.style) === keyOf(style)) {
			if (learned.tried.has(keyOf(wanted))) {
				// The server wants the other one again: its first refusal was about something else.
				if (refused) learned.style = refused.style;
				return refused?.attempt ?? attempt;
			}
			learned.style = wanted;
		}
		refused = { style, attempt };
	}
}
