import { withExtension, sniffMedia } from '../../nodes/OpenAiVideos/files/mediaType.ts';
import { PNG } from '../support/fixtures.mts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('media type', () => {
	it.each([
		['image/png', PNG],
		['image/jpeg', bytes('\xff\xd8\xff\xe0\0\x10JFIF')],
		['image/webp', bytes('RIFF\x10\0\0\0WEBPVP8 ')],
		['image/gif', bytes('GIF89a')],
		['image/avif', bytes('\0\0\0\x20ftypavif')],
		['image/heic', bytes('\0\0\0\x20ftypheic')],
		['video/mp4', bytes('\0\0\0\x20ftypisom')],
		['video/quicktime', bytes('\0\0\0\x14ftypqt  ')],
		['video/webm', bytes('\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm')],
		['video/x-matroska', bytes('\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska')],
		['video/x-msvideo', bytes('RIFF\x10\0\0\0AVI LIST')],
		['video/mp4', bytes('\0\0\0\x08free\0\0\0\x20ftypisom')],
		['video/mp4', bytes('\0\0\0\x01mdat\0\0\0\x01\0\0\0\0')],
		['video/3gpp', bytes('\0\0\0\x14ftyp3gp5')],
		['video/x-flv', bytes('FLV\x01\x05')],
		['video/ogg', bytes('OggS\0\x02')],
		['video/mpeg', bytes('\0\0\x01\xba\x44')],
		['video/mp2t', bytes(`G${'\0'.repeat(187)}`.repeat(3))],
	])('is %s, detected from the first bytes', (mimeType, file) => {
		expect(sniffMedia(file)?.mimeType).toBe(mimeType);
	});

	it.each([
		['a WAV file', bytes('RIFF\x10\0\0\0WAVEfmt ')],
		['JSON', bytes('{"error":"no"}')],
		['a web page', bytes('<!DOCTYPE html>')],
		['an empty file', bytes('')],
		['a text with the name of a box', bytes('The free plan has no videos.')],
	])('is unknown for %s', (_name, file) => {
		expect(sniffMedia(file)).toBeUndefined();
	});
});

describe('file name', () => {
	const jpeg = { mimeType: 'image/jpeg', extensions: ['jpg', 'jpeg'] };

	it.each([
		['cat', 'cat.jpg'],
		['cat.jpeg', 'cat.jpeg'],
		['cat.JPG', 'cat.JPG'],
		['cat.txt', 'cat.txt.jpg'],
		['v1.2 final', 'v1.2 final.jpg'],
	])('gets the extension of the media type: %s becomes %s', (name, fileName) => {
		expect(withExtension(name, jpeg)).toBe(fileName);
	});
});
