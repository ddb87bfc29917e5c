import { API_KEY, completedVideo, MP4, PNG } from '../support/fixtures.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = 'GET /v1/videos/video_1/content';
const NO_FILE = { status: 404, json: { detail: 'Not here.' } };
const BASE64 = MP4.toString('base64');
const DATA_URI = `data:video/mp4;base64,${BASE64}`;

const bench = testNode({ operation: 'download' });

/** The file of a completed video that the server describes with these fields. */
const fileWith = async (fields: object, content: object = NO_FILE): Promise<Buffer> => {
	bench.server.answer(STATUS, { json: { ...completedVideo('video_1'), ...fields } });
	bench.server.answer(CONTENT, content);
	const run = await bench.run();
	expect(run.error).toBeUndefined();
	return await bench.fileOf(run);
};

/** All the places in which servers put what leads to the file. */
const places = (value: string): Array<[name: string, fields: object]> => [
	['url', { url: value }],
	['video_url', { video_url: value }],
	['output_url', { output_url: value }],
	['download_url', { download_url: value }],
	['content_url', { content_url: value }],
	['result_url', { result_url: value }],
	['metadata.url', { metadata: { url: value } }],
	['output', { output: value }],
	['output.url', { output: { url: value } }],
	['output[0]', { output: [value] }],
	['video.url', { video: { url: value, duration: 4 } }],
	['urls[0]', { urls: [value] }],
	['unsigned_urls[0]', { unsigned_urls: [value] }],
	['data[0].url', { data: [{ url: value }] }],
	['outputs[0]', { outputs: [value] }],
	['outputs[0].url', { outputs: [{ type: 'video', url: value }] }],
	['result.video_url', { result: { video_url: value } }],
	['content.video_url', { content: { video_url: value } }],
	['url, where others are null or empty', { url: null, video_url: '', output: {}, urls: [value] }],
];

describe('where the file is', () => {
	it.each(places('/files/1'))('on the same server, in %s', async (_name, fields) => {
		bench.server.answer('GET /files/1', { body: MP4 });
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
		expect(bench.server.received.at(-1)?.headers.authorization).toBe(`Bearer ${API_KEY}`);
	});

	it.each(places(DATA_URI))('as a data URI, in %s', async (_name, fields) => {
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
	});

	it.each([
		['b64_json', { b64_json: BASE64 }],
		['data[0].b64_json', { data: [{ b64_json: BASE64 }] }],
		['output.b64_json', { output: { b64_json: BASE64 } }],
	])('as base64, in %s', async (_name, fields) => {
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
	});

	it('keeps files as text out of the rows, which n8n saves in its database', async () => {
		bench.server.answer(STATUS, { json: { ...completedVideo('video_1'), url: DATA_URI } });
		bench.server.answer(CONTENT, NO_FILE);
		const { items } = await bench.run();
		expect(JSON.stringify(items[0].json).length).toBeLessThan(2_000);
	});

	it('keeps them out of the rows of videos that failed as well', async () => {
		const video = { ...completedVideo('video_1'), status: 'failed', url: DATA_URI };
		bench.server.answer(STATUS, { json: video });
		const { items } = await bench.run({}, { settings: { onError: 'continueRegularOutput' } });
		expect(items[0].json.id).toBe('video_1');
		expect(JSON.stringify(items[0]).length).toBeLessThan(2_000);
	});

	it.each([
		[
			'an envelope',
			{ code: 'success', data: { task_id: 'video_1', status: 'SUCCESS', url: '/f' } },
		],
		['a video that has no id', { status: 'done', video: { url: '/f' } }],
	])('found through %s', async (_name, json) => {
		bench.server.answer(STATUS, { json });
		bench.server.answer(CONTENT, NO_FILE);
		bench.server.answer('GET /f', { body: MP4 });
		expect((await bench.fileOf(await bench.run())).equals(MP4)).toBe(true);
	});

	it.each([400, 403, 404, 405, 410, 422, 501])(
		'is asked for at once when /content answers %i',
		async (status) => {
			bench.server.answer('GET /files/1', { body: MP4 });
			const words = 'Video has been uploaded to cloud storage. Please use the cloud URL.';
			const content = { status, json: { detail: words } };
			expect((await fileWith({ url: '/files/1' }, content)).equals(MP4)).toBe(true);
			expect(bench.time.pauses).toEqual([]);
		},
	);

	it('keeps the query of its address to the letter, as a signature needs it', async () => {
		const url = '/files/1?sig=a%2Fb%3D&x=%20';
		bench.server.answer(`GET ${url}`, { body: MP4 });
		expect((await fileWith({ url })).equals(MP4)).toBe(true);
	});

	it('is /content before any other place', async () => {
		expect((await fileWith({ url: '/never' }, { body: MP4 })).equals(MP4)).toBe(true);
	});

	it.each(places('/files/1'))('may be told by /content itself, in %s', async (_name, json) => {
		bench.server.answer('GET /files/1', { body: MP4 });
		expect((await fileWith({}, { json })).equals(MP4)).toBe(true);
	});

	it('may be /content itself, under its full address: it is not asked twice at once', async () => {
		const url = `${bench.server.baseUrl}/videos/video_1/content`;
		bench.server.answer(CONTENT, NO_FILE, { body: MP4 });
		bench.server.answer(STATUS, { json: { ...completedVideo('video_1'), metadata: { url } } });
		expect((await bench.fileOf(await bench.run())).equals(MP4)).toBe(true);
		expect(bench.time.pauses).toHaveLength(1);
	});

	it('is never an address in a refusal, such as the link to its documentation', async () => {
		bench.server.answer(STATUS, { json: completedVideo('video_1') });
		bench.server.answer(CONTENT, {
			status: 403,
			json: { error: { message: 'No.' }, url: '/docs' },
		});
		expect((await bench.run()).error?.message).toBe(
			"The API key is not allowed to do this for video 'video_1' (403): No.",
		);
	});

	it('is the next place where the first one has no file', async () => {
		bench.server.answer('GET /signed', { status: 403, json: { error: 'Signature expired.' } });
		bench.server.answer('GET /unsigned', { body: MP4 });
		const fields = { urls: ['/signed'], unsigned_urls: ['/unsigned'] };
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
	});

	it.each([
		['by its ending', '/cover.jpg?x=1'],
		['as a data URI', `data:image/png;base64,${PNG.toString('base64')}`],
	])('is the video rather than the picture before it, told %s', async (_name, cover) => {
		bench.server.answer('GET /files/1', { body: MP4 });
		const outputs = [{ url: cover }, { url: '/files/1' }];
		expect((await fileWith({ outputs })).equals(MP4)).toBe(true);
	});

	it('may be told as a path from the base URL on', async () => {
		bench.server.answer('GET /v1/files/1.mp4', { body: MP4 });
		expect((await fileWith({ video_url: 'files/1.mp4' })).equals(MP4)).toBe(true);
	});

	it('is another place when /content breaks off every time', async () => {
		bench.server.answer(STATUS, { json: { ...completedVideo('video_1'), url: '/files/1' } });
		bench.server.answerAlways(CONTENT, {
			respond: (response) => response.end(MP4.subarray(0, 150_000)),
		});
		bench.server.answer('GET /files/1', { body: MP4 });
		const run = await bench.run();
		expect(run.error).toBeUndefined();
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});

	it('gets the query of the base URL once, also where its address has it already', async () => {
		const query = '?api-version=1';
		const url = `/files/1${query}&sig=a%2Fb`;
		bench.server.answer(STATUS + query, { json: { ...completedVideo('video_1'), url } });
		bench.server.answerAlways(CONTENT + query, NO_FILE);
		bench.server.answer(`GET ${url}`, { body: MP4 });
		const baseUrl = bench.server.baseUrl + query;
		const run = await bench.run({}, { credentials: { apiKey: API_KEY, baseUrl } });
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
	});
});

describe('a file on another server', () => {
	let store: ScriptedServer;

	beforeEach(async () => (store = await startScriptedServer()));
	afterEach(async () => {
		await store.close();
		store.verify();
	});

	/** The same run with all that a credential can hold. */
	const run = async () =>
		await bench.run(
			{},
			{
				credentials: {
					apiKey: API_KEY,
					baseUrl: `${bench.server.baseUrl}?api-version=1`,
					header: true,
					headerName: 'x-litellm-api-key',
					headerValue: 'second-key',
				},
			},
		);
	const answerWith = (fields: object, content: object) => {
		const query = '?api-version=1';
		bench.server.answer(STATUS + query, { json: { ...completedVideo('video_1'), ...fields } });
		bench.server.answer(CONTENT + query, content);
	};

	const expectNoCredential = () => {
		for (const { headers, path } of store.received) {
			expect(headers).not.toHaveProperty('authorization');
			expect(headers).not.toHaveProperty('x-litellm-api-key');
			expect(JSON.stringify([headers, path])).not.toMatch(/sk-secret|second-key|api-version/);
		}
	};

	it.each(places('STORE/f?X-Amz-Signature=a%2Fb'))(
		'is fetched without the key and the header: %s',
		async (_name, fields) => {
			const there = JSON.parse(
				JSON.stringify(fields).replace('STORE', store.origin),
			) as typeof fields;
			answerWith(there, NO_FILE);
			store.answer('GET /f?X-Amz-Signature=a%2Fb', { body: MP4 });
			expect((await bench.fileOf(await run())).equals(MP4)).toBe(true);
			expectNoCredential();
		},
	);

	it.each([301, 302, 303, 307, 308])(
		'is fetched so behind a redirect of /content: %i',
		async (status) => {
			answerWith({}, { status, headers: { location: `${store.origin}/f?signature=1` } });
			store.answer('GET /f?signature=1', { body: MP4 });
			expect((await bench.fileOf(await run())).equals(MP4)).toBe(true);
			expectNoCredential();
		},
	);

	it('is fetched so behind JSON of /content, and behind further redirects', async () => {
		answerWith({}, { json: { url: `${store.origin}/a` } });
		store.answer('GET /a', { status: 302, headers: { location: '/b' } });
		store.answer('GET /b', { status: 307, headers: { location: `${store.origin}/c` } });
		store.answer('GET /c', { body: MP4 });
		expect((await bench.fileOf(await run())).equals(MP4)).toBe(true);
		expect(store.received.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
		expectNoCredential();
	});

	it('is fetched so behind a redirect of an address on the same server', async () => {
		answerWith({ url: '/f' }, NO_FILE);
		bench.server.answer('GET /f?api-version=1', {
			status: 302,
			headers: { location: `${store.origin}/f` },
		});
		store.answer('GET /f', { body: MP4 });
		expect((await bench.fileOf(await run())).equals(MP4)).toBe(true);
		expect(bench.server.received.at(-1)?.headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'x-litellm-api-key': 'second-key',
		});
		expectNoCredential();
	});

	it('that is gone is told with the id of the video', async () => {
		answerWith({}, { status: 302, headers: { location: `${store.origin}/gone` } });
		store.answer('GET /gone', { status: 410, body: '<Error><Message>Expired.</Message></Error>' });
		const { error } = await run();
		expect(error?.message).toContain("'video_1'");
		expect(error?.message).toContain('(410): Expired.');
		expectNoCredential();
	});

	it('that is redirected in a circle is given up', async () => {
		answerWith({}, { status: 302, headers: { location: `${store.origin}/circle` } });
		store.answerAlways('GET /circle', { status: 302, headers: { location: '/circle' } });
		expect((await run()).error?.message).toContain('(302)');
		expect(store.received.length).toBeLessThan(20);
		expectNoCredential();
	});
});
