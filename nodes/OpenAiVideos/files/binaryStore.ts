import type { IBinaryData, IDataObject } from 'n8n-workflow';

import { toNetworkError } from '../http/request';
import { isSuccess } from '../responses/response';
import type { HttpResponse, NetworkError } from '../responses/response';
import type { OperationContext } from '../types';
import { isComplete, StreamReader, verifiedChunks } from './fileStream';
import { sniffMedia, SNIFFED_BYTES, withExtension } from './mediaType';
import type { MediaType } from './mediaType';

type BinaryBody = Parameters<OperationContext['helpers']['prepareBinaryData']>[0];

/** More bytes than any JSON response needs, even with a video as base64. */
const MAX_TEXT_BYTES = 300_000_000;
/** Error responses are read for their message only. */
const MAX_ERROR_BYTES = 1_000_000;

/** The outcome of storing a response. */
type StoreResult =
	| { file: IBinaryData }
	/** Not a file: the response, its body read as JSON or text. */
	| { response: HttpResponse }
	/** The connection was lost, or the file is incomplete by its own structure. */
	| { truncated: NetworkError };

/**
 * Streams the body of a response (requested with `encoding: 'stream'`) into n8n's binary store under
 * `name`, if its first bytes are those of an image or video. Errors of n8n's store are thrown.
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
			return { truncated: { code: code || 'ECONNRESET', message } };
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
	const type = isSuccess(response) ? sniffMedia(head) : undefined;
	if (!type) {
		const limit = isSuccess(response) ? MAX_TEXT_BYTES : MAX_ERROR_BYTES;
		const text = Buffer.concat([head, await reader.read(limit)]).toString();
		return { response: { ...response, body: parseJsonOrText(text) } };
	}
	const stream = toReadable(response.body, verifiedChunks(head, reader, type.mimeType));
	return await store(context, stream, name, type);
}

/** The same for a file inside JSON; undefined if the bytes are not an image or video. */
export async function storeBytes(
	context: OperationContext,
	bytes: Buffer,
	name: string,
): Promise<Exclude<StoreResult, { response: HttpResponse }> | undefined> {
	const type = sniffMedia(bytes);
	if (!type) return undefined;
	if (!isComplete(bytes, type.mimeType)) {
		return { truncated: { code: 'ECONNRESET', message: 'The file inside the answer is cut off' } };
	}
	return await store(context, bytes, name, type);
}

async function store(context: OperationContext, body: BinaryBody, name: string, type: MediaType) {
	const fileName = withExtension(name, type);
	return { file: await context.helpers.prepareBinaryData(body, fileName, type.mimeType) };
}

/** A Readable, built with the class of n8n's own stream: the node must not import `stream`. */
function toReadable(body: unknown, chunks: AsyncIterable<Buffer>): BinaryBody {
	const { from } = (body as object).constructor as unknown as {
		from: (source: AsyncIterable<Buffer>, options: object) => BinaryBody;
	};
	return from(chunks, { objectMode: false });
}

function parseJsonOrText(text: string): IDataObject | string {
	try {
		return JSON.parse(text) as IDataObject;
	} catch {
		return text.trim();
	}
}
