import { startSandbox } from '../../../sandbox/server.mts';
import { API_KEY, completedVideo, MP4, SORA } from '../../support/fixtures.mts';
import { runNode } from '../../support/nodeRunner.mts';
import { testNode } from '../../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = 'GET /v1/videos/video_1/content';
const node = testNode({ operation: 'download' });
const download = node.run;
const bytesOf = node.fileOf;

/** The key was accepted when the status was read. */
const REFUSED =
	"The server refuses the file of video 'video_1', although it accepts the API key for the video";

beforeEach(() => node.server.alwaysRespondTo(STATUS, { json: completedVideo('video_1') }));

describe('Download', () => {
	it('stores the file byte for byte as <id>.mp4, with the video and the file details as JSON', async () => {
		// A wrong media type on purpose: the node detects it from the bytes.
		node.server.respondTo(CONTENT, {
			body: MP4,
			headers: { 'content-type': 'application/octet-stream' },
		});
		const result = await download();
		expect(await bytesOf(result)).toEqual(MP4);
		expect(result.items[0]).toMatchObject({
			json: {
				...completedVideo('video_1'),
				fileName: 'video_1.mp4',
				fileExtension: 'mp4',
				mimeType: 'video/mp4',
				fileSize: '200 kB',
			},
			binary: { data: { fileName: 'video_1.mp4', mimeType: 'video/mp4', fileType: 'video' } },
			pairedItem: { item: 0 },
		});
	});

	it('preserves a video of the sandbox through Create, Wait Until Done and Download', async () => {
		const sandbox = await startSandbox({ now: () => node.time.now });
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const create = { operation: 'create', model: SORA, prompt: 'a cat' };
		const { items: created } = await runNode(create, { credentials });
		const { items } = await runNode(
			{ operation: 'waitUntilDone' },
			{ credentials, items: created },
		);
		const result = await download({}, { credentials, items });
		const served = await fetch(`${sandbox.baseUrl}/videos/${String(items[0].json.id)}/content`, {
			headers: { authorization: `Bearer ${sandbox.apiKey}` },
		});
		const original = Buffer.from(await served.arrayBuffer());
		await sandbox.close();
		expect((await bytesOf(result)).equals(original)).toBe(true);
	});

	it('uses the binary field and the file name that the user chose', async () => {
		node.server.respondTo(CONTENT, { body: MP4 });
		const { items } = await download({
			binaryPropertyName: 'clip',
			options: { fileName: 'kitten' },
		});
		expect(items[0].binary?.clip.fileName).toBe('kitten.mp4');
	});

	it('follows a redirect on the same host with the key', async () => {
		node.server.respondTo(CONTENT, { status: 307, headers: { location: '/files/1' } });
		node.server.respondTo('GET /files/1', { body: MP4 });
		expect(await bytesOf(await download())).toEqual(MP4);
		expect(node.server.received.at(-1)?.headers.authorization).toBe(`Bearer ${API_KEY}`);
	});

	it('retries when the server temporarily fails to send the file', async () => {
		node.server.respondTo(
			CONTENT,
			{ status: 502, body: '<html></html>' },
			{ status: 409, json: { error: { message: 'Not ready.' } }, headers: { 'retry-after': '4' } },
			{ body: MP4 },
		);
		expect(await bytesOf(await download())).toEqual(MP4);
		expect(node.time.pauses[1]).toBe(4000);
	});

	it.each([
		[
			'a web page',
			'<!DOCTYPE html><html></html>',
			"a web page instead of the file of video 'video_1'",
		],
		[
			'JSON',
			'{"error":{"message":"The file is gone."}}',
			"JSON instead of the file of video 'video_1': The file is gone.",
		],
		['an empty response', '', "an empty answer instead of the file of video 'video_1'"],
		['text', 'gone', "text instead of the file of video 'video_1': gone"],
	])('never stores %s that is labelled as a video', async (_name, body, content) => {
		node.server.alwaysRespondTo(CONTENT, { body, headers: { 'content-type': 'video/mp4' } });
		const { error, items } = await download();
		expect(error?.message).toBe(`The server sent ${content}`);
		expect(error?.description).toContain('Nothing was stored');
		expect(items).toEqual([]);
	});

	it.each([
		[401, `${REFUSED} (401): Why.`],
		[403, `${REFUSED} (403): Why.`],
		[410, "Video 'video_1' has expired on the server (410): Why."],
	])(
		'quotes the error message of the server when the file is rejected with %i',
		async (status, message) => {
			node.server.respondTo(CONTENT, { status, json: { error: { message: 'Why.' } } });
			const { error } = await download();
			expect(error?.message).toBe(message);
			expect(node.time.pauses).toEqual([]);
		},
	);

	it('keeps the key out of the saved execution when the file is rejected', async () => {
		node.server.respondTo(CONTENT, {
			status: 401,
			json: { error: { message: `Bad key ${API_KEY}` } },
		});
		const { run } = await download();
		expect(JSON.stringify(run.data)).not.toContain(API_KEY);
	});
});

describe('Download of a video without a file', () => {
	const unfinished = { ...completedVideo('video_1'), status: 'in_progress', progress: 40 };

	it.each([
		[
			'is not finished',
			unfinished,
			"Video 'video_1' is not finished yet (in_progress, 40 %)",
			'Put Wait Until Done before',
		],
		[
			'failed',
			{ ...unfinished, status: 'failed', error: { message: 'Blocked.' } },
			"The server could not make video 'video_1': Blocked.",
			'create the video again',
		],
	])(
		'explains that the video %s, and does not request the file',
		async (_name, json, message, next) => {
			node.server.respondTo(STATUS, { json });
			const { error } = await download();
			expect(error?.message).toBe(message);
			expect(error?.description).toContain(next);
		},
	);
});
