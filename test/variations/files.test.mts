import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { downloadFrom } from '../support/downloadFrom.mts';
import { MP4, PNG } from '../support/fixtures.mts';
import { type ScriptedAnswer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const CONTENT = 'GET /v1/videos/video_1/content';

const bench = testNode({ operation: 'download' });
const download = downloadFrom(bench);

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

/** An EBML header that names the kind of document, then one segment; its length takes 8 bytes. */
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

/** A body without Content-Length that ends as if it were whole. */
const chunked = (bytes: Buffer): ScriptedAnswer => ({
	respond: (response) => {
		response.writeHead(200, { 'content-type': 'video/mp4' });
		response.write(bytes.subarray(0, 10_000));
		response.end(bytes.subarray(10_000));
	},
});

/** The same as HTTP/1.0 has it: the end of the connection is the end of the body. */
const untilClose = (bytes: Buffer): ScriptedAnswer => ({
	respond: (response: ServerResponse) => {
		response.useChunkedEncodingByDefault = false;
		response.writeHead(200, { 'content-type': 'video/mp4', connection: 'close' });
		response.end(bytes);
	},
});

/** A body whose connection breaks off before the length it promised. */
const brokenOff = (bytes: Buffer): ScriptedAnswer => ({
	respond: (response) => {
		response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': MP4.length });
		response.write(bytes, () => response.destroy());
	},
});

describe('what /content answers', () => {
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
	])('a file of the kind %s gets its true type, whatever its label', async (kind, body, mime) => {
		for (const label of ['video/mp4', 'application/octet-stream', 'text/html']) {
			const run = await download({ body, headers: { 'content-type': label } });
			expect(run.error).toBeUndefined();
			expect((await bench.fileOf(run)).equals(body)).toBe(true);
			const facts = { fileName: `video_1.${kind}`, fileExtension: kind, mimeType: mime };
			expect(run.items[0].json).toMatchObject(facts);
			expect(run.items[0].binary?.data).toMatchObject(facts);
		}
	});

	it.each([
		['mp4, chunked', chunked(MP4), MP4],
		['mp4, until the connection closes', untilClose(MP4), MP4],
		['avi, chunked', chunked(AVI), AVI],
		['webm, chunked', chunked(WEBM), WEBM],
	])('a whole file without a Content-Length is stored: %s', async (_name, answer, bytes) => {
		const run = await download(answer);
		expect((await bench.fileOf(run)).equals(bytes)).toBe(true);
		expect(bench.time.pauses).toEqual([]);
	});

	it('a refusal that goes on for ever is not read for ever', async () => {
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

	it.each([1, 4, 7, 8, 20])('an mp4 with %i zeros behind its end is stored', async (count) => {
		const padded = Buffer.concat([MP4, Buffer.alloc(count)]);
		expect((await bench.fileOf(await download({ body: padded }))).equals(padded)).toBe(true);
	});

	it('a webm that does not say how long it is, as live encoders write it, is stored', async () => {
		const live = ebml('webm');
		const length = live.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67])) + 5;
		live.fill(0xff, length, length + 7);
		const run = await download(chunked(live));
		expect((await bench.fileOf(run)).equals(live)).toBe(true);
	});

	it.each([
		['with a Content-Length', brokenOff(MP4.subarray(0, 150_000))],
		['after its first bytes', brokenOff(MP4.subarray(0, 5))],
		['before its first byte', { respond: (response: ServerResponse) => response.destroy() }],
		['chunked and properly ended', chunked(MP4.subarray(0, 150_000))],
		['chunked, in a box’s header', chunked(MP4.subarray(0, 8 + 16 + 8 + 300 + 4))],
		['behind its first box', chunked(MP4.subarray(0, 8 + 16))],
		['between two boxes, before its pictures', chunked(MP4.subarray(0, 8 + 16 + 8 + 300))],
		['one byte short', chunked(MP4.subarray(0, -1))],
		['until the connection closes', untilClose(MP4.subarray(0, 150_000))],
		['avi, properly ended', chunked(AVI.subarray(0, -1))],
		['webm, properly ended', chunked(WEBM.subarray(0, -1))],
		['webp, properly ended', chunked(WEBP.subarray(0, -1))],
		['nothing', chunked(Buffer.alloc(0))],
	])('a cut file is fetched again and never stored: %s', async (_name, cut) => {
		const run = await download(cut, cut, { body: MP4 });
		expect(run.error).toBeUndefined();
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
		expect(bench.time.pauses).toHaveLength(2);
	});

	it.each([
		['that is cut every time', chunked(MP4.subarray(0, 150_000))],
		['whose connection breaks every time', brokenOff(MP4.subarray(0, 150_000))],
	])('a file %s ends in a sentence with the id', async (_name, answer) => {
		bench.server.answerAlways(CONTENT, answer);
		const { items, error } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toBe("The connection to the server broke off for video 'video_1'");
		expect(error?.description).toContain('the video is not lost');
		expect(bench.time.waited).toBeGreaterThan(120_000);
		expect(bench.time.waited).toBeLessThanOrEqual(300_000);
	});

	it('a file that a gateway has packed is stored unpacked', async () => {
		const headers = { 'content-type': 'video/mp4', 'content-encoding': 'gzip' };
		const run = await download({ body: gzipSync(MP4), headers });
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});

	it('JSON with an error, labelled video/mp4, is asked for again and refused in its words', async () => {
		bench.server.answerAlways(CONTENT, {
			body: JSON.stringify({ code: 'x', message: 'Upstream said no.', data: null }),
			headers: { 'content-type': 'video/mp4' },
		});
		const { items, error } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toBe(
			"The server sent JSON instead of the file of video 'video_1': Upstream said no.",
		);
		const asked = bench.server.received.filter(({ path }) => path.endsWith('/content'));
		expect(asked.length).toBeGreaterThan(1);
	});

	it('JSON with an error gives way to the file a moment later', async () => {
		const run = await download({ json: { error: 'Not yet.' } }, { body: MP4 });
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});

	it.each([
		['png', PNG],
		['jpeg', JPEG],
		['gif', GIF],
	])('a picture that is cut and properly ended is fetched again: %s', async (_name, bytes) => {
		const run = await download(chunked(bytes.subarray(0, -1)), { body: bytes });
		expect((await bench.fileOf(run)).equals(bytes)).toBe(true);
	});

	it('a file that is cut inside JSON is fetched again', async () => {
		const cut = MP4.subarray(0, 150_000).toString('base64');
		const run = await download({ json: { b64_json: cut } }, { body: MP4 });
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});
});
