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
	/** Characters somewhere in the first {@link SNIFFED_BYTES}. */
	has?: string;
}

/** How each file type begins. The order matters: MP4 comes after all other ISO media files with `ftyp`. */
const SIGNATURES: Signature[] = [
	{ mimeType: 'image/png', extensions: ['png'], magicBytes: [[0, '\x89PNG\r\n\x1a\n']] },
	{ mimeType: 'image/jpeg', extensions: ['jpg', 'jpeg'], magicBytes: [[0, '\xff\xd8\xff']] },
	{
		mimeType: 'image/webp',
		extensions: ['webp'],
		magicBytes: [
			[0, 'RIFF'],
			[8, 'WEBP'],
		],
	},
	{ mimeType: 'image/gif', extensions: ['gif'], magicBytes: [[0, 'GIF8']] },
	{ mimeType: 'image/avif', extensions: ['avif'], magicBytes: [[4, 'ftypavif']] },
	{ mimeType: 'image/heic', extensions: ['heic', 'heif'], magicBytes: [[4, 'ftyphei']] },
	{ mimeType: 'video/quicktime', extensions: ['mov'], magicBytes: [[4, 'ftypqt']] },
	{ mimeType: 'video/mp4', extensions: ['mp4'], magicBytes: [[4, 'ftyp']] },
	{ mimeType: 'video/webm', extensions: ['webm'], magicBytes: [[0, '\x1aE\xdf\xa3']], has: 'webm' },
	{ mimeType: 'video/x-matroska', extensions: ['mkv'], magicBytes: [[0, '\x1aE\xdf\xa3']] },
	{
		mimeType: 'video/x-msvideo',
		extensions: ['avi'],
		magicBytes: [
			[0, 'RIFF'],
			[8, 'AVI '],
		],
	},
];

/** How many bytes of a file {@link sniffMedia} reads. */
export const SNIFFED_BYTES = 64;

/** The media type of an image or video according to its first bytes; labels and file names are often wrong. */
export function sniffMedia(beginning: Buffer): MediaType | undefined {
	const text = beginning.toString('latin1', 0, SNIFFED_BYTES);
	return SIGNATURES.find(
		({ magicBytes, has = '' }) =>
			magicBytes.every(([offset, characters]) => text.startsWith(characters, offset)) &&
			text.includes(has),
	);
}

/** `name` with an extension that matches `type`. */
export function withExtension(name: string, { extensions }: MediaType): string {
	const extension = /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? '';
	return extensions.includes(extension) ? name : `${name}.${extensions[0]}`;
}

/** A video ID as a file name: an ID may contain `/` or `:`, which are special in paths. */
export const fileNameFromId = (id: string): string => id.replace(/[^\w.=+-]+/g, '_').slice(0, 100);

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
