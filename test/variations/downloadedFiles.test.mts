import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { downloadFrom } from '../support/downloadFrom.mts';
import { MP4, PNG } from '../support/fixtures.mts';
import { chunked, untilClose } from '../support/bodies.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const CONTENT = 'GET /v1/videos/video_1/content';

const node = testNode({ operation: 'download' });
const download = downloadFrom(node);

const uint32 = (value: number) => {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
};
const riff = (form: string, content: Buffer) =>
	Buffer.concat([Buffer.from('RIFF'), uint32(4 + content.length), Buffer.from(form), content]);

const AVI = riff(
	'AVI ',
	Buffer.concat([
		Buffer.from('LIST\x04\0\0\0hdrlLIST', 'latin1'),
		uint32(100_004),
		Buffer.from('movi'),
		Buffer.alloc(100_000, 7),
	]),
);
const WEBP = riff(
	'WEBP',
	Buffer.concat([Buffer.from('VP8L'), uint32(50_000), Buffer.alloc(50_000, 7)]),
);

/** An EBML header with this document type, then one segment, whose length takes 8 bytes. */
const ebml = (docType: string, length = 100_000) =>
	Buffer.concat([
		Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80 + 3 + docType.length]),
		Buffer.from([0x42, 0x82, 0x80 + docType.length]),
		Buffer.from(docType),
		Buffer.from([0x18, 0x53, 0x80, 0x67, 0x01, 0, 0, 0]),
		uint32(length).reverse(),
		Buffer.alloc(100_000, 7),
	]);
const WEBM = ebml('webm');
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const JPEG = Buffer.concat([
	Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'),
	Buffer.alloc(1_000, 7),
	Buffer.from([0xff, 0xd9]),
]);
const MOV = Buffer.from(MP4.toString('latin1').replace('ftypmp42', 'ftypqt  '), 'latin1');

/** A body whose connection closes before its Content-Length is reached. */
const interrupted = (bytes: Buffer): ScriptedResponse => ({
	respond: (response) => {
		response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': MP4.length });
		response.write(bytes, () => response.destroy());
	},
});

describe('Download', () => {
	it.each([
		['avi', AVI, 'video/x-msvideo'],
		['webm', WEBM, 'video/webm'],
		['mkv', ebml('matroska'), 'video/x-matroska'],
		['mov', MOV, 'video/quicktime'],
		['mp4', MP4, 'video/mp4'],
		['gif', GIF, 'image/gif'],
		['png', PNG, 'image/png'],
		['jpg', JPEG, 'image/jpeg'],
		['webp', WEBP, 'image/webp'],
	])('detects the type of %s files, whatever the Content-Type', async (extension, body, mime) => {
		for (const label of ['video/mp4', 'application/octet-stream', 'text/html']) {
			const run = await download({ body, headers: { 'content-type': label } });
			expect(run.error).toBeUndefined();
			expect((await node.fileOf(run)).equals(body)).toBe(true);
			const file = {
				fileName: `video_1.${extension}`,
				fileExtension: extension,
				mimeType: mime,
			};
			expect(run.items[0].json).toMatchObject(file);
			expect(run.items[0].binary?.data).toMatchObject(file);
		}
	});

	it.each([
		['mp4, chunked', chunked(MP4), MP4],
		['mp4, until the connection closes', untilClose(MP4), MP4],
		['avi, chunked', chunked(AVI), AVI],
		['webm, chunked', chunked(WEBM), WEBM],
	])('stores a complete file without a Content-Length: %s', async (_name, response, bytes) => {
		const run = await download(response);
		expect((await node.fileOf(run)).equals(bytes)).toBe(true);
		expect(node.time.pauses).toEqual([]);
	});

	it('stops reading an endless error response', async () => {
		let sent = 0;
		async function* endless() {
			for (; ; sent++) yield Buffer.alloc(1_000_000, 'a');
		}
		const respond = (response: ServerResponse) => {
			response.writeHead(403);
			Readable.from(endless()).pipe(response);
		};
		expect((await download({ respond })).error?.message).toContain('(403)');
		expect(sent).toBeLessThan(50);
	});

	it.each([1, 4, 7, 8, 20])('stores an mp4 with %i zero bytes after its end', async (count) => {
		const padded = Buffer.concat([MP4, Buffer.alloc(count)]);
		expect((await node.fileOf(await download({ body: padded }))).equals(padded)).toBe(true);
	});

	it('stores a webm of unknown length, as live encoders write it', async () => {
		const live = ebml('webm');
		const length = live.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67])) + 5;
		live.fill(0xff, length, length + 7);
		const run = await download(chunked(live));
		expect((await node.fileOf(run)).equals(live)).toBe(true);
	});

	it.each([
		['with a Content-Length', interrupted(MP4.subarray(0, 150_000))],
		['after its first bytes', interrupted(MP4.subarray(0, 5))],
		['before its first byte', { respond: (response: ServerResponse) => response.destroy() }],
		['chunked and correctly ended', chunked(MP4.subarray(0, 150_000))],
		['chunked, in the header of a box', chunked(MP4.subarray(0, 8 + 16 + 8 + 300 + 4))],
		['after its first box', chunked(MP4.subarray(0, 8 + 16))],
		['between two boxes, before its frames', chunked(MP4.subarray(0, 8 + 16 + 8 + 300))],
		['one byte short', chunked(MP4.subarray(0, -1))],
		['until the connection closes', untilClose(MP4.subarray(0, 150_000))],
		['avi, correctly ended', chunked(AVI.subarray(0, -1))],
		['webm, correctly ended', chunked(WEBM.subarray(0, -1))],
		['webp, correctly ended', chunked(WEBP.subarray(0, -1))],
		['empty', chunked(Buffer.alloc(0))],
	])('retries a truncated file and never stores it: %s', async (_name, truncated) => {
		const run = await download(truncated, truncated, { body: MP4 });
		expect(run.error).toBeUndefined();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(node.time.pauses).toHaveLength(2);
	});

	it('fails with the video ID if the connection closes every time, at another place', async () => {
		let length = 0;
		node.server.alwaysRespondTo(CONTENT, {
			respond: (response) => {
				length = (length + 50_000) % 200_000;
				interrupted(MP4.subarray(0, length)).respond?.(response);
			},
		});
		const { items, error } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toBe("The connection to the server broke off for video 'video_1'");
		expect(error?.description).toContain('the video is not lost');
		expect(node.time.waited).toBeGreaterThan(120_000);
		expect(node.time.waited).toBeLessThanOrEqual(300_000);
	});

	it('decompresses a gzip response', async () => {
		const headers = { 'content-type': 'video/mp4', 'content-encoding': 'gzip' };
		const run = await download({ body: gzipSync(MP4), headers });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});

	it('retries a JSON error sent as video/mp4, then fails with its message', async () => {
		node.server.alwaysRespondTo(CONTENT, {
			body: JSON.stringify({ code: 'x', message: 'Upstream said no.', data: null }),
			headers: { 'content-type': 'video/mp4' },
		});
		const { items, error } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toBe(
			"The server sent JSON instead of the file of video 'video_1': Upstream said no.",
		);
		const downloads = node.server.received.filter(({ path }) => path.endsWith('/content'));
		expect(downloads.length).toBeGreaterThan(1);
	});

	it('retries a JSON error until the server sends the file', async () => {
		const run = await download({ json: { error: 'Not yet.' } }, { body: MP4 });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});

	it.each([
		['png', PNG],
		['jpeg', JPEG],
		['gif', GIF],
	])('retries a truncated image in a correctly ended response: %s', async (_name, bytes) => {
		const run = await download(chunked(bytes.subarray(0, -1)), { body: bytes });
		expect((await node.fileOf(run)).equals(bytes)).toBe(true);
	});

	it('retries a truncated base64 file in JSON', async () => {
		const truncated = MP4.subarray(0, 150_000).toString('base64');
		const run = await download({ json: { b64_json: truncated } }, { body: MP4 });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});
});
