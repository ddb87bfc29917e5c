/**
 * A response body that is read in chunks. It keeps its error, because n8n's store, which reads the rest,
 * throws the same error for a broken body and for a full disk.
 */
export class StreamReader {
	error?: Error;

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
 * Passes a file on in chunks, and fails at the end if the file is incomplete by its own structure: a
 * gateway that loses its upstream in the middle of a file can still end the response properly.
 */
export async function* verifiedChunks(
	head: Buffer,
	rest: StreamReader,
	mimeType: string,
): AsyncGenerator<Buffer> {
	const check = completenessCheckFor(mimeType, head);
	for (let chunk = head; chunk.length > 0; chunk = await rest.read(CHUNK_BYTES)) {
		check.update(chunk);
		yield chunk;
	}
	if (!check.isComplete()) rest.fail(new Error('The file ended before its own structure does'));
}

/** The same for a file that is in memory. */
export function isComplete(bytes: Buffer, mimeType: string): boolean {
	const check = completenessCheckFor(mimeType, bytes);
	check.update(bytes);
	return check.isComplete();
}

interface CompletenessCheck {
	update(chunk: Buffer): void;
	isComplete(): boolean;
}

function completenessCheckFor(mimeType: string, head: Buffer): CompletenessCheck {
	// ISO base media files: ISO/IEC 14496-12. Only a video must have a `moov` and an `mdat`.
	if (/^video\/(mp4|quicktime)$/.test(mimeType)) return new IsoBoxCheck(true);
	if (/^image\/(avif|heic)$/.test(mimeType)) return new IsoBoxCheck(false);
	const trailer = TRAILERS[mimeType];
	return trailer ? new TrailerCheck(trailer) : new LengthCheck(declaredLength(mimeType, head));
}

/** How an image ends (latin1); some programs append a few bytes. */
const TRAILERS: Record<string, string> = {
	'image/png': 'IEND\xaeB`\x82',
	'image/jpeg': '\xff\xd9',
	'image/gif': ';',
};
const TRAILER_BYTES = 32;

class TrailerCheck implements CompletenessCheck {
	private last = Buffer.alloc(0);

	constructor(private readonly trailer: string) {}

	update(chunk: Buffer): void {
		this.last = Buffer.concat([this.last, chunk.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
	}

	isComplete(): boolean {
		return this.last.toString('latin1').includes(this.trailer);
	}
}

/** The length that a file declares in its first bytes; 0 if it declares none. */
function declaredLength(mimeType: string, head: Buffer): number {
	switch (mimeType) {
		case 'image/webp':
		case 'video/x-msvideo':
			return 8 + head.readUInt32LE(4);
		case 'video/webm':
		case 'video/x-matroska': {
			// RFC 8794: an EBML header, then one segment, each with its length after its 4-byte ID.
			const header = readEbmlVint(head, 4);
			const start = 4 + header.bytes + header.value;
			const segment = readEbmlVint(head, start + 4);
			return start + 4 + segment.bytes + segment.value;
		}
		default:
			return 0;
	}
}

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

class LengthCheck implements CompletenessCheck {
	private received = 0;

	constructor(private readonly declared: number) {}

	update(chunk: Buffer): void {
		this.received += chunk.length;
	}

	isComplete(): boolean {
		return this.received >= this.declared;
	}
}

const LARGE_HEADER_BYTES = 16;

/** Walks a file's top-level boxes: each declares its type and length, and the last must end with the file. */
class IsoBoxCheck implements CompletenessCheck {
	private header = Buffer.alloc(0);

	/** Bytes left in the current box; Infinity for a box that extends to the end of the file. */
	private left = 0;

	/** `moov` and `mdat`: each may be missing. */
	private hasMovie = false;

	private hasMedia = false;

	/** Trailing bytes that are not a box are allowed. */
	private isPadding = false;

	constructor(private readonly needsMovie: boolean) {}

	update(chunk: Buffer): void {
		let at = 0;
		while (at < chunk.length && !this.isPadding) {
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

	isComplete(): boolean {
		// A few zeros, too few for a box, are padding as well.
		const isBetween = this.left === 0 && this.header.every((byte) => byte === 0);
		const isAtEnd = this.isPadding || this.left === Infinity || isBetween;
		return isAtEnd && ((this.hasMovie && this.hasMedia) || !this.needsMovie);
	}

	/** 8 bytes, or 16 if the length follows the type because it needs 64 bits. */
	private headerLength(): number {
		return this.header.length >= 8 && this.header.readUInt32BE(0) === 1 ? LARGE_HEADER_BYTES : 8;
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
