import {
	fileNameFor,
	fileNameFromId,
	sniffMedia,
} from '../../../nodes/OpenAiVideos/api/files/media.ts';
import { PNG } from '../../support/fixtures.mts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('the kind of a file', () => {
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
		[undefined, bytes('RIFF\x10\0\0\0WAVEfmt ')],
		[undefined, bytes('{"error":"no"}')],
		[undefined, bytes('<!DOCTYPE html>')],
		[undefined, bytes('')],
	])('%s is told by its first bytes', (mimeType, file) => {
		expect(sniffMedia(file)?.mimeType).toBe(mimeType);
	});
});

describe('the name of a file', () => {
	const jpeg = { mimeType: 'image/jpeg', extensions: ['jpg', 'jpeg'] };

	it.each([
		['cat', 'cat.jpg'],
		['cat.jpeg', 'cat.jpeg'],
		['cat.JPG', 'cat.JPG'],
		['cat.txt', 'cat.txt.jpg'],
		['v1.2 final', 'v1.2 final.jpg'],
	])('of %s fits its kind', (name, fitting) => {
		expect(fileNameFor(name, jpeg)).toBe(fitting);
	});

	it('made from an id holds nothing that means a folder', () => {
		expect(fileNameFromId('sora-2:task/../01=')).toBe('sora-2_task_.._01=');
	});
});
