import { Readable } from 'node:stream';

import { clip, spritesheet, thumbnail } from './clip.mts';
import type { VideoRecord } from './videos.mts';

export const VARIANTS = ['video', 'thumbnail', 'spritesheet'] as const;

export type Variant = (typeof VARIANTS)[number];

/** The largest padding a 32-bit MP4 box can hold, rounded down, in bytes. */
export const MAX_PADDED_BYTES = 4_000_000_000;

const ZEROS = Buffer.alloc(256 * 1024);

/** A file ready to be sent. */
export interface VideoFile {
	name: string;
	type: string;
	/** Bytes; exactly what `body` yields. */
	length: number;
	body: Readable;
}

/** The file of a video, the MP4 being at least `fileBytes` long; the same bytes at every call. */
export async function fileOf(
	record: VideoRecord,
	variant: Variant,
	fileBytes: number,
): Promise<VideoFile> {
	if (variant === 'video') return await mp4Of(record, fileBytes);
	const { size, seconds } = record;
	const png = variant === 'thumbnail' ? thumbnail(size) : spritesheet(size, seconds);
	return {
		name: fileName(record, variant),
		type: 'image/png',
		length: png.length,
		body: Readable.from([png]),
	};
}

export const fileName = ({ id }: VideoRecord, variant: Variant): string =>
	variant === 'video' ? `${id}.mp4` : `${id}-${variant}.png`;

/** The clip and behind it a `free` box, which players skip: what makes the file unique, padding. */
async function mp4Of(record: VideoRecord, fileBytes: number) {
	const { id, model, prompt, size, seconds } = record;
	const bytes = await clip(size, seconds);
	const note = Buffer.from(JSON.stringify({ id, model, prompt }));
	const padding = Math.max(0, fileBytes - bytes.length - 8 - note.length);
	const boxHeader = Buffer.from('\0\0\0\0free', 'latin1');
	boxHeader.writeUInt32BE(8 + note.length + padding, 0);
	const head = Buffer.concat([bytes, boxHeader, note]);
	return {
		name: fileName(record, 'video'),
		type: 'video/mp4',
		length: head.length + padding,
		body: Readable.from(withPadding(head, padding), { objectMode: false }),
	};
}

function* withPadding(head: Buffer, padding: number) {
	yield head;
	for (let left = padding; left > 0; left -= ZEROS.length) {
		yield left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS;
	}
}
