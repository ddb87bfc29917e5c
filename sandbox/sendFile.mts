import { Readable } from 'node:stream';

import type { FastifyReply } from 'fastify';

import { type Variant, renderFile } from './files.mts';
import type { VideoRecord } from './videos.mts';

/** Streams a file as the response, with its type and length; the rest of it, where a server continues downloads. */
export async function sendFile(
	reply: FastifyReply,
	record: VideoRecord,
	variant: Variant,
	{ fileBytes, log }: { fileBytes: number; log: (line: string) => void },
): Promise<FastifyReply> {
	const file = await renderFile(record, variant, fileBytes);
	log(`${record.id}  download: ${file.name}, ${file.length} bytes`);
	reply.header('content-type', file.type);
	const range = reply.hasHeader('accept-ranges') ? reply.request.headers.range : undefined;
	const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
	const start = Number(first ?? 0);
	reply.header('content-length', file.length - start);
	if (first === undefined) return reply.send(file.body);
	reply.header('content-range', `bytes ${start}-${file.length - 1}/${file.length}`);
	const rest = Readable.from(skip(file.body, start), { objectMode: false });
	return reply.code(206).send(rest);
}

/** All but the first bytes of a file. */
async function* skip(body: Readable, count: number) {
	let left = count;
	for await (const chunk of body as AsyncIterable<Buffer>) {
		if (left < chunk.length) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.length);
	}
}
