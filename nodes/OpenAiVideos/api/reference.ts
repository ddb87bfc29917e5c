import { isFault, isSuccess } from './answer';
import { fileNameFor, sniffMedia } from './media';
import { problem } from './problem';
import type { Context } from './problem';
import { getWithoutCredentials } from './send';
import type { Request } from './send';

/** A picture to start a video from. */
export interface Reference {
	bytes: Buffer;
	/** With an ending that fits; servers judge an upload by it. */
	fileName: string;
	mimeType: string;
}

const LONGEST_FETCH_MS = 60_000;

/**
 * The picture in a binary field, typed by its bytes: n8n often knows no more than octet-stream, which
 * servers refuse. Throws before anything is sent when the field is missing or holds no picture.
 */
export async function readReference(context: Context, binaryField: string): Promise<Reference> {
	// Newer n8n also takes the binary object itself, from an expression, so it is passed on as it is.
	const { fileName, mimeType } = context.helpers.assertBinaryData(binaryField);
	const bytes = await context.helpers.getBinaryDataBuffer(binaryField);
	return (
		toReference(bytes, fileName) ??
		refuse(context, `The reference in binary field '${binaryField}' is not a picture (${mimeType})`)
	);
}

/** The web address of a picture; throws before anything is sent when it is none. */
export function requirePictureUrl(context: Context, entered: unknown): string {
	const url = String(entered ?? '').trim();
	if (/^https?:\/\/[^\s/]+/i.test(url) && URL.canParse(url)) return url;
	throw problem(context, {
		message:
			url === ''
				? "'Reference Image URL' is empty"
				: `'Reference Image URL' is not a web address: ${url}`,
		next: 'Enter the full address of a picture, for example https://example.com/first-frame.png.',
	});
}

/**
 * Fetches the picture at a web address, without the credential: a form has no place for an address
 * that all servers would understand. Throws when there is none, before the video is asked for.
 */
export async function fetchReference(
	context: Context,
	request: Request,
	url: string,
): Promise<Reference> {
	const outcome = await getWithoutCredentials(context, request, url, {
		encoding: 'arraybuffer',
		timeout: LONGEST_FETCH_MS,
	});
	if (isFault(outcome) || !isSuccess(outcome)) {
		const status = isFault(outcome) ? '' : ` (${outcome.statusCode})`;
		// Not into the message: n8n replaces a whole message in which it finds a word like ECONNREFUSED.
		const technically = isFault(outcome) ? ` (${outcome.detail})` : '';
		throw problem(context, {
			message: `The reference image cannot be fetched from ${url}${status}`,
			next: `Check that the address opens in a browser without signing in, and that n8n can reach it.${technically}`,
		});
	}
	const name = new URL(url).pathname.split('/').pop();
	return (
		toReference(Buffer.from(outcome.body as ArrayBuffer), name) ??
		refuse(context, `There is no picture at ${url}`)
	);
}

function toReference(bytes: Buffer, name?: string): Reference | undefined {
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('image/')) return undefined;
	return { bytes, fileName: fileNameFor(name || 'reference', type), mimeType: type.mimeType };
}

function refuse(context: Context, message: string): never {
	throw problem(context, {
		message,
		next: "Use a PNG, JPEG or WebP file, or set 'Reference Image' to 'None'.",
	});
}
