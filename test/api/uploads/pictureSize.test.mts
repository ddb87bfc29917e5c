import { imageSize } from 'image-size';

import { pictureSize } from '../../../nodes/OpenAiVideos/api/uploads/pictureSize.ts';
import { encodePng } from '../../../sandbox/png.mts';
import {
	EXTENDED_WEBP,
	JPEG,
	LOSSLESS_WEBP,
	PROGRESSIVE_JPEG,
	TURNED_JPEG,
	WEBP,
} from '../../support/images.mts';

const png = (width: number, height: number) =>
	encodePng(width, height, Buffer.alloc(width * height * 3));
const bytes = (text: string) => Buffer.from(text, 'latin1');

/** The file with `found` in it, once, replaced. */
function changed(file: Buffer, found: string, replacement: string): Buffer {
	const text = file.toString('latin1');
	expect(text.split(found)).toHaveLength(2);
	return bytes(text.replace(found, () => replacement));
}

const FILES: Array<[string, Buffer]> = [
	['PNG', png(24, 16)],
	['JPEG', JPEG],
	['progressive JPEG', PROGRESSIVE_JPEG],
	['JPEG with notes of the camera', TURNED_JPEG],
	['WebP', WEBP],
	['lossless WebP', LOSSLESS_WEBP],
	['extended WebP', EXTENDED_WEBP],
];

/** The fixtures' sizes, as a library that is widely used reads them. */
function sizeByLibrary(file: Buffer) {
	const { width, height, orientation = 1 } = imageSize(file);
	return orientation >= 5
		? { width: height, height: width, isTurned: true }
		: { width, height, isTurned: false };
}

describe('the size of a picture file', () => {
	it.each(FILES)('is read: %s', (_name, file) => {
		expect(pictureSize(file)).toEqual(sizeByLibrary(file));
	});

	it.each([
		[1, 1],
		[1280, 720],
		[4097, 3],
		[3, 70_000],
	])('is read from a PNG of %ix%i', (width, height) => {
		expect(pictureSize(png(width, height))).toEqual({ width, height, isTurned: false });
	});

	it.each([
		['JPEG', JPEG, '\0\x10\0\x18\x01', '\x02\xd0\x05\0\x01'],
		['WebP', WEBP, '\x18\0\x10\0', '\0\x05\xd0\x02'],
		// With the bits that ask to be scaled up.
		['WebP to be scaled', WEBP, '\x18\0\x10\0', '\0\x45\xd0\x82'],
		['lossless WebP', LOSSLESS_WEBP, '\x2f\x17\xc0\x03\0', '\x2f\xff\xc4\xb3\0'],
		['extended WebP', EXTENDED_WEBP, '\x17\0\0\x0f\0\0', '\xff\x04\0\xcf\x02\0'],
	])('is read from all bytes of a number: %s of 1280x720', (_name, file, small, large) => {
		const big = changed(file, small, large);
		expect(pictureSize(big)).toEqual({ width: 1280, height: 720, isTurned: false });
		expect(sizeByLibrary(big)).toMatchObject({ width: 1280, height: 720 });
	});

	it('may be larger than 65,535 in an extended WebP', () => {
		const wide = changed(EXTENDED_WEBP, '\x17\0\0\x0f\0\0', '\0\0\x01\x0f\0\0');
		expect(pictureSize(wide)).toMatchObject({ width: 65_537, height: 16 });
	});
});

describe('the size of a JPEG', () => {
	const NOTE = '\x01\x12\0\x03\0\0\0\x01\0\x06';

	it.each([1, 2, 3, 4, 5, 6, 7, 8])('heeds the orientation %i, as viewers do', (orientation) => {
		const note = NOTE.slice(0, -1) + String.fromCharCode(orientation);
		const file = changed(TURNED_JPEG, NOTE, note);
		expect(pictureSize(file)).toEqual(sizeByLibrary(file));
		expect(pictureSize(file)?.isTurned).toBe(orientation >= 5);
	});

	it('heeds it in notes written the other way round', () => {
		const exif = 'Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0';
		const segment = `\xff\xe1\0${String.fromCharCode(exif.length + 2)}${exif}`;
		const file = changed(JPEG, '\xff\xd8', `\xff\xd8${segment}`);
		expect(pictureSize(file)).toEqual({ width: 16, height: 24, isTurned: true });
		expect(sizeByLibrary(file).isTurned).toBe(true);
	});

	it.each([
		['that are cut', 'MM\0\x2a\0\0\0\x08\0\x02', 'MM\0\x2a\0\0\0\x08\xff\xff'],
		['that point nowhere', 'MM\0\x2a\0\0\0\x08', 'MM\0\x2a\xff\xff\xff\xff'],
	])('is known also with notes %s', (_name, found, broken) => {
		const file = changed(changed(TURNED_JPEG, NOTE, NOTE.replace('\x12', '\x13')), found, broken);
		expect(pictureSize(file)).toEqual({ width: 24, height: 16, isTurned: false });
	});

	it('does not take notes of another kind for those', () => {
		const file = changed(TURNED_JPEG, 'Exif\0\0', 'http:/');
		expect(pictureSize(file)).toEqual({ width: 24, height: 16, isTurned: false });
	});

	it.each([
		['a fill byte', '\xff'],
		['many fill bytes', '\xff\xff\xff\xff'],
		[
			'a Huffman table, whose number lies among those of the frame headers',
			'\xff\xc4\0\x07\0\x63\0\x63\x01',
		],
		['an arithmetic coding table', '\xff\xcc\0\x07\0\x63\0\x63\x01'],
		['a comment that looks like a frame header', '\xff\xfe\0\x0b\xff\xc0\0\x09\x08\0\x63\0\x63'],
	])('is found behind %s', (_name, inserted) => {
		const file = changed(JPEG, '\xff\xc0\0\x0b', `${inserted}\xff\xc0\0\x0b`);
		expect(pictureSize(file)).toEqual({ width: 24, height: 16, isTurned: false });
	});

	it.each([1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15])('is read from a frame of kind %i', (kind) => {
		const marker = String.fromCharCode(0xc0 + kind);
		const file = changed(JPEG, '\xff\xc0\0\x0b', `\xff${marker}\0\x0b`);
		expect(pictureSize(file)).toEqual({ width: 24, height: 16, isTurned: false });
	});
});

describe('a file whose size cannot be known', () => {
	it.each(FILES)('gives none, or the right one, wherever it is cut: %s', (_name, file) => {
		const whole = pictureSize(file);
		for (let length = 0; length < file.length; length++) {
			expect([undefined, whole]).toContainEqual(pictureSize(file.subarray(0, length)));
		}
		expect(pictureSize(file.subarray(0, 20))).toBeUndefined();
	});

	it.each(FILES)('never breaks or hangs on bytes that are not right: %s', (_name, file) => {
		for (let at = 0; at < file.length; at++) {
			for (const byte of [0x00, 0x01, 0x7f, 0xff]) {
				const broken = Buffer.from(file);
				broken[at] = byte;
				expect(() => pictureSize(broken)).not.toThrow();
			}
		}
	});

	it.each([
		['is none', bytes('')],
		['is a text', bytes('I am a text')],
		['is a GIF', bytes('GIF89a\x18\0\x10\0\0\0\0')],
		['is a PNG with something before its header', changed(png(24, 16), 'IHDR', 'CgBI')],
		['is a PNG without width', changed(png(24, 16), '\0\0\0\x18', '\0\0\0\0')],
		['is a JPEG that tells its height later', changed(JPEG, '\0\x10\0\x18\x01', '\0\0\0\x18\x01')],
		['is a JPEG with a gap', changed(JPEG, '\xff\xdb', '\0\0\xff\xdb')],
		['is a WebP whose picture begins oddly', changed(WEBP, '\x9d\x01\x2a', '\x9d\x01\x2b')],
		['is a lossless WebP that is none', changed(LOSSLESS_WEBP, '\x2f\x17', '\x2e\x17')],
		['is a WebP of an unknown kind', changed(WEBP, 'VP8 ', 'VP9 ')],
	])('has none when it %s', (_name, file) => {
		expect(pictureSize(file)).toBeUndefined();
	});
});
