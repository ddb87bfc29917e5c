import { completedVideo, MP4, PNG, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const NO_FILE = { status: 404, json: { detail: 'Not here.' } };
/** Other videos: an MP4 may end with zeros. */
const [A, B, C] = [0, 1, 2].map((count) => Buffer.concat([MP4, Buffer.alloc(count)]));
const base64 = (file: Buffer) => file.toString('base64');

const node = testNode({ operation: 'download' });

const download = async (fields: object, content: object = NO_FILE, parameters = {}) => {
	node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), ...fields } });
	node.server.respondTo(CONTENT, content);
	return await node.run(parameters);
};
const serve = (files: Record<string, Buffer>) => {
	for (const [path, body] of Object.entries(files)) node.server.respondTo(`GET ${path}`, { body });
};
const file = (field: string, fileName: string) => ({
	field,
	fileName,
	fileExtension: 'mp4',
	mimeType: 'video/mp4',
	fileSize: '200 kB',
});

describe('Download of a video with several outputs', () => {
	it.each([
		['unsigned_urls', { unsigned_urls: ['/a', '/b'] }],
		['videos', { videos: [{ url: '/a' }, { url: '/b' }] }],
		['outputs', { outputs: ['/a', '/b'] }],
		[
			'content',
			{
				content: [
					{ type: 'video', url: '/a' },
					{ type: 'video', url: '/b' },
				],
			},
		],
		['data', { data: [{ url: '/a' }, { url: '/b' }] }],
		['task_result.videos', { task_result: { videos: [{ url: '/a' }, { url: '/b' }] } }],
		[
			'generated_videos',
			{ generated_videos: [{ video: { uri: '/a' } }, { video: { uri: '/b' } }] },
		],
		['two lists of the same', { urls: ['/a', '/b'], unsigned_urls: ['/never1', '/never2'] }],
		['a list and its mirrors', { mirror_urls: ['/n1', '/n2'], urls: ['/a', '/b'] }],
		['a list and its first', { url: '/a', urls: ['/a', '/b'] }],
		['a list with a repetition', { urls: ['/a', '/a', '/b'] }],
		[
			'objects with several addresses',
			{ videos: [{ url: '/a', mirror_url: '/n' }, { url: '/b' }] },
		],
		[
			'a list and its first, signed anew',
			{ url: 'https://127.0.0.1:9/a?sig=1', urls: ['/a', '/b'] },
		],
		['pictures among them', { outputs: ['/cover.png', '/a', { type: 'image', url: '/n' }, '/b'] }],
	])('puts them into data and data_2: %s', async (_name, fields) => {
		serve({ '/a': A, '/b': B });
		const run = await download(fields);
		expect(run.error).toBeUndefined();
		expect(Object.keys(run.items[0].binary!)).toEqual(['data', 'data_2']);
		expect((await node.fileOf(run)).equals(A)).toBe(true);
		expect((await node.fileOf(run, 'data_2')).equals(B)).toBe(true);
		expect(run.items[0].json).toMatchObject({
			fileName: 'video_1.mp4',
			files: [file('data', 'video_1.mp4'), file('data_2', 'video_1_2.mp4')],
		});
	});

	it('reads them from base64, and leaves none in the row', async () => {
		const run = await download({ data: [{ b64_json: base64(A) }, { b64_json: base64(B) }] });
		expect((await node.fileOf(run, 'data_2')).equals(B)).toBe(true);
		expect(JSON.stringify(run.items[0].json).length).toBeLessThan(2_000);
	});

	it('takes the first from /content', async () => {
		serve({ '/b': B });
		const run = await download({ unsigned_urls: ['/never', '/b'] }, { body: C });
		expect((await node.fileOf(run)).equals(C)).toBe(true);
		expect((await node.fileOf(run, 'data_2')).equals(B)).toBe(true);
	});

	it('finds them in JSON from /content', async () => {
		serve({ '/a': A, '/b': B });
		const run = await download({}, { json: { urls: ['/a', '/b'] } });
		expect((await node.fileOf(run, 'data_2')).equals(B)).toBe(true);
	});

	it('uses the field and the name that the user chose', async () => {
		serve({ '/a': A, '/b': B, '/c': C });
		const parameters = { binaryPropertyName: 'clip', options: { fileName: 'kitten.mp4' } };
		const { items } = await download({ urls: ['/a', '/b', '/c'] }, NO_FILE, parameters);
		expect(Object.values(items[0].binary!).map(({ fileName }) => fileName)).toEqual([
			'kitten.mp4',
			'kitten_2.mp4',
			'kitten_3.mp4',
		]);
		expect(Object.keys(items[0].binary!)).toEqual(['clip', 'clip_2', 'clip_3']);
	});

	it('takes another list for one that has expired', async () => {
		serve({ '/a': A, '/b': B });
		for (const path of ['/x', '/y']) node.server.alwaysRespondTo(`GET ${path}`, { status: 410 });
		const run = await download({ urls: ['/x', '/y'], signed_urls: ['/a', '/b'] });
		expect((await node.fileOf(run)).equals(A)).toBe(true);
		expect((await node.fileOf(run, 'data_2')).equals(B)).toBe(true);
		expect(run.items[0].json.files).toHaveLength(2);
	});

	it.each([
		['is missing', 404, 'returns no file (404)'],
		['is refused', 403, 'although it accepts the API key for the video (403)'],
		['gets an error', 503, "an error instead of the file of video 'video_1' (503)"],
	])('keeps the others if one %s, and says why', async (_name, status, message) => {
		serve({ '/a': A, '/c': C });
		node.server.alwaysRespondTo('GET /b', { status, json: { error: 'Secret words.' } });
		const run = await download({ urls: ['/a', '/b', '/c'] });
		expect(run.error).toBeUndefined();
		expect(Object.keys(run.items[0].binary!)).toEqual(['data', 'data_3']);
		expect(run.items[0].json.files).toEqual([
			file('data', 'video_1.mp4'),
			{ field: 'data_2', error: expect.stringContaining(message) as string },
			file('data_3', 'video_1_3.mp4'),
		]);
		expect(JSON.stringify(run.items[0].json)).not.toContain('Secret words');
		expect(node.time.waited).toBeLessThan(30_000);
	});

	it('puts the next one into data if the first cannot be had', async () => {
		node.server.alwaysRespondTo('GET /a', { status: 410 });
		node.server.alwaysRespondTo(CONTENT, { status: 410 });
		serve({ '/b': B });
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), urls: ['/a', '/b'] } });
		const run = await node.run();
		expect((await node.fileOf(run)).equals(B)).toBe(true);
		expect(run.items[0].json.files).toMatchObject([{ field: 'data' }, { field: 'data_2' }]);
	});

	it('fails if none can be had', async () => {
		for (const path of ['/a', '/b']) node.server.alwaysRespondTo(`GET ${path}`, { status: 410 });
		const { error, items } = await download({ urls: ['/a', '/b'] }, { status: 410 });
		expect(error?.message).toBe("Video 'video_1' has expired on the server (410)");
		expect(items).toEqual([]);
	});

	it.each([
		['one URL in a list', { urls: ['/a'] }],
		['one URL in two lists', { urls: ['/a'], unsigned_urls: ['/b'] }],
		['one URL under two keys', { url: '/a', video_url: '/b' }],
		['one URL and its mirrors', { url: '/a', mirror_urls: ['/b', '/c'] }],
		['a picture beside it', { outputs: ['/a', '/b.jpg'] }],
		['a thumbnail beside it', { outputs: [{ url: '/a' }, { type: 'thumbnail', url: '/b' }] }],
		['an input beside it', { content: [{ role: 'reference_video', url: '/b' }, { url: '/a' }] }],
		['the same URL twice', { urls: ['/a', '/a'] }],
		['a result and its parts', { outputs: ['/never1', '/never2'], url: '/a' }],
		['a result and other files', { video_url: '/a', video_urls: ['/never1', '/never2'] }],
		[
			'a result and the inputs of the request',
			{
				content: ['/in1', '/in2'].map((url) => ({ type: 'video_url', video_url: { url } })),
				video_url: '/a',
			},
		],
		['several qualities', { video_urls: { '480p': '/never', '1080p': '/a', '720p': '/never2' } }],
		['qualities in words', { videos: { low: '/never', hd: '/a', sd: '/never2' } }],
	])('puts out one file for %s', async (_name, fields) => {
		serve({ '/a': A });
		const run = await download(fields);
		expect((await node.fileOf(run)).equals(A)).toBe(true);
		expect(Object.keys(run.items[0].binary!)).toEqual(['data']);
		expect(run.items[0].json.files).toBeUndefined();
	});

	it('does not put out a picture that only its bytes show', async () => {
		serve({ '/a': A, '/b': PNG, '/c': C });
		const { items } = await download({ outputs: ['/a', '/b', '/c'] });
		expect(Object.keys(items[0].binary!)).toEqual(['data', 'data_2']);
	});

	it("leaves the server's own files as they are if there is one output", async () => {
		serve({ '/a': A });
		const files = [{ url: '/a', name: 'clip' }];
		expect((await download({ files })).items[0].json.files).toEqual(files);
	});

	it.each([
		[20, 20],
		[21, 21],
		[25, 21],
		[150, 21],
	])('puts out at most 20, and says so: %i', async (count, entries) => {
		const urls = Array.from({ length: count }, (_each, index) => `/${index}`);
		serve(Object.fromEntries(urls.slice(0, 20).map((url) => [url, A])));
		const { items } = await download({ urls });
		expect(Object.keys(items[0].binary!)).toHaveLength(20);
		const files = items[0].json.files as object[];
		expect(files).toHaveLength(entries);
		if (entries === 20) return;
		const error = 'The server names more than 20 outputs; only the first 20 were downloaded';
		expect(files[20]).toEqual({ field: 'data_21', error });
	});

	it('waits for the result, not for its parts, if that is not there at once', async () => {
		node.server.respondTo('GET /final.mp4', NO_FILE, { body: C });
		node.server.respondTo(STATUS, {
			json: { ...completedVideo('video_1'), url: '/final.mp4', outputs: ['/never1', '/never2'] },
		});
		node.server.respondTo(CONTENT, NO_FILE, NO_FILE);
		expect((await node.fileOf(await node.run())).equals(C)).toBe(true);
	});

	it('does not put out files that only the input item names', async () => {
		const videos = [{ url: '/never1' }, { url: '/never2' }];
		const items = [{ json: { ...completedVideo('video_1'), videos, progress: 7 } }];
		node.server.respondTo(STATUS, { json: completedVideo('video_1') });
		node.server.respondTo(CONTENT, { body: A });
		const run = await node.run({}, { items });
		expect(Object.keys(run.items[0].binary!)).toEqual(['data']);
		expect(run.items[0].json).toMatchObject({ progress: 100 });
		expect(run.items[0].json.files).toBeUndefined();
	});

	it('gets one thumbnail', async () => {
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), urls: ['/a', '/b'] } });
		node.server.respondTo(`${CONTENT}?variant=thumbnail`, { body: PNG });
		const { items } = await node.run({ variant: 'thumbnail' });
		expect(Object.keys(items[0].binary!)).toEqual(['data']);
	});
});

describe('Generate of a video with several outputs', () => {
	it('puts them into several fields', async () => {
		serve({ '/b': B });
		const done = { ...completedVideo('video_1'), outputs: ['/a', '/b'] };
		node.server.respondTo('POST /v1/videos', { json: { id: 'video_1', status: 'queued' } });
		node.server.respondTo(STATUS, { json: done });
		node.server.respondTo(CONTENT, { body: A });
		const run = await node.run({ operation: 'generate', model: SORA, prompt: 'a cat' });
		expect((await node.fileOf(run, 'data_2')).equals(B)).toBe(true);
	});
});
