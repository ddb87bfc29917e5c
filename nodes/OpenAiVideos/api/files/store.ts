import type { IBinaryData, IDataObject } from 'n8n-workflow';

import { isSuccess } from '../answers/answer';
import type { Answer, Fault } from '../answers/answer';
import type { Context } from '../problems/problem';
import { faultOf } from '../requests/send';
import { Chunks } from './chunks';
import { fileNameFor, sniffMedia, SNIFFED_BYTES } from './media';
import type { MediaType } from './media';
import { isWhole, whole } from './whole';

type BinaryBody = Parameters<Context['helpers']['prepareBinaryData']>[0];

/** More bytes than any answer in JSON needs, a video as base64 included. */
const LONGEST_TEXT = 300_000_000;
/** Of an answer that says no, only words are wanted. */
const LONGEST_REFUSAL = 1_000_000;

/** What became of an answer that should be a file. */
export type Stored =
	| { file: IBinaryData }
	/** It was no file: the answer, its body read as JSON or text. */
	| { answer: Answer }
	/** It broke off, or ended before its own structure does. */
	| { cut: Fault };

/**
 * Streams the body of an answer (asked for with `encoding: 'stream'`) into n8n's binary store under
 * `name`, if its first bytes are those of a picture or video. Throws what n8n's store throws.
 */
export async function storeBody(context: Context, answer: Answer, name: string): Promise<Stored> {
	const chunks = new Chunks(answer.body as AsyncIterable<Buffer>);
	return await storeChunks(context, answer, chunks, name)
		.catch((error: Error) => {
			if (!chunks.broken) return Promise.reject(error);
			const { fault, detail } = faultOf(chunks.broken);
			return { cut: { fault: fault || 'ECONNRESET', detail } };
		})
		.finally(async () => await chunks.end());
}

async function storeChunks(
	context: Context,
	answer: Answer,
	chunks: Chunks,
	name: string,
): Promise<Stored> {
	const head = await chunks.readTo(SNIFFED_BYTES);
	const type = isSuccess(answer) ? sniffMedia(head) : undefined;
	if (!type) {
		const longest = isSuccess(answer) ? LONGEST_TEXT : LONGEST_REFUSAL;
		const text = Buffer.concat([head, await chunks.readTo(longest)]).toString();
		return { answer: { ...answer, body: parsed(text) } };
	}
	const stream = streamLike(answer.body, whole(head, chunks, type.mimeType));
	return await put(context, stream, name, type);
}

/** The same for a file that came inside JSON; undefined when the bytes are no picture or video. */
export async function storeBytes(
	context: Context,
	bytes: Buffer,
	name: string,
): Promise<Exclude<Stored, { answer: Answer }> | undefined> {
	const type = sniffMedia(bytes);
	if (!type) return undefined;
	if (!isWhole(bytes, type.mimeType)) {
		return { cut: { fault: 'ECONNRESET', detail: 'The file inside the answer is cut off' } };
	}
	return await put(context, bytes, name, type);
}

async function put(context: Context, body: BinaryBody, name: string, type: MediaType) {
	const fileName = fileNameFor(name, type);
	return { file: await context.helpers.prepareBinaryData(body, fileName, type.mimeType) };
}

/** A stream of the class that n8n's own has: the node may not import one, and n8n's store wants one. */
function streamLike(body: unknown, chunks: AsyncIterable<Buffer>): BinaryBody {
	const { from } = (body as object).constructor as unknown as {
		from: (source: AsyncIterable<Buffer>, options: object) => BinaryBody;
	};
	return from(chunks, { objectMode: false });
}

function parsed(text: string): IDataObject | string {
	try {
		return JSON.parse(text) as IDataObject;
	} catch {
		return text.trim();
	}
}
