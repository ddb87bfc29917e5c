import { createHash } from 'crypto';

export interface MediaType {
	mimeType: string;
	/** The usual extension first; without the dot. */
	extensions: string[];
}

/** An image or video to upload. */
export interface UploadFile {
	bytes: Buffer;
	/** With a matching extension, which servers go by. */
	fileName: string;
	mimeType: string;
}

interface Signature extends MediaType {
	/** Characters (latin1) at the given offset of the file. */
	magicBytes: Array<[offset: number, characters: string]>;
	/** What the first 64 bytes have to match as well. */
	pattern?: RegExp;
}

const signature = (
	mimeType: string,
	extensions: string[],
	...magicBytes: Signature['magicBytes']
): Signature => ({ mimeType, extensions, magicBytes });

/** Boxes that an ISO media file may begin with in place of `ftyp`: old QuickTime files, segments of a stream. */
const OTHER_FIRST_BOXES = [
	'free',
	'skip',
	'wide',
	'moov',
	'mdat',
	'styp',
	'sidx',
	'moof',
	'uuid',
	'pnot',
];

/** How each file type begins. The order matters: MP4 comes after all other ISO media files with `ftyp`. */
const SIGNATURES: Signature[] = [
	signature('image/png', ['png'], [0, '\x89PNG\r\n\x1a\n']),
	signature('image/jpeg', ['jpg', 'jpeg'], [0, '\xff\xd8\xff']),
	signature('image/webp', ['webp'], [0, 'RIFF'], [8, 'WEBP']),
	signature('image/gif', ['gif'], [0, 'GIF8']),
	signature('image/avif', ['avif'], [4, 'ftypavif']),
	signature('image/heic', ['heic', 'heif'], [4, 'ftyphei']),
	signature('video/quicktime', ['mov'], [4, 'ftypqt']),
	signature('video/3gpp', ['3gp'], [4, 'ftyp3gp']),
	signature('video/3gpp2', ['3g2'], [4, 'ftyp3g2']),
	signature('video/mp4', ['mp4', 'm4v'], [4, 'ftyp']),
	...OTHER_FIRST_BOXES.map((type) => ({
		...signature('video/mp4', ['mp4', 'm4v'], [4, type]),
		// A text may have such a word there, but no length begins with a printable character.
		pattern: /^[^ -\xff]/,
	})),
	{ ...signature('video/webm', ['webm'], [0, '\x1aE\xdf\xa3']), pattern: /webm/ },
	signature('video/x-matroska', ['mkv'], [0, '\x1aE\xdf\xa3']),
	signature('video/x-msvideo', ['avi'], [0, 'RIFF'], [8, 'AVI ']),
	signature('video/x-flv', ['flv'], [0, 'FLV\x01']),
	signature('video/ogg', ['ogv', 'ogg'], [0, 'OggS']),
	// A pack of a program stream, or a bare MPEG video.
	signature('video/mpeg', ['mpg', 'mpeg', 'vob'], [0, '\0\0\x01\xba']),
	signature('video/mpeg', ['mpg', 'mpeg'], [0, '\0\0\x01\xb3']),
	signature(
		'video/x-ms-wmv',
		['wmv', 'asf'],
		[0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c'],
	),
	// Packets of 188 bytes, on discs with 4 bytes before each.
	signature('video/mp2t', ['ts', 'mts'], [0, 'G'], [188, 'G'], [376, 'G']),
	signature('video/mp2t', ['ts', 'm2ts', 'mts'], [4, 'G'], [196, 'G'], [388, 'G']),
];

/** What a server that does not unpack its files may send. */
const ARCHIVES: Signature[] = [
	signature('application/gzip', ['gz', 'tgz'], [0, '\x1f\x8b\x08']),
	signature('application/zip', ['zip'], [0, 'PK\x03\x04']),
	signature('application/zstd', ['zst'], [0, '\x28\xb5\x2f\xfd']),
];

/** How many bytes of a file {@link sniffMedia} and {@link isText} read. */
export const SNIFFED_BYTES = 1_024;

function match(signatures: Signature[], beginning: Buffer): Signature | undefined {
	const text = beginning.toString('latin1', 0, SNIFFED_BYTES);
	return signatures.find(
		({ magicBytes, pattern }) =>
			magicBytes.every(([offset, characters]) => text.startsWith(characters, offset)) &&
			(pattern?.test(text.slice(0, 64)) ?? true),
	);
}

/** The media type of an image or video according to its first bytes; labels and file names are often wrong. */
export const sniffMedia = (beginning: Buffer): MediaType | undefined =>
	match(SIGNATURES, beginning);

export const sniffArchive = (beginning: Buffer): MediaType | undefined =>
	match(ARCHIVES, beginning);

/** The control characters that texts have: bell, backspace, tab, the ends of lines and pages, and escape. */
const TEXT_CONTROLS = [7, 8, 9, 10, 11, 12, 13, 27];

/** Whether what begins so is text: JSON or a web page, whatever it contains, or without other control characters. */
export function isText(beginning: Buffer): boolean {
	const bytes = beginning.subarray(0, SNIFFED_BYTES);
	const isDocument = /^(?:\xef\xbb\xbf)?\s*(?:[{[]\s*["{[]|<[!?a-z])/i;
	return (
		isDocument.test(bytes.toString('latin1')) ||
		!bytes.some((byte) => byte < 0x20 && !TEXT_CONTROLS.includes(byte))
	);
}

/** The type that a server says, for a file whose bytes do not tell it. */
export function labelledType(contentType: unknown, contentDisposition: unknown): MediaType {
	const [mimeType] = String(contentType ?? '')
		.toLowerCase()
		.split(/[;,]/, 1)
		.map((each) => each.trim());
	const [, ending = ''] =
		/filename\*?=[^;]{0,300}\.([a-z0-9]{1,8})"?\s*(?:;|$)/i.exec(
			String(contentDisposition ?? '').slice(0, 1_000),
		) ?? [];
	const known = [
		(each: Signature) => each.mimeType === mimeType,
		(each: Signature) => each.extensions.includes(ending.toLowerCase()),
	].flatMap((isIt) => SIGNATURES.find(isIt) ?? []);
	if (known.length > 0) return known[0];
	const [, name] =
		/^(?:video|image|audio)\/(?:x-|vnd\.)?([a-z0-9][\w.+-]{0,60})$/.exec(mimeType) ?? [];
	if (name === undefined) return { mimeType: 'application/octet-stream', extensions: ['bin'] };
	return { mimeType, extensions: [/^[a-z0-9]{1,8}$/.test(name) ? name : 'bin'] };
}

/** `name` with an extension that matches `type`. */
export function withExtension(name: string, { extensions }: MediaType): string {
	const extension = /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? '';
	return extensions.includes(extension) ? name : `${name}.${extensions[0]}`;
}

/** Leaves room for a suffix and the extension: file systems allow 255 bytes. */
const MAX_NAME_BYTES = 200;
/** Longer IDs would make a name that nobody reads. */
const MAX_ID_LENGTH = 100;

/** Names that Windows reserves, also with an extension. */
const RESERVED_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** The dot of an ending that {@link withExtension} would keep: `clip.mp4` and `clip` would be one name. */
const FILE_EXTENSION = new RegExp(
	`\\.(?=(?:${[...SIGNATURES, ...ARCHIVES].flatMap(({ extensions }) => extensions).join('|')})$)`,
	'i',
);

const shortHash = (text: string): string =>
	createHash('sha256').update(text).digest('hex').slice(0, 8);

/**
 * A video ID as a file name, another one for each ID: what cannot stand in a name, or is too long, ends in
 * a hash of the whole ID. Many IDs begin with a hundred equal characters.
 */
export function fileNameFromId(id: string): string {
	const name = id
		.replace(/[^\w.=+-]+/g, '_')
		.replace(/^\.+|\.+$/g, '_')
		.replace(RESERVED_NAME, '_$&')
		.replace(FILE_EXTENSION, '_');
	if (name === id && id.length <= MAX_ID_LENGTH) return id;
	return `${name.slice(0, MAX_ID_LENGTH - 9)}-${shortHash(id)}`;
}

/** What a user entered as the name of a file: without folders, and without what a file system refuses. */
export function toFileName(entered: string): string {
	const [last = ''] = entered.split(/[\\/]/).slice(-1);
	const name = last
		// Control characters, also those that turn the direction of a text; not what joins emoji.
		.replace(/(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
		.replace(/[<>:"|?*]/g, '_')
		.replace(/^\s+|[.\s]+$/g, '')
		.replace(RESERVED_NAME, '_$&');
	if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
	const [extension = ''] = /\.[a-z0-9]{1,5}$/i.exec(name) ?? [];
	const start = Buffer.from(name)
		.toString('utf8', 0, MAX_NAME_BYTES - 20)
		.replace(/\ufffd+$/, '');
	return `${start}-${shortHash(name)}${extension}`;
}

/** In pixels, as a viewer shows the image. */
export interface ImageSize {
	width: number;
	height: number;
	/** Whether EXIF rotates it by 90°; not every server applies that. */
	isRotated: boolean;
}

const SIZE_READERS: Record<string, (file: Buffer) => ImageSize | undefined> = {
	'image/png': pngSize,
	'image/jpeg': jpegSize,
	'image/webp': webpSize,
};

/** The size of a PNG, JPEG or WebP file according to its header; undefined if it cannot be read. */
export function readImageSize(file: Buffer): ImageSize | undefined {
	const read = SIZE_READERS[sniffMedia(file)?.mimeType ?? ''];
	const size = read && ignoreTruncation(() => read(file));
	return size && size.width > 0 && size.height > 0 ? size : undefined;
}

/** Node throws on a read beyond the end: the file is truncated, or a length in it is wrong. */
function ignoreTruncation<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

function pngSize(file: Buffer): ImageSize | undefined {
	if (file.toString('latin1', 12, 16) !== 'IHDR') return undefined;
	return { width: file.readUInt32BE(16), height: file.readUInt32BE(20), isRotated: false };
}

/** Walks the segments to the frame header, which has the size. */
function jpegSize(file: Buffer): ImageSize | undefined {
	let isRotated = false;
	for (let at = 2; file[at] === 0xff; ) {
		const marker = file.readUInt8(at + 1);
		if (isFrameHeader(marker)) {
			const [height, width] = [file.readUInt16BE(at + 5), file.readUInt16BE(at + 7)];
			return isRotated ? { width: height, height: width, isRotated } : { width, height, isRotated };
		}
		if (marker === 0xff) {
			at += 1; // a fill byte
			continue;
		}
		const length = file.readUInt16BE(at + 2);
		const content = file.subarray(at + 4, at + 2 + length);
		if (marker === 0xe1)
			isRotated ||= ignoreTruncation(() => hasRotatedOrientation(content)) ?? false;
		at += 2 + length;
	}
	return undefined;
}

/** SOF0 to SOF15; three numbers in this range are other segments: DHT, JPG and DAC. */
const isFrameHeader = (marker: number): boolean =>
	marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Whether the EXIF orientation is 5 to 8: rotated by 90°, mirrored or not. */
function hasRotatedOrientation(segment: Buffer): boolean {
	if (segment.toString('latin1', 0, 6) !== 'Exif\0\0') return false;
	const exif = segment.subarray(6);
	const isLittleEndian = exif.toString('latin1', 0, 2) === 'II';
	const short = (at: number) => (isLittleEndian ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
	const directory = isLittleEndian ? exif.readUInt32LE(4) : exif.readUInt32BE(4);
	for (let entry = 0; entry < short(directory); entry++) {
		const at = directory + 2 + 12 * entry;
		if (short(at) === 0x0112) return short(at + 8) >= 5 && short(at + 8) <= 8;
	}
	return false;
}

function webpSize(file: Buffer): ImageSize | undefined {
	const isRotated = false;
	switch (file.toString('latin1', 12, 16)) {
		case 'VP8 ': {
			if (file.toString('latin1', 23, 26) !== '\x9d\x01\x2a') return undefined;
			// The top two bits are a scaling hint that decoders ignore.
			const [width, height] = [file.readUInt16LE(26), file.readUInt16LE(28)];
			return { width: width & 0x3fff, height: height & 0x3fff, isRotated };
		}
		case 'VP8L': {
			if (file[20] !== 0x2f) return undefined;
			const bits = file.readUInt32LE(21);
			return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, isRotated };
		}
		case 'VP8X':
			return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1, isRotated };
		default:
			return undefined;
	}
}
