import type { IBinaryData } from 'n8n-workflow';

import { VideosError } from '../errors/nodeError';
import { redactUrl } from '../http/baseUrl';
import { getAnonymously, throwIfCancelled } from '../http/request';
import { isNetworkError, isSuccess } from '../responses/response';
import { DATA_URI, isObject } from '../responses/values';
import type { OperationContext, Request } from '../types';
import { isComplete, StreamReader } from './fileStream';
import { readImageSize, sniffMedia, withExtension } from './mediaType';
import type { ImageSize, UploadFile } from './mediaType';

/** A file of the input item. */
interface InputFile {
	file: IBinaryData;
	/** Its field, as shown to the user. */
	field: string;
	read(): Promise<Buffer>;
}

const BINARY_FIELD = 'Input Binary Field';

/**
 * The file that a parameter means: the name of a binary field, or a file that an expression returned, as
 * {{ $binary.data }} does. Throws if there is none.
 */
function requireFile(context: OperationContext, entered: unknown, label = BINARY_FIELD): InputFile {
	const found = fileIn(context, entered, label);
	const field = typeof found === 'string' ? found.trim() : fieldOf(context, found);
	if (field === undefined) return returnedFile(context, found as IBinaryData);
	try {
		return {
			file: context.helpers.assertBinaryData(field),
			field,
			read: async () => await context.helpers.getBinaryDataBuffer(field),
		};
	} catch (error) {
		throw missingFileError(field, label, error as Error);
	}
}

/** A file that is in no binary field of the input item: n8n 1.x has no helper for it. */
function returnedFile({ helpers }: OperationContext, file: IBinaryData): InputFile {
	const { id, data } = file;
	return {
		file,
		field: file.fileName ?? 'file',
		read: async () =>
			id
				? await helpers.binaryToBuffer(await helpers.getBinaryStream(id))
				: Buffer.from(data, 'base64'),
	};
}

/** The name or the file in what was entered, which may also be an item, or all of its files. */
function fileIn(context: OperationContext, entered: unknown, label: string): string | IBinaryData {
	if (typeof entered === 'string' && entered.trim() !== '') return entered;
	if (isFile(entered)) return entered;
	const files = isObject(entered) ? (isObject(entered.binary) ? entered.binary : entered) : {};
	const names = Object.keys(files).filter((name) => isFile(files[name]));
	if (names.length === 1) return files[names[0]] as unknown as IBinaryData;
	const isEmpty = entered === undefined || entered === null || entered === '';
	throw new VideosError({
		message:
			names.length > 1
				? `'${label}' is ${names.length} files`
				: `'${label}' is ${isEmpty ? 'empty' : 'not the name of a binary field'}`,
		nextStep: `Enter the name of one that has a file: ${fileNames(context, names)}.`,
	});
}

const isFile = (value: unknown): value is IBinaryData =>
	isObject(value) &&
	typeof value.mimeType === 'string' &&
	['data', 'id', 'fileName', 'fileSize', 'fileExtension'].some(
		(name) => typeof value[name] === 'string',
	);

/** The field that has a file; undefined for the file of another item, which says itself where its bytes are. */
function fieldOf(context: OperationContext, file: IBinaryData): string | undefined {
	// n8n leaves `data` out of {{ $binary }}, which in memory is all that has the bytes.
	const properties = Object.entries(file).filter(([name]) => name !== 'data');
	const [field] =
		Object.entries(context.getInputData().binary ?? {}).find(
			([, other]) =>
				(file.data === undefined || file.data === other.data) &&
				properties.every(([name, value]) => other[name] === value),
		) ?? [];
	if (field !== undefined || file.id || file.data) return field;
	throw new VideosError({
		message: `The file in '${BINARY_FIELD}' is not in the input item`,
		nextStep: `Enter the name of a binary field that has a file: ${fileNames(context)}.`,
	});
}

const fileNames = (context: OperationContext, names: string[] = []): string =>
	(names.length > 0 ? names : Object.keys(context.getInputData().binary ?? { data: {} }))
		.slice(0, 10)
		.join(', ');

const missingFileError = (field: string, label: string, { message }: Error): VideosError =>
	new VideosError({
		message: `There is no file in binary field '${field}'`,
		nextStep: `Set '${label}' to the name that the previous node shows under 'Binary', or put a node before this one that returns a file.`,
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
	binaryField: unknown,
): Promise<ReferenceImage> {
	const { file, field, read } = requireFile(context, binaryField);
	return (
		toReferenceImage(await read(), file.fileName) ??
		throwNotAnImage(`The reference in binary field '${field}' is not a picture (${file.mimeType})`)
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
	binaryField: unknown,
	alternative: string,
): Promise<UploadFile> {
	const { file, field, read } = requireFile(context, binaryField);
	await requireUploadSize(context, file, field, `${alternative} Or make the file smaller.`);
	const bytes = await read();
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('video/')) {
		throw new VideosError({
			message: `The file in binary field '${field}' is not a video (${file.mimeType})`,
			nextStep: `Use a file such as Download puts out. ${alternative}`,
		});
	}
	if (!isComplete(bytes, type.mimeType)) {
		throw new VideosError({
			message: `The video in binary field '${field}' is cut off: its file ends too early`,
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
	binaryField: unknown,
): Promise<UploadFile> {
	const { file, field, read } = requireFile(context, binaryField, 'Extra Files');
	await requireUploadSize(context, file, field, 'Make the file smaller.');
	const bytes = await read();
	const type = sniffMedia(bytes);
	const { fileName = field, mimeType } = file;
	return type
		? { bytes, fileName: withExtension(fileName, type), mimeType: type.mimeType }
		: { bytes, fileName, mimeType };
}

async function requireUploadSize(
	context: OperationContext,
	file: IBinaryData,
	field: string,
	nextStep: string,
): Promise<void> {
	if ((await fileSizeOf(context, file)) <= MAX_UPLOAD_BYTES) return;
	throw new VideosError({
		message: `The file in binary field '${field}' has more than 100 MB, which this node does not send`,
		nextStep,
	});
}

/** In bytes; does not read a file that is in n8n's binary store. */
const fileSizeOf = async (
	{ helpers }: OperationContext,
	{ id, data }: IBinaryData,
): Promise<number> =>
	id ? (await helpers.getBinaryMetadata(id)).fileSize : Buffer.byteLength(data, 'base64');
