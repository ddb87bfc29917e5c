/**
 * A response body that is read in chunks. It keeps its error, because n8n's store, which reads the rest,
 * throws the same error for a broken body and for a full disk.
 */
export class StreamReader {
	error?: Error;

	/** How many bytes came so far. */
	received = 0;

	private readonly source: AsyncIterator<Buffer>;

	constructor(body: AsyncIterable<Buffer>) {
		this.source = body[Symbol.asyncIterator]();
	}

	/** At least `count` bytes, or as many as there are. */
	async read(count: number): Promise<Buffer> {
		const parts: Buffer[] = [];
		for (let length = 0; length < count; length += parts[parts.length - 1].length) {
			const { done, value } = await this.source.next().catch((error: Error) => this.fail(error));
			if (done) break;
			this.received += value.length;
			parts.push(value);
		}
		return Buffer.concat(parts);
	}

	fail(error: Error): never {
		this.error = error;
		throw error;
	}

	/** Releases the connection, even if data is unread. */
	async close(): Promise<void> {
		await this.source.return?.();
	}
}

/** Several network chunks: writing one to n8n's store costs the same, large or small. */
const CHUNK_BYTES = 256_000;

/**
 * Passes a file on in chunks, and fails at the end if the file is cut off by its own structure: a
 * gateway that loses its upstream in the middle of a file can still end the response properly.
 */
export async function* verifiedChunks(
	head: Buffer,
	rest: StreamReader,
	check: FileCheck,
): AsyncGenerator<Buffer> {
	for (let chunk = head; chunk.length > 0; chunk = await rest.read(CHUNK_BYTES)) {
		check.update(chunk);
		yield chunk;
	}
	if (check.verdict() === 'cutOff') {
		rest.fail(new Error('The file ended before its own structure does'));
	}
}

/** What the structure of a whole file is known to be; `unproved` if it does not show where the file ends. */
export type Verdict = 'whole' | 'unproved' | 'cutOff';

/** The same for a file that is in memory. */
export function checkFile(bytes: Buffer, mimeType: string): Verdict {
	const check = fileCheckFor(mimeType, bytes);
	check.update(bytes);
	return check.verdict();
}

/** Whether nothing shows that a file in memory is cut off. */
export const isComplete = (bytes: Buffer, mimeType: string): boolean =>
	checkFile(bytes, mimeType) !== 'cutOff';

/** Looks at a file as it passes, for its structure. */
export interface FileCheck {
	update(chunk: Buffer): void;
	verdict(): Verdict;
}

export function fileCheckFor(mimeType: string, head: Buffer): FileCheck {
	// ISO base media files: ISO/IEC 14496-12. Only a video must have a `moov` and an `mdat`.
	if (/^video\/(mp4|quicktime|3gpp2?)$/.test(mimeType)) return new IsoBoxCheck(true);
	if (/^image\/(avif|heic)$/.test(mimeType)) return new IsoBoxCheck(false);
	const trailer = TRAILERS[mimeType];
	return trailer
		? new TrailerCheck(trailer, mimeType.startsWith('image/') ? 'cutOff' : 'unproved')
		: new LengthCheck(declaredLength(mimeType, head));
}

/** How a file ends (latin1); some programs append a few bytes. A video may do without. */
const TRAILERS: Record<string, string> = {
	'image/png': 'IEND\xaeB`\x82',
	'image/jpeg': '\xff\xd9',
	'image/gif': ';',
	'video/mpeg': '\0\0\x01\xb9',
};
const TRAILER_BYTES = 32;

class TrailerCheck implements FileCheck {
	private last = Buffer.alloc(0);

	constructor(
		private readonly trailer: string,
		private readonly otherwise: Verdict,
	) {}

	update(chunk: Buffer): void {
		this.last = Buffer.concat([this.last, chunk.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
	}

	verdict(): Verdict {
		return this.last.toString('latin1').includes(this.trailer) ? 'whole' : this.otherwise;
	}
}

/** The length that a file declares in its first bytes; 0 if it declares none. */
function declaredLength(mimeType: string, head: Buffer): number {
	if (head.length < 16) return 16;
	switch (mimeType) {
		case 'image/webp':
		case 'video/x-msvideo': {
			const length = head.readUInt32LE(4);
			// What is written to a stream cannot go back to its header.
			return length === 0 || length >= MAX_RIFF_LENGTH ? 0 : 8 + length;
		}
		case 'video/webm':
		case 'video/x-matroska': {
			// RFC 8794: an EBML header, then one segment, each with its length after its 4-byte ID.
			const header = readEbmlVint(head, 4);
			const start = 4 + header.bytes + header.value;
			const segment = readEbmlVint(head, start + 4);
			return segment.value === 0 ? 0 : start + 4 + segment.bytes + segment.value;
		}
		default:
			return 0;
	}
}

/** The longest possible, as a streaming encoder writes it, with or without the header. */
const MAX_RIFF_LENGTH = 0xffff_fff0;

/** A number whose leading zero bits give its own length; 0 if it is "unknown" or truncated. */
function readEbmlVint(from: Buffer, at: number): { bytes: number; value: number } {
	const first = from[at] ?? 0;
	const bytes = first === 0 ? 8 : Math.clz32(first) - 23;
	if (first === 0 || at + bytes > from.length) return { bytes: 0, value: 0 };
	const rest = [...from.subarray(at + 1, at + bytes)];
	const unmarked = first - (1 << (8 - bytes));
	const isUnknown = unmarked === (1 << (8 - bytes)) - 1 && rest.every((byte) => byte === 0xff);
	return { bytes, value: isUnknown ? 0 : rest.reduce((sum, byte) => sum * 256 + byte, unmarked) };
}

class LengthCheck implements FileCheck {
	private received = 0;

	constructor(private readonly declared: number) {}

	update(chunk: Buffer): void {
		this.received += chunk.length;
	}

	verdict(): Verdict {
		if (this.declared === 0) return 'unproved';
		return this.received >= this.declared ? 'whole' : 'cutOff';
	}
}

const LARGE_HEADER_BYTES = 16;

/** The boxes of ISO/IEC 14496-12 and QuickTime that stand at the top level of a file. */
const TOP_LEVEL_BOXES =
	/^(?:ftyp|styp|moov|moof|mdat|imda|free|skip|wide|junk|pdin|meta|meco|mfra|sidx|ssix|prft|emsg|uuid|udta|pnot|PICT)$/;

/**
 * Walks a file's top-level boxes: each declares its type and length, and the last must end with the file.
 * What follows after the movie and its frames need not be a box.
 */
class IsoBoxCheck implements FileCheck {
	private header = Buffer.alloc(0);

	/** Of the current box. */
	private type = '';

	/** Bytes left in the current box; Infinity for a box that extends to the end of the file. */
	private left = 0;

	/** `moov` and `mdat`: each may be missing. */
	private hasMovie = false;

	private hasMedia = false;

	/** Fragments may end anywhere between two of them; `mfra`, at the end, lists them all. */
	private isFragmented = false;

	/** What is no box, if the walk has ended there. */
	private trailing?: 'zeros' | 'other';

	constructor(private readonly needsMovie: boolean) {}

	update(chunk: Buffer): void {
		let at = 0;
		while (at < chunk.length && !this.trailing) {
			const skipped = Math.min(this.left, chunk.length - at);
			this.left -= skipped;
			at += skipped;
			if (at === chunk.length) return;
			const missing = this.headerLength() - this.header.length;
			this.header = Buffer.concat([this.header, chunk.subarray(at, at + missing)]);
			at += Math.min(missing, chunk.length - at);
			if (this.header.length === this.headerLength()) this.enterBox();
		}
	}

	verdict(): Verdict {
		const hasAll = (this.hasMovie && this.hasMedia) || !this.needsMovie;
		// A file that was cut off has no strange bytes in it: its structure is one of another kind.
		if (this.trailing === 'other') return 'unproved';
		if (!hasAll) return 'cutOff';
		if (this.trailing === 'zeros') return 'whole';
		if (this.left === Infinity) return 'unproved';
		if (this.left > 0) return TOP_LEVEL_BOXES.test(this.type) ? 'cutOff' : 'unproved';
		// A few zeros, too few for a box, are padding as well.
		const isBetween = this.header.every((byte) => byte === 0);
		return isBetween && (!this.isFragmented || this.type === 'mfra') ? 'whole' : 'unproved';
	}

	/** 8 bytes, or 16 if the length follows the type because it needs 64 bits. */
	private headerLength(): number {
		return this.header.length >= 8 && this.header.readUInt32BE(0) === 1 ? LARGE_HEADER_BYTES : 8;
	}

	private enterBox(): void {
		const type = this.header.toString('latin1', 4, 8);
		const short = this.header.readUInt32BE(0);
		const length = short === 1 ? Number(this.header.readBigUInt64BE(8)) : short;
		if (!/^[\x20-\x7e\xa9]{4}$/.test(type) || (length > 0 && length < this.header.length)) {
			this.trailing = this.header.every((byte) => byte === 0) ? 'zeros' : 'other';
			return;
		}
		this.type = type;
		this.hasMovie ||= type === 'moov' || type === 'moof';
		this.hasMedia ||= type === 'mdat' || type === 'imda';
		this.isFragmented ||= type === 'moof';
		this.left = length === 0 ? Infinity : length - this.header.length;
		this.header = Buffer.alloc(0);
	}
}
