import type { IBinaryData } from 'n8n-workflow';

import { VideosError } from '../errors/nodeError';
import { redactUrl } from '../http/baseUrl';
import { getAnonymously, throwIfCancelled } from '../http/request';
import { isNetworkError, isSuccess } from '../responses/response';
import { DATA_URI } from '../responses/values';
import type { OperationContext, Request } from '../types';
import { isComplete, StreamReader } from './fileStream';
import { readImageSize, sniffMedia, withExtension } from './mediaType';
import type { ImageSize, UploadFile } from './mediaType';

/**
 * What n8n knows about the file in a binary field; throws if there is none. Newer versions of n8n also
 * accept the binary object itself, from an expression.
 */
function requireBinary(
	context: OperationContext,
	field: string,
	label = 'Input Binary Field',
): IBinaryData {
	try {
		return context.helpers.assertBinaryData(field);
	} catch (error) {
		throw missingFileError(field, label, error as Error);
	}
}

const missingFileError = (field: string, label: string, { message }: Error): VideosError =>
	new VideosError({
		message: `There is no file in binary field '${field}'`,
		nextStep: `Set '${label}' to the name that the step before shows under 'Binary', or put a step before this one that gives a file.`,
		// n8n says where it looked, which depends on the workflow's binary mode.
		technicalDetail: message,
	});

/** An image to start a video from. */
export interface ReferenceImage extends UploadFile {
	/** Unknown for types other than PNG, JPEG and WebP, and for malformed files. */
	size?: ImageSize;
}

const FETCH_TIMEOUT_MS = 60_000;
/** Above any server's limit, so that a URL to a large file cannot fill n8n's memory. */
const MAX_IMAGE_BYTES = 50_000_000;

/**
 * The image in a binary field, with the media type of its bytes: n8n often knows only octet-stream,
 * which servers reject. Throws before anything is sent if the field is missing or has no image.
 */
export async function readReferenceImage(
	context: OperationContext,
	binaryField: string,
): Promise<ReferenceImage> {
	const { fileName, mimeType } = requireBinary(context, binaryField);
	const bytes = await context.helpers.getBinaryDataBuffer(binaryField);
	return (
		toReferenceImage(bytes, fileName) ??
		throwNotAnImage(`The reference in binary field '${binaryField}' is not a picture (${mimeType})`)
	);
}

/** The bytes of a data URI; both kinds may be percent-encoded: https://www.rfc-editor.org/rfc/rfc2397 */
function decodeDataUri(uri: string): Buffer {
	const [head] = DATA_URI.exec(uri) ?? [''];
	const text = unescape(uri.slice(head.length));
	return Buffer.from(text, /;\s*base64\s*,$/i.test(head) ? 'base64' : 'latin1');
}

/** A web address or a data URI of an image; throws before anything is sent if it is neither. */
export function requireImageUrl(entered: unknown): ReferenceImage | string {
	const url = String(entered ?? '').trim();
	if (DATA_URI.test(url)) {
		return (
			toReferenceImage(decodeDataUri(url)) ??
			throwNotAnImage("The data URI in 'Reference Image URL' is not an image")
		);
	}
	if (/^https?:\/\/[^\s/]+/i.test(url) && URL.canParse(url)) return url;
	throw new VideosError({
		message:
			url === ''
				? "'Reference Image URL' is empty"
				: `'Reference Image URL' is not a web address: ${redactUrl(url).slice(0, 200)}`,
		nextStep:
			'Enter the full address of a picture, for example https://example.com/first-frame.png.',
	});
}

/**
 * Fetches the image at a URL, without the credential: a form has no field for a URL that all servers
 * understand. Throws if there is no image, before the video is requested.
 */
export async function fetchReferenceImage(
	context: OperationContext,
	request: Request,
	url: string,
): Promise<ReferenceImage> {
	const result = await getAnonymously(context, request, url, {
		encoding: 'stream',
		timeout: FETCH_TIMEOUT_MS,
	});
	if (isNetworkError(result)) throw fetchError(url, result.message);
	const reader = new StreamReader(result.body as AsyncIterable<Buffer>);
	const bytes = await reader
		.read(MAX_IMAGE_BYTES + 1)
		.catch((error: Error) => {
			throwIfCancelled(context);
			throw fetchError(url, error.message);
		})
		.finally(async () => await reader.close());
	if (!isSuccess(result)) throw fetchError(url, String(result.statusCode));
	if (bytes.length > MAX_IMAGE_BYTES) throw fetchError(url, 'more than 50 MB');

	const name = new URL(url).pathname.split('/').pop();
	return (
		toReferenceImage(bytes, name) ?? throwNotAnImage(`There is no picture at ${redactUrl(url)}`)
	);
}

const fetchError = (url: string, reason: string): VideosError =>
	new VideosError({
		message: `The reference image cannot be fetched from ${redactUrl(url)} (${reason})`,
		nextStep:
			'Check that the address opens in a browser without signing in, and that n8n can reach it.',
	});

function toReferenceImage(bytes: Buffer, name?: string): ReferenceImage | undefined {
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('image/')) return undefined;
	return {
		bytes,
		fileName: withExtension(name || 'reference', type),
		mimeType: type.mimeType,
		size: readImageSize(bytes),
	};
}

function throwNotAnImage(message: string): never {
	throw new VideosError({
		message,
		nextStep: "Use a PNG, JPEG or WebP file, or set 'Reference Image' to 'None'.",
	});
}

/** A form is held in memory while it is sent. */
const MAX_UPLOAD_BYTES = 100_000_000;

/**
 * The video in a binary field, with the media type of its bytes. Throws before anything is sent if the
 * field is missing, too large, or has no complete video; `alternative` is what else the user can do.
 */
export async function readVideoFile(
	context: OperationContext,
	binaryField: string,
	alternative: string,
): Promise<UploadFile> {
	const file = requireBinary(context, binaryField);
	await requireUploadSize(context, binaryField, file, `${alternative} Or make the file smaller.`);
	const bytes = await context.helpers.getBinaryDataBuffer(binaryField);
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('video/')) {
		throw new VideosError({
			message: `The file in binary field '${binaryField}' is not a video (${file.mimeType})`,
			nextStep: `Use a file such as Download puts out. ${alternative}`,
		});
	}
	if (!isComplete(bytes, type.mimeType)) {
		throw new VideosError({
			message: `The video in binary field '${binaryField}' is cut off: its file ends too early`,
			nextStep: `Get the file again. ${alternative}`,
		});
	}
	return {
		bytes,
		fileName: withExtension(file.fileName || 'video', type),
		mimeType: type.mimeType,
	};
}

/** A file of any type in a binary field; throws before anything is sent if it is missing or too large. */
export async function readExtraFile(
	context: OperationContext,
	binaryField: string,
): Promise<UploadFile> {
	const file = requireBinary(context, binaryField, 'Extra Files');
	await requireUploadSize(context, binaryField, file, 'Make the file smaller.');
	const bytes = await context.helpers.getBinaryDataBuffer(binaryField);
	const type = sniffMedia(bytes);
	const { fileName = binaryField, mimeType } = file;
	return type
		? { bytes, fileName: withExtension(fileName, type), mimeType: type.mimeType }
		: { bytes, fileName, mimeType };
}

async function requireUploadSize(
	context: OperationContext,
	binaryField: string,
	file: IBinaryData,
	nextStep: string,
): Promise<void> {
	if ((await fileSizeOf(context, file)) <= MAX_UPLOAD_BYTES) return;
	throw new VideosError({
		message: `The file in binary field '${binaryField}' has more than 100 MB, which this node does not send`,
		nextStep,
	});
}

/** In bytes; does not read a file that is in n8n's binary store. */
const fileSizeOf = async (
	{ helpers }: OperationContext,
	{ id, data }: IBinaryData,
): Promise<number> =>
	id ? (await helpers.getBinaryMetadata(id)).fileSize : Buffer.byteLength(data, 'base64');
