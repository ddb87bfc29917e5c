import type { Chunks } from './chunks';

/** Several of the network's chunks: the way into n8n's store costs the same for each piece, large or small. */
const PIECE_BYTES = 256_000;

/**
 * Passes a file on, piece by piece, and breaks off at its end if it is not whole by its own structure:
 * a gateway that loses its own server in the middle of a file can still end the answer properly.
 */
export async function* whole(head: Buffer, rest: Chunks, mimeType: string): AsyncGenerator<Buffer> {
	const measure = measureFor(mimeType, head);
	for (let piece = head; piece.length > 0; piece = await rest.readTo(PIECE_BYTES)) {
		measure.take(piece);
		yield piece;
	}
	if (!measure.isWhole()) rest.breakOff(new Error('The file ended before its own structure does'));
}

/** The same for bytes that are all there. */
export function isWhole(bytes: Buffer, mimeType: string): boolean {
	const measure = measureFor(mimeType, bytes);
	measure.take(bytes);
	return measure.isWhole();
}

interface Measure {
	take(chunk: Buffer): void;
	isWhole(): boolean;
}

function measureFor(mimeType: string, head: Buffer): Measure {
	// The ISO media family: ISO/IEC 14496-12. Only a movie must have a `moov` and an `mdat`.
	if (/^video\/(mp4|quicktime)$/.test(mimeType)) return new Boxes(true);
	if (/^image\/(avif|heic)$/.test(mimeType)) return new Boxes(false);
	const ending = ENDINGS[mimeType];
	return ending ? new Ending(ending) : new Length(leastLength(mimeType, head));
}

/** How a picture ends (latin1); some programs put a few bytes behind it. */
const ENDINGS: Record<string, string> = {
	'image/png': 'IEND\xaeB`\x82',
	'image/jpeg': '\xff\xd9',
	'image/gif': ';',
};
const ENDING_BYTES = 32;

class Ending implements Measure {
	private last = Buffer.alloc(0);

	constructor(private readonly ending: string) {}

	take(chunk: Buffer): void {
		this.last = Buffer.concat([this.last, chunk.subarray(-ENDING_BYTES)]).subarray(-ENDING_BYTES);
	}

	isWhole(): boolean {
		return this.last.toString('latin1').includes(this.ending);
	}
}

/** What a file says of its own length in its first bytes; 0 where it says nothing. */
function leastLength(mimeType: string, head: Buffer): number {
	switch (mimeType) {
		case 'image/webp':
		case 'video/x-msvideo':
			return 8 + head.readUInt32LE(4);
		case 'video/webm':
		case 'video/x-matroska': {
			// RFC 8794: an EBML header, then one segment, each with its length behind its 4-byte id.
			const header = ebmlSize(head, 4);
			const start = 4 + header.bytes + header.value;
			const segment = ebmlSize(head, start + 4);
			return start + 4 + segment.bytes + segment.value;
		}
		default:
			return 0;
	}
}

/** A number whose own length is told by the zeros it begins with; 0 where it says "unknown" or is cut. */
function ebmlSize(from: Buffer, at: number): { bytes: number; value: number } {
	const first = from[at] ?? 0;
	const bytes = first === 0 ? 8 : Math.clz32(first) - 23;
	if (first === 0 || at + bytes > from.length) return { bytes: 0, value: 0 };
	const rest = [...from.subarray(at + 1, at + bytes)];
	const marked = first - (1 << (8 - bytes));
	const isUnknown = marked === (1 << (8 - bytes)) - 1 && rest.every((byte) => byte === 0xff);
	return { bytes, value: isUnknown ? 0 : rest.reduce((sum, byte) => sum * 256 + byte, marked) };
}

class Length implements Measure {
	private seen = 0;

	constructor(private readonly least: number) {}

	take(chunk: Buffer): void {
		this.seen += chunk.length;
	}

	isWhole(): boolean {
		return this.seen >= this.least;
	}
}

const HEADER_BYTES = 16;

/** Walks a file's outermost boxes: each says its type and its length, and the last must end with the file. */
class Boxes implements Measure {
	private header = Buffer.alloc(0);

	/** Bytes of the current box still to come; Infinity for a box that lasts until the end. */
	private left = 0;

	/** Its description, and its pictures and sounds: each may be what was cut off. */
	private hasMovie = false;

	private hasMedia = false;

	/** Behind the last box may stand what is no box at all. */
	private isPadding = false;

	constructor(private readonly needsMovie: boolean) {}

	take(chunk: Buffer): void {
		let at = 0;
		while (at < chunk.length && !this.isPadding) {
			const skipped = Math.min(this.left, chunk.length - at);
			this.left -= skipped;
			at += skipped;
			if (at === chunk.length) return;
			const wanted = this.headerLength() - this.header.length;
			this.header = Buffer.concat([this.header, chunk.subarray(at, at + wanted)]);
			at += Math.min(wanted, chunk.length - at);
			if (this.header.length === this.headerLength()) this.enterBox();
		}
	}

	isWhole(): boolean {
		// A few zeros, too few for a box, are padding as well.
		const isBetween = this.left === 0 && this.header.every((byte) => byte === 0);
		const isAtEnd = this.isPadding || this.left === Infinity || isBetween;
		return isAtEnd && ((this.hasMovie && this.hasMedia) || !this.needsMovie);
	}

	/** 8 bytes, or 16 where the length stands behind the type because it needs 64 bits. */
	private headerLength(): number {
		return this.header.length >= 8 && this.header.readUInt32BE(0) === 1 ? HEADER_BYTES : 8;
	}

	private enterBox(): void {
		const type = this.header.toString('latin1', 4, 8);
		const short = this.header.readUInt32BE(0);
		const length = short === 1 ? Number(this.header.readBigUInt64BE(8)) : short;
		this.isPadding = !/^[\x20-\x7e\xa9]{4}$/.test(type);
		this.hasMovie ||= type === 'moov' || type === 'moof';
		this.hasMedia ||= type === 'mdat';
		this.left = length === 0 ? Infinity : Math.max(0, length - this.header.length);
		this.header = Buffer.alloc(0);
	}
}
