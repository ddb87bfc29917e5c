import type { FastifyReply } from 'fastify';

import { type Variant, renderFile } from './files.mts';
import type { VideoRecord } from './videos.mts';

/** Streams a file as the response, with its type and length. */
export async function sendFile(
	reply: FastifyReply,
	record: VideoRecord,
	variant: Variant,
	{ fileBytes, log }: { fileBytes: number; log: (line: string) => void },
): Promise<FastifyReply> {
	const file = await renderFile(record, variant, fileBytes);
	log(`${record.id}  download: ${file.name}, ${file.length} bytes`);
	reply.header('content-type', file.type);
	reply.header('content-length', file.length);
	return reply.send(file.body);
}
