import { Readable } from 'node:stream';

import { renderClip, renderSpritesheet, renderThumbnail } from './clip.mts';
import type { VideoRecord } from './videos.mts';

export const VARIANTS = ['video', 'thumbnail', 'spritesheet'] as const;

export type Variant = (typeof VARIANTS)[number];

/** What a 32-bit MP4 box can hold, rounded down, in bytes. */
export const MAX_PADDED_BYTES = 4_000_000_000;

const ZEROS = Buffer.alloc(256 * 1024);

/** A file ready to be sent. */
interface VideoFile {
	name: string;
	type: string;
	/** The number of bytes that `body` yields. */
	length: number;
	body: Readable;
}

/** The file of a video, always with the same bytes; an MP4 is padded to at least `fileBytes`. */
export async function renderFile(
	record: VideoRecord,
	variant: Variant,
	fileBytes: number,
): Promise<VideoFile> {
	if (variant === 'video') return await renderMp4(record, fileBytes);
	const { size, seconds } = record;
	const png = variant === 'thumbnail' ? renderThumbnail(size) : renderSpritesheet(size, seconds);
	return {
		name: fileName(record, variant),
		type: 'image/png',
		length: png.length,
		body: Readable.from([png]),
	};
}

export const fileName = ({ id }: VideoRecord, variant: Variant): string =>
	variant === 'video' ? `${id}.mp4` : `${id}-${variant}.png`;

/** The clip, and a `free` box that players skip, with what makes the file unique and padding. */
async function renderMp4(record: VideoRecord, fileBytes: number) {
	const { id, model, prompt, size, seconds } = record;
	const bytes = await renderClip(size, seconds);
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
