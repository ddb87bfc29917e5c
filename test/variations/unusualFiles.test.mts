import { gzipSync } from 'node:zlib';

import { downloadFrom } from '../support/downloadFrom.mts';
import { MP4 } from '../support/fixtures.mts';
import { chunked, untilClose } from '../support/bodies.mts';
import type { ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const CONTENT = 'GET /v1/videos/video_1/content';
const node = testNode({ operation: 'download' });
const download = downloadFrom(node);

const bytes = (text: string) => Buffer.from(text, 'latin1');
const uint32 = (value: number) => {
	const buffer = Buffer.alloc(4);
	buffer.writeUInt32BE(value);
	return buffer;
};
/** A box, which may declare another length than it has. */
const box = (type: string, content: Buffer | number, length?: number) => {
	const inside = typeof content === 'number' ? Buffer.alloc(content, 7) : content;
	return Buffer.concat([uint32(length ?? 8 + inside.length), bytes(type), inside]);
};
const FTYP = box('ftyp', bytes('isom\0\0\x02\0isomiso2'));
const MOOV = box('moov', 300);
const MDAT = box('mdat', 100_000);
const mp4 = (...boxes: Buffer[]) => Buffer.concat(boxes);
const FRAGMENT = mp4(box('moof', 100), MDAT);

/** Random-looking, always the same, and with control characters. */
const noise = (length: number) => Buffer.from(Array.from({ length }, (_v, i) => (i * 7919) >> 3));

const packets = (before: string, count: number) =>
	Buffer.concat(
		Array.from({ length: count }, () =>
			bytes(before + 'G' + '\x40\0\x10'.repeat(63).slice(0, 187)),
		),
	);
const TS = packets('', 500);
const avi = (length: string) =>
	Buffer.concat([bytes(`RIFF${length}AVI LIST\x04\0\0\0hdrlLIST${length}movi`), noise(50_000)]);
const FLV = Buffer.concat([bytes('FLV\x01\x05\0\0\0\x09\0\0\0\0'), noise(50_000)]);
const OGG = Buffer.concat([bytes('OggS\0\x02\0\0\0\0\0\0\0\0'), noise(50_000)]);
const WMV = Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), noise(50_000)]);
const MPEG = Buffer.concat([bytes('\0\0\x01\xba'), noise(50_000)]);
const Y4M = Buffer.concat([bytes('YUV4MPEG2 W64 H64 F24:1\nFRAME\n'), noise(50_000)]);

const UNPROVED = expect.stringContaining('does not show where it ends') as string;
const UNKNOWN = expect.stringContaining('a kind that this node does not know') as string;

describe('Download keeps a whole file', () => {
	it.each<[string, Buffer, string, string, string | undefined]>([
		['MPEG-TS', TS, 'ts', 'video/mp2t', UNPROVED],
		['MPEG-TS of a disc', packets('\0\0\0\x01', 500), 'ts', 'video/mp2t', UNPROVED],
		['FLV', FLV, 'flv', 'video/x-flv', UNPROVED],
		['Ogg', OGG, 'ogv', 'video/ogg', UNPROVED],
		['WMV', WMV, 'wmv', 'video/x-ms-wmv', UNPROVED],
		['MPEG-PS', MPEG, 'mpg', 'video/mpeg', UNPROVED],
		['MPEG-PS with its end code', mp4(MPEG, bytes('\0\0\x01\xb9')), 'mpg', 'video/mpeg', undefined],
		[
			'3GP',
			mp4(box('ftyp', bytes('3gp5\0\0\x02\x003gp5')), MOOV, MDAT),
			'3gp',
			'video/3gpp',
			undefined,
		],
		['AVI of an unknown length', avi('\xff\xff\xff\xff'), 'avi', 'video/x-msvideo', UNPROVED],
		['AVI of length 0', avi('\0\0\0\0'), 'avi', 'video/x-msvideo', UNPROVED],
		...['free', 'wide', 'skip', 'uuid'].map((type): [string, Buffer, string, string, undefined] => [
			`MP4 that begins with ${type}`,
			mp4(box(type, 8), FTYP, MOOV, MDAT),
			'mp4',
			'video/mp4',
			undefined,
		]),
		['MP4 that begins with moov', mp4(MOOV, MDAT), 'mp4', 'video/mp4', undefined],
		['MP4 that begins with mdat', mp4(MDAT, MOOV), 'mp4', 'video/mp4', undefined],
		['fragmented MP4', mp4(FTYP, MOOV, FRAGMENT, FRAGMENT), 'mp4', 'video/mp4', UNPROVED],
		[
			'fragmented MP4 with an index',
			mp4(FTYP, MOOV, FRAGMENT, box('mfra', 50)),
			'mp4',
			'video/mp4',
			undefined,
		],
		['segment', mp4(box('styp', 16), box('sidx', 40), FRAGMENT), 'mp4', 'video/mp4', UNPROVED],
		['segment without styp', mp4(box('sidx', 40), FRAGMENT), 'mp4', 'video/mp4', UNPROVED],
		[
			'MP4 whose frames go to the end',
			mp4(FTYP, MOOV, box('mdat', 100_000, 0)),
			'mp4',
			'video/mp4',
			UNPROVED,
		],
		...['\r\n', '\r\n--boundary--\r\n', '</html>', '{"done":true}', '\xff'.repeat(100)].map(
			(end): [string, Buffer, string, string, string] => [
				`MP4 with bytes behind its last box: ${JSON.stringify(end.slice(0, 12))}`,
				mp4(MP4, bytes(end)),
				'mp4',
				'video/mp4',
				UNPROVED,
			],
		),
	])('of an unusual kind: %s', async (_name, body, extension, mimeType, warning) => {
		for (const response of [
			{ body, headers: { 'content-type': 'application/octet-stream' } },
			chunked(body),
		]) {
			const run = await download(response);
			expect(run.error).toBeUndefined();
			expect((await node.fileOf(run)).equals(body)).toBe(true);
			const { json } = run.items[0];
			expect(json).toMatchObject({ fileName: `video_1.${extension}`, mimeType });
			expect(json.warning).toEqual(warning);
		}
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		['video/x-ivf', '', 'video_1.ivf', 'video/x-ivf'],
		['video/vnd.example; codecs=x', '', 'video_1.example', 'video/vnd.example'],
		['video/mp4', '', 'video_1.mp4', 'video/mp4'],
		['application/octet-stream', 'attachment; filename="a b.FLV"', 'video_1.flv', 'video/x-flv'],
		['application/octet-stream', '', 'video_1.bin', 'application/octet-stream'],
		['text/html', '', 'video_1.bin', 'application/octet-stream'],
		[
			'application/json',
			"attachment; filename*=UTF-8''x.exe",
			'video_1.bin',
			'application/octet-stream',
		],
		['video/../../x', '', 'video_1.bin', 'application/octet-stream'],
	])(
		'of an unknown kind, with the type that the server says: %s %s',
		async (type, disposition, fileName, mimeType) => {
			for (const body of [noise(5_000), Y4M]) {
				const headers = {
					'content-type': type,
					...(disposition && { 'content-disposition': disposition }),
				};
				const run = await download({ body, headers });
				expect((await node.fileOf(run)).equals(body)).toBe(true);
				expect(run.items[0].json).toMatchObject({ fileName, mimeType, warning: UNKNOWN });
				expect(run.items[0].binary?.data).toMatchObject({ fileName, mimeType });
			}
		},
	);

	it.each([
		['gz', gzipSync(MP4), 'application/gzip'],
		['zip', Buffer.concat([bytes('PK\x03\x04\x14\0\0\0'), noise(5_000)]), 'application/zip'],
	])('that is compressed, as what it is: %s', async (extension, body, mimeType) => {
		const run = await download({ body, headers: { 'content-type': 'video/mp4' } });
		expect((await node.fileOf(run)).equals(body)).toBe(true);
		expect(run.items[0].json).toMatchObject({
			fileName: `video_1.${extension}`,
			mimeType,
			warning: expect.stringContaining('compressed') as string,
		});
	});

	it('whose length nobody tells, with a warning', async () => {
		const run = await download(untilClose(TS));
		expect((await node.fileOf(run)).equals(TS)).toBe(true);
		expect(run.items[0].json.warning).toContain('did not say how long the file is');
	});

	it('without a warning if its structure shows that it is whole', async () => {
		for (const response of [{ body: MP4 }, chunked(MP4), untilClose(MP4)]) {
			expect((await download(response)).items[0].json).not.toHaveProperty('warning');
		}
	});

	it('beside others, each with its own warning', async () => {
		node.server.respondTo('GET /v1/videos/video_1', {
			json: { id: 'video_1', status: 'completed', urls: ['/a', '/b'] },
		});
		node.server.respondTo(CONTENT, { status: 404, json: {} });
		node.server.respondTo('GET /a', { body: MP4 });
		node.server.respondTo('GET /b', { body: FLV });
		const { items } = await node.run();
		expect(items[0].json).not.toHaveProperty('warning');
		expect(items[0].json.files).toEqual([
			expect.not.objectContaining({ warning: UNPROVED }),
			expect.objectContaining({ fileName: 'video_1_2.flv', warning: UNPROVED }),
		]);
	});
});

describe('Download never keeps', () => {
	it.each([
		['an mdat that is longer than what came', mp4(FTYP, MOOV, MDAT).subarray(0, -1)],
		['a fragment that is cut off', mp4(FTYP, MOOV, FRAGMENT, FRAGMENT).subarray(0, -10)],
		['a moov at the end that is cut off', mp4(FTYP, MDAT, MOOV).subarray(0, -10)],
		['a file without its moov', mp4(FTYP, box('free', 8), MDAT)],
		['an unfinished file, whose frames go to the end', mp4(FTYP, box('mdat', 1_000, 0))],
		['zeros after the ftyp', mp4(FTYP, Buffer.alloc(1_000))],
		[
			'a 3GP file that is cut off',
			mp4(box('ftyp', bytes('3gp5\0\0\x02\x003gp5')), MOOV, MDAT).subarray(0, -1),
		],
		['the first bytes of something', bytes('\0\0\0\x18f')],
	])('what is surely cut off: %s', async (_name, body) => {
		const run = await download({ body }, chunked(body), { body: MP4 });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(node.time.pauses).toHaveLength(2);
	});

	it('a file of an unknown kind whose connection broke', async () => {
		const broken: ScriptedResponse = {
			respond: (response) => {
				response.writeHead(200, { 'content-length': TS.length });
				response.write(TS.subarray(0, 50_000), () => response.destroy());
			},
		};
		const run = await download(broken, { body: TS });
		expect((await node.fileOf(run)).equals(TS)).toBe(true);
		expect(node.time.pauses).toHaveLength(1);
	});

	it.each([
		['JSON', '{"error":{"message":"No."}}'],
		['JSON with control characters', '{"error":"\x01\x02No."}'],
		['JSON behind a byte order mark', '\ufeff{"error":"No."}'],
		['a list', '[{"message":"No."}]'],
		['a web page', '<!DOCTYPE html><html><title>No.</title></html>'],
		['XML', '<?xml version="1.0"?><Error><Message>No.</Message></Error>'],
		['plain text', 'The upstream of this gateway answered with words only.'],
		['text that has a word of a file', 'Not free. The account needs credit.'],
		['Chinese text', '视频文件不存在，请稍后再试'],
		['nothing', ''],
	])('text labelled as a video: %s', async (_name, body) => {
		node.server.alwaysRespondTo(CONTENT, { body, headers: { 'content-type': 'video/mp4' } });
		const { items, error } = await download();
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/^The server sent .+ instead of the file of video 'video_1'/);
	});
});

describe('A message about a file never shows bytes', () => {
	it.each([200, 400, 404, 500, 502])('that came with %i', async (status) => {
		const body = status === 200 ? bytes('\0\x01\x02\xff\xfe') : noise(3_000);
		node.server.alwaysRespondTo(CONTENT, { status, body });
		const { error } = await download();
		// eslint-disable-next-line no-control-regex
		expect(`${error?.message} ${error?.description}`).not.toMatch(/[\0-\x1f\x7f-\x9f\ufffd]/);
	});
});
