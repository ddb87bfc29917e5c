import { API_KEY, completedVideo, MP4, PNG } from '../support/fixtures.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = 'GET /v1/videos/video_1/content';
const NO_FILE = { status: 404, json: { detail: 'Not here.' } };
const BASE64 = MP4.toString('base64');
const DATA_URI = `data:video/mp4;base64,${BASE64}`;

const node = testNode({ operation: 'download' });

/** The file of a completed video with these fields. */
const fileWith = async (fields: object, content: object = NO_FILE): Promise<Buffer> => {
	node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), ...fields } });
	node.server.respondTo(CONTENT, content);
	const run = await node.run();
	expect(run.error).toBeUndefined();
	return await node.fileOf(run);
};

/** All fields in which servers return the location of the file. */
const locations = (value: string): Array<[name: string, fields: object]> => [
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
	[
		'task_result.videos[0].url',
		{ task_result: { videos: [{ id: 'a', url: value, duration: 5 }] } },
	],
	['video_result[0].url', { video_result: [{ url: value, cover_image_url: '/never.png' }] }],
	['uri', { uri: value }],
	['mirror_urls[0]', { mirror_urls: [value] }],
	['mirrors[0].url', { mirrors: [{ url: value }] }],
	['signed_urls[0]', { signed_urls: [value] }],
	['origin_url', { origin_url: value }],
	['video_urls by quality', { video_urls: { '1080p': value, '480p': '/never' } }],
	['videoUrl', { videoUrl: value }],
	['downloadUrl', { downloadUrl: value }],
	['outputUrl', { outputUrl: value }],
	['resultUrl', { resultUrl: value }],
	['fileUrl', { fileUrl: value }],
	['contentUrl', { contentUrl: value }],
	['video-download-url', { 'video-download-url': value }],
	['resultUrls[0]', { resultUrls: [value] }],
	['results[0].url', { results: [{ url: value }] }],
	['generated_videos[0].video.uri', { generated_videos: [{ video: { uri: value } }] }],
	['generatedVideos[0].video.uri', { generatedVideos: [{ video: { uri: value } }] }],
	[
		'response.generateVideoResponse.generatedSamples[0].video.uri',
		{ response: { generateVideoResponse: { generatedSamples: [{ video: { uri: value } }] } } },
	],
	['artifacts[0].url', { artifacts: [{ kind: 'video', url: value }] }],
	['assets.video', { assets: { video: value, thumbnail: '/never' } }],
	['assets[0].download_url', { assets: [{ download_url: value }] }],
	['files[0].url', { files: [{ content_type: 'video/mp4', url: value }] }],
	['creations[0].url', { creations: [{ id: 'a', url: value, cover_url: '/never' }] }],
	[
		'choices[0].message.content[0].video_url.url',
		{ choices: [{ message: { content: [{ type: 'video_url', video_url: { url: value } }] } }] },
	],
	['url beside other addresses', { thumbnail_url: '/n1', cover: '/n2', poster: '/n3', url: value }],
	[
		'the object of type video among others',
		{
			content: [
				{ type: 'thumbnail', url: '/n1' },
				{ type: 'reference_video', url: '/n2' },
				{ type: 'audio', url: '/n3' },
				{ type: 'video', url: value },
			],
		},
	],
	[
		'urls[0], if other fields are null or empty',
		{ url: null, video_url: '', output: {}, urls: [value] },
	],
];

describe('Download', () => {
	it.each(locations('/files/1'))(
		'sends the API key to a URL on the same server in %s',
		async (_name, fields) => {
			node.server.respondTo('GET /files/1', { body: MP4 });
			expect((await fileWith(fields)).equals(MP4)).toBe(true);
			expect(node.server.received.at(-1)?.headers.authorization).toBe(`Bearer ${API_KEY}`);
		},
	);

	it.each(locations(DATA_URI))('reads a data URI in %s', async (_name, fields) => {
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
	});

	it.each([
		['b64_json', { b64_json: BASE64 }],
		['data[0].b64_json', { data: [{ b64_json: BASE64 }] }],
		['output.b64_json', { output: { b64_json: BASE64 } }],
		['videos[0].bytesBase64Encoded', { videos: [{ bytesBase64Encoded: BASE64 }] }],
		['video_base64', { video_base64: BASE64 }],
		['inlineData.data', { inlineData: { mimeType: 'video/mp4', data: BASE64 } }],
		['output', { output: BASE64 }],
	])('reads base64 in %s', async (_name, fields) => {
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
	});

	// n8n saves the JSON of an item in its database.
	it.each([
		['completed', [NO_FILE]],
		['failed', []],
	])('removes a file as text from the JSON of a %s video', async (status, content) => {
		node.server.respondTo(STATUS, {
			json: { ...completedVideo('video_1'), status, url: DATA_URI },
		});
		node.server.respondTo(CONTENT, ...content);
		const { items } = await node.run({}, { settings: { onError: 'continueRegularOutput' } });
		expect(items[0].json.id).toBe('video_1');
		expect(JSON.stringify({ ...items[0], binary: undefined }).length).toBeLessThan(2_000);
	});

	it.each([
		[
			'an envelope',
			{ code: 'success', data: { task_id: 'video_1', status: 'SUCCESS', url: '/f' } },
		],
		['a video without an ID', { status: 'done', video: { url: '/f' } }],
	])('finds the file in %s', async (_name, json) => {
		node.server.respondTo(STATUS, { json });
		node.server.respondTo(CONTENT, NO_FILE);
		node.server.respondTo('GET /f', { body: MP4 });
		expect((await node.fileOf(await node.run())).equals(MP4)).toBe(true);
	});

	it.each([400, 403, 404, 405, 410, 422, 501])(
		'uses the URL of the video at once when /content returns %i',
		async (status) => {
			node.server.respondTo('GET /files/1', { body: MP4 });
			const detail = 'Video has been uploaded to cloud storage. Please use the cloud URL.';
			const content = { status, json: { detail } };
			expect((await fileWith({ url: '/files/1' }, content)).equals(MP4)).toBe(true);
			expect(node.time.pauses).toEqual([]);
		},
	);

	it('does not change the query of a signed URL', async () => {
		const url = '/files/1?sig=a%2Fb%3D&x=%20';
		node.server.respondTo(`GET ${url}`, { body: MP4 });
		expect((await fileWith({ url })).equals(MP4)).toBe(true);
	});

	it('prefers /content to the URL of the video', async () => {
		expect((await fileWith({ url: '/never' }, { body: MP4 })).equals(MP4)).toBe(true);
	});

	it.each(locations('/files/1'))('uses the URL in JSON from /content: %s', async (_name, json) => {
		node.server.respondTo('GET /files/1', { body: MP4 });
		expect((await fileWith({}, { json })).equals(MP4)).toBe(true);
	});

	it('does not repeat /content at once if the URL of the video is /content', async () => {
		const url = `${node.server.baseUrl}/videos/video_1/content`;
		node.server.respondTo(CONTENT, NO_FILE, { body: MP4 });
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), metadata: { url } } });
		expect((await node.fileOf(await node.run())).equals(MP4)).toBe(true);
		expect(node.time.pauses).toHaveLength(1);
	});

	it('ignores URLs in error responses, such as a link to the docs', async () => {
		node.server.respondTo(STATUS, { json: completedVideo('video_1') });
		node.server.respondTo(CONTENT, {
			status: 403,
			json: { error: { message: 'No.' }, url: '/docs' },
		});
		expect((await node.run()).error?.message).toBe(
			"The server refuses the file of video 'video_1', although it accepts the API key for the video (403): No.",
		);
	});

	it('uses the next URL if the first one fails', async () => {
		node.server.alwaysRespondTo('GET /signed', { status: 403, json: { error: 'Too old.' } });
		node.server.respondTo('GET /unsigned', { body: MP4 });
		const fields = { urls: ['/signed'], unsigned_urls: ['/unsigned'] };
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
	});

	it.each([
		['with an image extension', '/cover.jpg?x=1'],
		['as a data URI', `data:image/png;base64,${PNG.toString('base64')}`],
	])('skips a cover image %s', async (_name, cover) => {
		node.server.respondTo('GET /files/1', { body: MP4 });
		const outputs = [{ url: cover }, { url: '/files/1' }];
		expect((await fileWith({ outputs })).equals(MP4)).toBe(true);
	});

	it('uses remixed_from_video_id if it is a URL, and leaves it as it is', async () => {
		const url = `${node.server.origin}/files/1`;
		node.server.respondTo('GET /files/1', { body: MP4 });
		node.server.respondTo(STATUS, {
			json: { ...completedVideo('video_1'), remixed_from_video_id: url },
		});
		node.server.respondTo(CONTENT, NO_FILE);
		const run = await node.run();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(run.items[0].json.remixed_from_video_id).toBe(url);
	});

	it.each([
		['thumbnail', { thumbnail: '/never', thumbnail_url: '/never' }],
		['cover', { cover: { url: '/never' }, cover_image_url: '/never' }],
		['preview', { preview: ['/never'], preview_video_url: '/never' }],
		['poster', { poster: '/never', output: { poster_url: '/never' } }],
		['input', { input: { video_url: '/never' }, source_video_url: '/never' }],
		['poll', { polling_url: '/never', urls: { get: '/never', cancel: '/never' } }],
		['ID', { remixed_from_video_id: 'video_0' }],
	])('does not take a %s for the video', async (_name, fields) => {
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), ...fields } });
		node.server.respondTo(CONTENT, { ...NO_FILE, headers: { 'x-should-retry': 'false' } });
		expect((await node.run()).error?.message).toContain('returns no file (404)');
	});

	it('resolves a relative path against the Base URL', async () => {
		node.server.respondTo('GET /v1/files/1.mp4', { body: MP4 });
		expect((await fileWith({ video_url: 'files/1.mp4' })).equals(MP4)).toBe(true);
	});

	it('uses the URL of the video if /content is truncated every time', async () => {
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), url: '/files/1' } });
		node.server.alwaysRespondTo(CONTENT, {
			respond: (response) => response.end(MP4.subarray(0, 150_000)),
		});
		node.server.respondTo('GET /files/1', { body: MP4 });
		const run = await node.run();
		expect(run.error).toBeUndefined();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});

	it('adds the query of the Base URL only once', async () => {
		const query = '?api-version=1';
		const url = `/files/1${query}&sig=a%2Fb`;
		node.server.respondTo(STATUS + query, { json: { ...completedVideo('video_1'), url } });
		node.server.alwaysRespondTo(CONTENT + query, NO_FILE);
		node.server.respondTo(`GET ${url}`, { body: MP4 });
		const baseUrl = node.server.baseUrl + query;
		const run = await node.run({}, { credentials: { apiKey: API_KEY, baseUrl } });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});
});

describe('Download of a URL on the same server that takes no API key', () => {
	const withKey = ({ headers }: { headers: object }) => 'authorization' in headers;
	/** What a store answers to a key beside the signature, then to the signature alone. */
	const script = (status: number, ...more: object[]) =>
		node.server.respondTo('GET /store/f?sig=1', { status, json: { error: 'Why.' } }, ...more);
	const requestsToStore = () =>
		node.server.received.filter(({ path }) => path.startsWith('/store')).map(withKey);

	it.each([400, 401, 403])('repeats it once without the key after %i', async (status) => {
		script(status, { body: MP4 });
		expect((await fileWith({ url: '/store/f?sig=1' })).equals(MP4)).toBe(true);
		expect(requestsToStore()).toEqual([true, false]);
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		['a redirect from /content', { status: 302, headers: { location: '/store/f?sig=1' } }],
		['JSON from /content', { json: { url: '/store/f?sig=1' } }],
	])('also after %s', async (_name, content) => {
		script(403, { body: MP4 });
		expect((await fileWith({}, content)).equals(MP4)).toBe(true);
		expect(requestsToStore()).toEqual([true, false]);
	});

	it('follows a redirect that it gets without the key', async () => {
		script(401, { status: 302, headers: { location: '/store/g' } });
		node.server.respondTo('GET /store/g', { body: MP4 });
		expect((await fileWith({ url: '/store/f?sig=1' })).equals(MP4)).toBe(true);
		expect(requestsToStore()).toEqual([true, false, true]);
	});

	it('sends neither an extra header nor the query of the Base URL then', async () => {
		node.server.respondTo(`${STATUS}?v=1`, {
			json: { ...completedVideo('video_1'), url: '/store/f?sig=1' },
		});
		node.server.respondTo(`${CONTENT}?v=1`, NO_FILE);
		node.server.respondTo('GET /store/f?sig=1&v=1', { status: 403, json: {} });
		node.server.respondTo('GET /store/f?sig=1', { body: MP4 });
		const baseUrl = `${node.server.baseUrl}?v=1`;
		const header = { header: true, headerName: 'x-more', headerValue: 'second-key' };
		const run = await node.run({}, { credentials: { apiKey: API_KEY, baseUrl, ...header } });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(JSON.stringify(node.server.received.at(-1))).not.toMatch(/second-key|sk-secret/);
	});

	it.each([
		['is refused, too', { status: 401, json: {} }],
		['gets a login page', { body: '<html></html>', headers: { 'content-type': 'text/html' } }],
	])('reports the first answer if the second request %s', async (_name, second) => {
		script(403, second);
		node.server.respondTo(STATUS, {
			json: { ...completedVideo('video_1'), url: '/store/f?sig=1' },
		});
		node.server.respondTo(CONTENT, { ...NO_FILE, headers: { 'x-should-retry': 'false' } });
		expect((await node.run()).error?.message).toContain('(403): Why.');
	});

	it.each([404, 410, 500])('does not repeat it after %i', async (status) => {
		script(status);
		node.server.respondTo('GET /g', { body: MP4 });
		const fields = { url: '/store/f?sig=1', video_url: '/g' };
		expect((await fileWith(fields)).equals(MP4)).toBe(true);
		expect(requestsToStore()).toEqual([true]);
	});

	it.each([400, 401, 403])('never requests /content without the key: %i', async (status) => {
		const headers = { 'x-should-retry': 'false' };
		const url = `${node.server.baseUrl}/videos/video_1/content?index=0`;
		node.server.respondTo(STATUS, { json: { ...completedVideo('video_1'), url } });
		node.server.respondTo(CONTENT, { status, json: {}, headers });
		node.server.respondTo(`${CONTENT}?index=0`, { status, json: {}, headers });
		expect((await node.run()).error).toBeDefined();
		expect(node.server.received.every(withKey)).toBe(true);
	});
});

describe('Download from another server', () => {
	let store: ScriptedServer;

	beforeEach(async () => (store = await startScriptedServer()));
	afterEach(async () => {
		await store.close();
		store.verify();
	});

	/** Runs the node with everything that a credential can hold. */
	const run = async () =>
		await node.run(
			{},
			{
				credentials: {
					apiKey: API_KEY,
					baseUrl: `${node.server.baseUrl}?api-version=1`,
					header: true,
					headerName: 'x-litellm-api-key',
					headerValue: 'second-key',
				},
			},
		);
	const respondWith = (fields: object, content: object) => {
		const query = '?api-version=1';
		node.server.respondTo(STATUS + query, { json: { ...completedVideo('video_1'), ...fields } });
		node.server.respondTo(CONTENT + query, content);
	};

	const expectNoCredential = () => {
		for (const { headers, path } of store.received) {
			expect(headers).not.toHaveProperty('authorization');
			expect(headers).not.toHaveProperty('x-litellm-api-key');
			expect(JSON.stringify([headers, path])).not.toMatch(/sk-secret|second-key|api-version/);
		}
	};

	it.each(locations('STORE/f?X-Amz-Signature=a%2Fb'))(
		'sends no API key and no extra header to a URL in %s',
		async (_name, fields) => {
			const video = JSON.parse(
				JSON.stringify(fields).replace('STORE', store.origin),
			) as typeof fields;
			respondWith(video, NO_FILE);
			store.respondTo('GET /f?X-Amz-Signature=a%2Fb', { body: MP4 });
			expect((await node.fileOf(await run())).equals(MP4)).toBe(true);
			expectNoCredential();
		},
	);

	it.each([301, 302, 303, 307, 308])(
		'sends no credentials after a redirect from /content: %i',
		async (status) => {
			respondWith({}, { status, headers: { location: `${store.origin}/f?signature=1` } });
			store.respondTo('GET /f?signature=1', { body: MP4 });
			expect((await node.fileOf(await run())).equals(MP4)).toBe(true);
			expectNoCredential();
		},
	);

	it('sends no credentials to a URL in JSON from /content and its redirects', async () => {
		respondWith({}, { json: { url: `${store.origin}/a` } });
		store.respondTo('GET /a', { status: 302, headers: { location: '/b' } });
		store.respondTo('GET /b', { status: 307, headers: { location: `${store.origin}/c` } });
		store.respondTo('GET /c', { body: MP4 });
		expect((await node.fileOf(await run())).equals(MP4)).toBe(true);
		expect(store.received.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
		expectNoCredential();
	});

	it('sends no credentials after a redirect from a URL on the same server', async () => {
		respondWith({ url: '/f' }, NO_FILE);
		node.server.respondTo('GET /f?api-version=1', {
			status: 302,
			headers: { location: `${store.origin}/f` },
		});
		store.respondTo('GET /f', { body: MP4 });
		expect((await node.fileOf(await run())).equals(MP4)).toBe(true);
		expect(node.server.received.at(-1)?.headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'x-litellm-api-key': 'second-key',
		});
		expectNoCredential();
	});

	it('reports an expired file with the video ID', async () => {
		respondWith({}, { status: 302, headers: { location: `${store.origin}/gone` } });
		store.respondTo('GET /gone', {
			status: 410,
			body: '<Error><Message>Expired.</Message></Error>',
		});
		const { error } = await run();
		expect(error?.message).toContain("'video_1'");
		expect(error?.message).toContain('(410): Expired.');
		expectNoCredential();
	});

	it('stops after too many redirects', async () => {
		respondWith({}, { status: 302, headers: { location: `${store.origin}/circle` } });
		store.alwaysRespondTo('GET /circle', { status: 302, headers: { location: '/circle' } });
		expect((await run()).error?.message).toContain('(302)');
		expect(store.received.length).toBeLessThan(20);
		expectNoCredential();
	});
});
