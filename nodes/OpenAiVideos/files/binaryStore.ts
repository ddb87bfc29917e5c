import type { IBinaryData } from 'n8n-workflow';

import { toNetworkError } from '../http/request';
import { isSuccess } from '../responses/response';
import type { HttpResponse, NetworkError } from '../responses/response';
import { parseJson } from '../responses/values';
import type { OperationContext } from '../types';
import { checkFile, fileCheckFor, StreamReader, verifiedChunks } from './fileStream';
import {
	isText,
	labelledType,
	sniffArchive,
	sniffMedia,
	SNIFFED_BYTES,
	withExtension,
} from './mediaType';
import type { MediaType } from './mediaType';

type BinaryBody = Parameters<OperationContext['helpers']['prepareBinaryData']>[0];

/** More bytes than any JSON response needs, even with a video as base64. */
const MAX_TEXT_BYTES = 300_000_000;
/** Error responses are read for their message only. */
const MAX_ERROR_BYTES = 1_000_000;

/** Shorter than any file. */
const MIN_FILE_BYTES = 16;
/** Stands for bytes that are no text: they are never shown. */
export const BINARY_BODY = '\ufffd';

/** A file in n8n's store. */
export interface StoredFile {
	file: IBinaryData;
	/** What could not be verified about it, as a sentence without a full stop. */
	warning?: string;
}

/** A file that broke off. */
interface CutFile {
	/** The connection was lost, or the file is cut off by its own structure. */
	truncated: NetworkError;
	/** How many bytes came. */
	received: number;
}

/** The outcome of storing a response; without a file, the response with its body read as JSON or text. */
type StoreResult = StoredFile | CutFile | { response: HttpResponse };

const WARNINGS = {
	archive: 'The server sent a compressed file: unpack it, for example with the Compression node',
	unknownType: 'The file is of a kind that this node does not know: check that it plays',
	untoldLength:
		'The server did not say how long the file is, nor does the file: check that it plays to its end',
	unproved:
		'The file arrived whole, but does not show where it ends: check that it plays to its end',
};

/**
 * Streams the body of a response (requested with `encoding: 'stream'`) into n8n's binary store under
 * `name`, unless it is text, or surely cut off. Errors of n8n's store are thrown.
 */
export async function storeResponse(
	context: OperationContext,
	response: HttpResponse,
	name: string,
): Promise<StoreResult> {
	const reader = new StreamReader(response.body as AsyncIterable<Buffer>);
	return await storeStream(context, response, reader, name)
		.catch((error: Error) => {
			if (!reader.error) return Promise.reject(error);
			const { code, message } = toNetworkError(reader.error);
			return { truncated: { code: code || 'ECONNRESET', message }, received: reader.received };
		})
		.finally(async () => await reader.close());
}

async function storeStream(
	context: OperationContext,
	response: HttpResponse,
	reader: StreamReader,
	name: string,
): Promise<StoreResult> {
	const head = await reader.read(SNIFFED_BYTES);
	const media = sniffMedia(head);
	const isBinary = !isText(head);
	if (!isSuccess(response) || (!media && (!isBinary || head.length < MIN_FILE_BYTES))) {
		const limit = isSuccess(response) ? MAX_TEXT_BYTES : MAX_ERROR_BYTES;
		const bytes = Buffer.concat([head, await reader.read(limit)]);
		const nothing = isSuccess(response) ? BINARY_BODY : '';
		const body = isBinary ? nothing : parseJson(bytes.toString().trim());
		return { response: { ...response, body } };
	}
	const { headers } = response;
	const archive = media ? undefined : sniffArchive(head);
	const type =
		media ?? archive ?? labelledType(headers['content-type'], headers['content-disposition']);
	const check = fileCheckFor(media?.mimeType ?? '', head);
	const stream = toReadable(response.body, verifiedChunks(head, reader, check));
	const file = await store(context, stream, name, type);
	if (archive) return { file, warning: WARNINGS.archive };
	if (!media) return { file, warning: WARNINGS.unknownType };
	if (check.verdict() === 'whole') return { file };
	const isLengthTold =
		headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
	return { file, warning: isLengthTold ? WARNINGS.unproved : WARNINGS.untoldLength };
}

/** The same for a file inside JSON; undefined if the bytes are not an image or video. */
export async function storeBytes(
	context: OperationContext,
	bytes: Buffer,
	name: string,
): Promise<StoredFile | CutFile | undefined> {
	const type = sniffMedia(bytes);
	if (!type) return undefined;
	const verdict = checkFile(bytes, type.mimeType);
	if (verdict === 'cutOff') {
		return {
			truncated: { code: 'ECONNRESET', message: 'The file inside the answer is cut off' },
			received: bytes.length,
		};
	}
	const file = await store(context, bytes, name, type);
	return { file, ...(verdict === 'unproved' && { warning: WARNINGS.unproved }) };
}

const store = async (
	context: OperationContext,
	body: BinaryBody,
	name: string,
	type: MediaType,
): Promise<IBinaryData> =>
	await context.helpers.prepareBinaryData(body, withExtension(name, type), type.mimeType);

/** A Readable, built with the class of n8n's own stream: the node must not import `stream`. */
function toReadable(body: unknown, chunks: AsyncIterable<Buffer>): BinaryBody {
	const { from } = (body as object).constructor as unknown as {
		from: (source: AsyncIterable<Buffer>, options: object) => BinaryBody;
	};
	return from(chunks, { objectMode: false });
}
