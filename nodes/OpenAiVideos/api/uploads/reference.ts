import { isFault, isSuccess } from '../answers/answer';
import { Chunks } from '../files/chunks';
import { fileNameFor, sniffMedia } from '../files/media';
import type { Upload } from '../files/media';
import { problem } from '../problems/problem';
import type { Context, NodeProblem } from '../problems/problem';
import { shownAddress } from '../requests/baseUrl';
import { getWithoutCredentials, stopIfCancelled } from '../requests/send';
import type { Request } from '../requests/send';
import { requireBinary } from './binary';
import { pictureSize } from './pictureSize';
import type { PictureSize } from './pictureSize';

/** A picture to start a video from. */
export interface Reference extends Upload {
	/** Unknown for other kinds than PNG, JPEG and WebP, and where the file is odd. */
	size?: PictureSize;
}

const LONGEST_FETCH_MS = 60_000;
/** Far more than any server takes; an address that leads to a film must not fill n8n's memory. */
const MOST_BYTES = 50_000_000;

/**
 * The picture in a binary field, typed by its bytes: n8n often knows no more than octet-stream, which
 * servers refuse. Throws before anything is sent when the field is missing or holds no picture.
 */
export async function readReference(context: Context, binaryField: string): Promise<Reference> {
	const { fileName, mimeType } = requireBinary(context, binaryField);
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
				: `'Reference Image URL' is not a web address: ${shownAddress(url)}`,
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
		encoding: 'stream',
		timeout: LONGEST_FETCH_MS,
	});
	if (isFault(outcome)) throw notFetched(context, url, outcome.detail);
	const chunks = new Chunks(outcome.body as AsyncIterable<Buffer>);
	const bytes = await chunks
		.readTo(MOST_BYTES + 1)
		.catch((error: Error) => {
			stopIfCancelled(context);
			throw notFetched(context, url, error.message);
		})
		.finally(async () => await chunks.end());
	if (!isSuccess(outcome)) throw notFetched(context, url, String(outcome.statusCode));
	if (bytes.length > MOST_BYTES) throw notFetched(context, url, 'more than 50 MB');

	const name = new URL(url).pathname.split('/').pop();
	return toReference(bytes, name) ?? refuse(context, `There is no picture at ${shownAddress(url)}`);
}

const notFetched = (context: Context, url: string, reason: string): NodeProblem =>
	problem(context, {
		message: `The reference image cannot be fetched from ${shownAddress(url)} (${reason})`,
		next: 'Check that the address opens in a browser without signing in, and that n8n can reach it.',
	});

function toReference(bytes: Buffer, name?: string): Reference | undefined {
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('image/')) return undefined;
	return {
		bytes,
		fileName: fileNameFor(name || 'reference', type),
		mimeType: type.mimeType,
		size: pictureSize(bytes),
	};
}

function refuse(context: Context, message: string): never {
	throw problem(context, {
		message,
		next: "Use a PNG, JPEG or WebP file, or set 'Reference Image' to 'None'.",
	});
}
