import { imageSize } from 'image-size';

import { readImageSize } from '../../nodes/OpenAiVideos/files/mediaType.ts';
import { encodePng } from '../../sandbox/png.mts';
import {
	EXTENDED_WEBP,
	JPEG,
	LOSSLESS_WEBP,
	PROGRESSIVE_JPEG,
	ROTATED_JPEG,
	WEBP,
} from '../support/images.mts';

const png = (width: number, height: number) =>
	encodePng(width, height, Buffer.alloc(width * height * 3));
const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Replaces `found`, which must occur exactly once. */
function replaceOnce(file: Buffer, found: string, replacement: string): Buffer {
	const text = file.toString('latin1');
	expect(text.split(found)).toHaveLength(2);
	return bytes(text.replace(found, () => replacement));
}

const FILES: Array<[string, Buffer]> = [
	['PNG', png(24, 16)],
	['JPEG', JPEG],
	['progressive JPEG', PROGRESSIVE_JPEG],
	['JPEG with EXIF', ROTATED_JPEG],
	['WebP', WEBP],
	['lossless WebP', LOSSLESS_WEBP],
	['extended WebP', EXTENDED_WEBP],
];

/** The size as a widely used library reads it. */
function sizeByLibrary(file: Buffer) {
	const { width, height, orientation = 1 } = imageSize(file);
	return orientation >= 5
		? { width: height, height: width, isRotated: true }
		: { width, height, isRotated: false };
}

describe('image size', () => {
	it.each(FILES)('is read from a file: %s', (_name, file) => {
		expect(readImageSize(file)).toEqual(sizeByLibrary(file));
	});

	it.each([
		[1, 1],
		[1280, 720],
		[4097, 3],
		[3, 70_000],
	])('is read from a %ix%i PNG', (width, height) => {
		expect(readImageSize(png(width, height))).toEqual({ width, height, isRotated: false });
	});

	it.each([
		['JPEG', JPEG, '\0\x10\0\x18\x01', '\x02\xd0\x05\0\x01'],
		['WebP', WEBP, '\x18\0\x10\0', '\0\x05\xd0\x02'],
		// With the bits that request upscaling.
		['WebP with upscaling', WEBP, '\x18\0\x10\0', '\0\x45\xd0\x82'],
		['lossless WebP', LOSSLESS_WEBP, '\x2f\x17\xc0\x03\0', '\x2f\xff\xc4\xb3\0'],
		['extended WebP', EXTENDED_WEBP, '\x17\0\0\x0f\0\0', '\xff\x04\0\xcf\x02\0'],
	])('uses every byte of width and height: %s of 1280x720', (_name, file, small, large) => {
		const big = replaceOnce(file, small, large);
		expect(readImageSize(big)).toEqual({ width: 1280, height: 720, isRotated: false });
		expect(sizeByLibrary(big)).toMatchObject({ width: 1280, height: 720 });
	});

	it('may exceed 65,535 pixels in an extended WebP', () => {
		const wide = replaceOnce(EXTENDED_WEBP, '\x17\0\0\x0f\0\0', '\0\0\x01\x0f\0\0');
		expect(readImageSize(wide)).toMatchObject({ width: 65_537, height: 16 });
	});
});

describe('image size of a JPEG', () => {
	const ORIENTATION_TAG = '\x01\x12\0\x03\0\0\0\x01\0\x06';

	it.each([1, 2, 3, 4, 5, 6, 7, 8])(
		'respects EXIF orientation %i, as image viewers do',
		(orientation) => {
			const tag = ORIENTATION_TAG.slice(0, -1) + String.fromCharCode(orientation);
			const file = replaceOnce(ROTATED_JPEG, ORIENTATION_TAG, tag);
			expect(readImageSize(file)).toEqual(sizeByLibrary(file));
			expect(readImageSize(file)?.isRotated).toBe(orientation >= 5);
		},
	);

	it('respects little-endian EXIF orientation', () => {
		const exif = 'Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0';
		const segment = `\xff\xe1\0${String.fromCharCode(exif.length + 2)}${exif}`;
		const file = replaceOnce(JPEG, '\xff\xd8', `\xff\xd8${segment}`);
		expect(readImageSize(file)).toEqual({ width: 16, height: 24, isRotated: true });
		expect(sizeByLibrary(file).isRotated).toBe(true);
	});

	it.each([
		['is truncated', 'MM\0\x2a\0\0\0\x08\0\x02', 'MM\0\x2a\0\0\0\x08\xff\xff'],
		['points outside the file', 'MM\0\x2a\0\0\0\x08', 'MM\0\x2a\xff\xff\xff\xff'],
	])('is read when the EXIF %s', (_name, found, broken) => {
		const unknownTag = ORIENTATION_TAG.replace('\x12', '\x13');
		const file = replaceOnce(replaceOnce(ROTATED_JPEG, ORIENTATION_TAG, unknownTag), found, broken);
		expect(readImageSize(file)).toEqual({ width: 24, height: 16, isRotated: false });
	});

	it('ignores an orientation outside EXIF', () => {
		const file = replaceOnce(ROTATED_JPEG, 'Exif\0\0', 'http:/');
		expect(readImageSize(file)).toEqual({ width: 24, height: 16, isRotated: false });
	});

	it.each([
		['a fill byte', '\xff'],
		['many fill bytes', '\xff\xff\xff\xff'],
		[
			'a Huffman table, whose marker lies among those of the frame headers',
			'\xff\xc4\0\x07\0\x63\0\x63\x01',
		],
		['an arithmetic coding table', '\xff\xcc\0\x07\0\x63\0\x63\x01'],
		['a comment that looks like a frame header', '\xff\xfe\0\x0b\xff\xc0\0\x09\x08\0\x63\0\x63'],
	])('is found after %s', (_name, inserted) => {
		const file = replaceOnce(JPEG, '\xff\xc0\0\x0b', `${inserted}\xff\xc0\0\x0b`);
		expect(readImageSize(file)).toEqual({ width: 24, height: 16, isRotated: false });
	});

	it.each([1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15])(
		'is read from a JPEG with frame type %i',
		(type) => {
			const marker = String.fromCharCode(0xc0 + type);
			const file = replaceOnce(JPEG, '\xff\xc0\0\x0b', `\xff${marker}\0\x0b`);
			expect(readImageSize(file)).toEqual({ width: 24, height: 16, isRotated: false });
		},
	);
});

describe('image size of a broken file', () => {
	it.each(FILES)('is unknown or correct wherever the file is truncated: %s', (_name, file) => {
		const complete = readImageSize(file);
		for (let length = 0; length < file.length; length++) {
			expect([undefined, complete]).toContainEqual(readImageSize(file.subarray(0, length)));
		}
		expect(readImageSize(file.subarray(0, 20))).toBeUndefined();
	});

	it.each(FILES)('does not throw or hang on corrupted bytes: %s', (_name, file) => {
		for (let at = 0; at < file.length; at++) {
			for (const byte of [0x00, 0x01, 0x7f, 0xff]) {
				const broken = Buffer.from(file);
				broken[at] = byte;
				expect(() => readImageSize(broken)).not.toThrow();
			}
		}
	});

	it.each([
		['an empty file', bytes('')],
		['text', bytes('I am a text')],
		['a GIF', bytes('GIF89a\x18\0\x10\0\0\0\0')],
		['a PNG with a chunk before its header', replaceOnce(png(24, 16), 'IHDR', 'CgBI')],
		['a PNG without a width', replaceOnce(png(24, 16), '\0\0\0\x18', '\0\0\0\0')],
		[
			'a JPEG that declares its height later',
			replaceOnce(JPEG, '\0\x10\0\x18\x01', '\0\0\0\x18\x01'),
		],
		['a JPEG with a gap', replaceOnce(JPEG, '\xff\xdb', '\0\0\xff\xdb')],
		['a WebP with a wrong start code', replaceOnce(WEBP, '\x9d\x01\x2a', '\x9d\x01\x2b')],
		['a lossless WebP with a wrong signature', replaceOnce(LOSSLESS_WEBP, '\x2f\x17', '\x2e\x17')],
		['a WebP of an unknown type', replaceOnce(WEBP, 'VP8 ', 'VP9 ')],
	])('is unknown for %s', (_name, file) => {
		expect(readImageSize(file)).toBeUndefined();
	});
});
