import { CREATE, MP4 } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const BASE64 = MP4.toString('base64');
const DONE = { id: 'video_1', object: 'video', status: 'completed' };
const NOTHING_THERE = { status: 404, json: { detail: 'Not Found' } };

const node = testNode(CREATE);

/** Create, Wait Until Done and Download as three nodes. */
const chain = async (between: string[] = ['waitUntilDone']) => {
	let run = await node.run({}, { items: [{ json: {} }] });
	for (const operation of [...between, 'download']) {
		expect(run.error).toBeUndefined();
		run = await node.run({ operation }, { items: run.items });
	}
	return run;
};
const generate = async () => await node.run({ operation: 'generate' }, { items: [{ json: {} }] });
const script = (created: object, get: object) => {
	node.server.respondTo(POST, { json: created });
	node.server.alwaysRespondTo(STATUS, get);
	node.server.alwaysRespondTo(CONTENT, NOTHING_THERE);
};

describe('a server that has the video done when it answers Create', () => {
	const files: Array<[name: string, fields: object]> = [
		['base64', { data: [{ b64_json: BASE64 }] }],
		['a data URI', { video: { url: `data:video/mp4;base64,${BASE64}` } }],
		['a URL', { data: [{ url: '/f' }] }],
	];
	const nothingToPoll: Array<[name: string, response: object]> = [
		['404', NOTHING_THERE],
		['404, in words', { status: 404, json: { error: { message: 'Video not found' } } }],
		['405', { status: 405, json: { detail: 'Method Not Allowed' } }],
		['501', { status: 501, body: '' }],
		['400', { status: 400, json: { error: { message: 'Bad request' } } }],
	];
	const cases = files.flatMap(([file, fields]) =>
		nothingToPoll.map(([name, get]): [string, string, object, object] => [file, name, fields, get]),
	);

	it.each(cases)(
		'gives its file as %s to Wait Until Done and Download, with nothing to poll: %s',
		async (_file, _name, fields, get) => {
			script({ ...DONE, created_at: node.time.now / 1000, ...fields }, get);
			node.server.alwaysRespondTo('GET /f', { body: MP4 });
			const run = await chain();
			expect(run.error).toBeUndefined();
			expect((await node.fileOf(run)).equals(MP4)).toBe(true);
			expect(run.items[0].json).toMatchObject({ id: 'video_1', status: 'completed' });
			// Only Download's own row may go without the file.
			expect(JSON.stringify(run.items[0].json).length).toBeLessThan(2_000);
			expect(node.time.pauses).toEqual([]);
		},
	);

	it.each(nothingToPoll)('works in Generate, with nothing to poll: %s', async (_name, get) => {
		script({ ...DONE, data: [{ b64_json: BASE64 }] }, get);
		const run = await generate();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(node.time.pauses).toEqual([]);
		expect(node.server.posts()).toHaveLength(1);
	});

	it('works without Wait Until Done', async () => {
		script({ ...DONE, data: [{ b64_json: BASE64 }] }, NOTHING_THERE);
		expect((await node.fileOf(await chain([]))).equals(MP4)).toBe(true);
	});

	it.each([404, 405])('may have the file at /content only: %i', async (status) => {
		node.server.respondTo(POST, { json: DONE });
		node.server.alwaysRespondTo(STATUS, { status, json: {} });
		node.server.respondTo(CONTENT, { body: MP4 });
		expect((await node.fileOf(await chain())).equals(MP4)).toBe(true);
	});

	it('may leave out the status', async () => {
		script({ id: 'video_1', data: [{ b64_json: BASE64 }] }, NOTHING_THERE);
		expect((await node.fileOf(await chain())).equals(MP4)).toBe(true);
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		['video_url', { video_url: '/f' }],
		['video.url', { video: { url: '/f' } }],
		['data[].url', { data: [{ url: '/f' }] }],
		['a URL that ends like a video', { url: '/f.mp4?sig=1' }],
	])('may leave out the status, and name the file: %s', async (_name, fields) => {
		node.server.respondTo(POST, { json: { id: 'video_1', ...fields } });
		const { items } = await node.run({}, { items: [{ json: {} }] });
		expect(items[0].json.status).toBe('completed');
	});

	it.each([
		['the URL to poll', { url: 'https://h.example/v1/tasks/video_1' }],
		['the URL to poll in an envelope', { data: { url: '/v1/tasks/video_1' } }],
		['the URL of a result to come', { result_url: '/v1/results/video_1' }],
		['a URL and a progress', { progress: 40, url: '/later.mp4' }],
		['an URL and an error', { error: { code: 1 }, url: '/later.mp4' }],
	])('is not one that answers with %s', async (_name, fields) => {
		node.server.respondTo(POST, { json: { id: 'video_1', ...fields } });
		const { items } = await node.run({}, { items: [{ json: {} }] });
		expect(items[0].json.status).toBe('pending');
	});

	it('is not one whose poll has a URL below 100 %', async () => {
		node.server.respondTo(
			STATUS,
			{ json: { id: 'video_1', progress: 40, url: '/later.mp4' } },
			{ json: { id: 'video_1', progress: 100, url: '/later' } },
		);
		const wait = { operation: 'waitUntilDone' };
		const { items } = await node.run(wait, { items: [{ json: { id: 'video_1' } }] });
		expect(items[0].json).toMatchObject({ status: 'completed', progress: 100 });
		expect(node.time.pauses).toHaveLength(1);
	});

	it('may use a word for it that the node does not know', async () => {
		script({ ...DONE, status: 'rendered', data: [{ b64_json: BASE64 }] }, NOTHING_THERE);
		const run = await chain();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(run.items[0].json).toMatchObject({ status: 'completed', provider_status: 'rendered' });
	});

	it('may put out several videos', async () => {
		const other = Buffer.concat([MP4, Buffer.alloc(4)]).toString('base64');
		script({ ...DONE, data: [{ b64_json: BASE64 }, { b64_json: other }] }, NOTHING_THERE);
		expect((await node.fileOf(await chain(), 'data_2')).toString('base64')).toBe(other);
	});

	it('may name the video in a poll, but the file in Create only', async () => {
		script({ ...DONE, data: [{ b64_json: BASE64 }] }, { json: { ...DONE, size: '1280x720' } });
		const run = await chain();
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(run.items[0].json.size).toBe('1280x720');
	});

	it('is polled all the same, and what a poll says counts', async () => {
		node.server.respondTo(POST, { json: { ...DONE, url: '/old', data: [{ b64_json: BASE64 }] } });
		node.server.respondTo(
			STATUS,
			{ json: { ...DONE, status: 'in_progress' } },
			...Array(2).fill({ json: { ...DONE, url: '/new' } }),
		);
		node.server.respondTo(CONTENT, NOTHING_THERE);
		node.server.respondTo('GET /new', { body: MP4 });
		const created = await node.run({}, { items: [{ json: {} }] });
		const waited = await node.run({ operation: 'waitUntilDone' }, { items: created.items });
		expect(waited.items[0].json).toMatchObject({ status: 'completed', url: '/new' });
		expect(waited.items[0].json).not.toHaveProperty('data');
		const run = await node.run({ operation: 'download' }, { items: waited.items });
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
	});

	it('may have failed at once', async () => {
		const failed = { ...DONE, status: 'failed', error: { message: 'No people.' } };
		script(failed, { status: 405, json: {} });
		expect((await generate()).error?.message).toBe(
			"The server could not make video 'video_1': No people.",
		);
	});
});

describe('a completed video of which the server knows nothing more', () => {
	const item = { items: [{ json: { ...DONE, created_at: 1741570283 } }] };

	it.each(['waitUntilDone', 'download'])(
		'is reported at once if it is gone: %s',
		async (operation) => {
			node.server.respondTo(STATUS, {
				status: 404,
				json: { error: { message: 'Video not found' } },
			});
			const { error } = await node.run({ operation }, item);
			expect(error?.message).toContain("The server does not know video 'video_1' (404)");
			expect(node.time.pauses).toEqual([]);
		},
	);

	it('is not reported as completed by Get Status', async () => {
		node.server.respondTo(STATUS, NOTHING_THERE);
		expect((await node.run({ operation: 'getStatus' }, item)).error?.message).toContain('(404)');
		expect(node.time.pauses).toEqual([]);
	});

	it.each([401, 403])('is not taken for completed if the key is refused: %i', async (status) => {
		node.server.respondTo(STATUS, { status, json: {} });
		const known = { items: [{ json: { ...DONE, url: '/f' } }] };
		const { error } = await node.run({ operation: 'waitUntilDone' }, known);
		expect(error?.message).toContain(`(${status})`);
	});

	it('has no file left in a row of Get Status, whose text is not taken for one', async () => {
		const video = { ...DONE, created_at: 1741570283, data: [{ b64_json: BASE64 }] };
		node.server.respondTo(STATUS, { json: video });
		const { items } = await node.run({ operation: 'getStatus' }, item);
		expect(JSON.stringify(items).length).toBeLessThan(1_000);
		node.server.respondTo(STATUS, { status: 404, json: { error: { message: 'Video not found' } } });
		const { error } = await node.run({ operation: 'download' }, { items });
		expect(error?.message).toContain('does not know');
	});
});
