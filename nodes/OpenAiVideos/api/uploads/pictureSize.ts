import { sniffMedia } from '../files/media';

/** In pixels, as a viewer shows the picture. */
export interface PictureSize {
	width: number;
	height: number;
	/** Whether the camera's notes turn it by 90° for that; not every server heeds them. */
	isTurned: boolean;
}

const READERS: Record<string, (file: Buffer) => PictureSize | undefined> = {
	'image/png': png,
	'image/jpeg': jpeg,
	'image/webp': webp,
};

/** The size of a PNG, JPEG or WebP file by its header; undefined where there is none to be read. */
export function pictureSize(file: Buffer): PictureSize | undefined {
	const read = READERS[sniffMedia(file)?.mimeType ?? ''];
	const size = read && unlessCut(() => read(file));
	return size && size.width > 0 && size.height > 0 ? size : undefined;
}

/** Node throws where a number would lie beyond the end: the file is cut, or a length in it is wrong. */
function unlessCut<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

function png(file: Buffer): PictureSize | undefined {
	if (file.toString('latin1', 12, 16) !== 'IHDR') return undefined;
	return { width: file.readUInt32BE(16), height: file.readUInt32BE(20), isTurned: false };
}

/** Goes from segment to segment until the one with the size, the frame header. */
function jpeg(file: Buffer): PictureSize | undefined {
	let isTurned = false;
	for (let at = 2; file[at] === 0xff; ) {
		const marker = file.readUInt8(at + 1);
		if (isFrameHeader(marker)) {
			const [height, width] = [file.readUInt16BE(at + 5), file.readUInt16BE(at + 7)];
			return isTurned ? { width: height, height: width, isTurned } : { width, height, isTurned };
		}
		if (marker === 0xff) {
			at += 1; // a fill byte
			continue;
		}
		const length = file.readUInt16BE(at + 2);
		const content = file.subarray(at + 4, at + 2 + length);
		if (marker === 0xe1) isTurned ||= unlessCut(() => saysTurned(content)) ?? false;
		at += 2 + length;
	}
	return undefined;
}

/** SOF0 to SOF15; among their numbers are three of other segments: DHT, JPG and DAC. */
const isFrameHeader = (marker: number): boolean =>
	marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Whether EXIF data give an orientation of 5 to 8: turned by 90°, mirrored or not. */
function saysTurned(segment: Buffer): boolean {
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

function webp(file: Buffer): PictureSize | undefined {
	const isTurned = false;
	switch (file.toString('latin1', 12, 16)) {
		case 'VP8 ': {
			if (file.toString('latin1', 23, 26) !== '\x9d\x01\x2a') return undefined;
			// The two highest bits of each tell how to scale it, which nobody does.
			const [width, height] = [file.readUInt16LE(26), file.readUInt16LE(28)];
			return { width: width & 0x3fff, height: height & 0x3fff, isTurned };
		}
		case 'VP8L': {
			if (file[20] !== 0x2f) return undefined;
			const bits = file.readUInt32LE(21);
			return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, isTurned };
		}
		case 'VP8X':
			return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1, isTurned };
		default:
			return undefined;
	}
}
