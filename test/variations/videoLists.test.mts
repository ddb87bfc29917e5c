import { testNode } from '../support/testNode.mts';

const FIRST = 'GET /v1/videos?limit=100&order=desc';
const AFTER = `${FIRST}&after=`;

const node = testNode({ operation: 'getAll', returnAll: true });
const getAll = async () => await node.run({}, { items: [{ json: {} }] });
const idsIn = async () => {
	const { items, error } = await getAll();
	expect(error).toBeUndefined();
	return items.map(({ json }) => json.id);
};

const LITELLM =
	"litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You passed model=\n Pass model as E.g. For 'Huggingface' inference endpoints pass in `completion(model='huggingface/starcoder',..)` Learn more: https://docs.litellm.ai/docs/providers";

const video = (id: string) => ({ id, object: 'video', status: 'queued' });
const A_AND_B = [video('a'), video('b')];

describe('Get Many', () => {
	it.each([
		['an array', A_AND_B],
		['a list whose last_id is null', { object: 'list', data: A_AND_B, last_id: null }],
		['the field videos', { videos: A_AND_B, total: 2 }],
		['the field items', { items: A_AND_B, page: 1 }],
		['an envelope', { code: 'success', message: '', data: A_AND_B }],
		['two envelopes', { code: 0, data: { total: 2, items: A_AND_B } }],
		['an envelope around a list as in the spec', { success: true, result: { data: A_AND_B } }],
	])('reads the videos from %s', async (_name, json) => {
		node.server.respondTo(FIRST, { json });
		node.server.respondTo(`${AFTER}b`, { json: Array.isArray(json) ? [] : { ...json, data: [] } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it.each([
		['null, as servers written in Go send it', { object: 'list', data: null, has_more: false }],
		['null without has_more', { object: 'list', data: null }],
		['empty', { object: 'list', data: [] }],
	])('returns no items if the list is %s', async (_name, json) => {
		node.server.respondTo(FIRST, { json });
		expect(await idsIn()).toEqual([]);
	});

	it('reads task_id as the ID and ignores list entries that are not videos', async () => {
		const data = [
			{ task_id: 'a', status: 'SUCCESS' },
			'odd',
			null,
			{ status: 'queued' },
			{ data: { task_id: 'b', status: 'IN_PROGRESS' } },
		];
		node.server.respondTo(FIRST, { json: { data, has_more: false } });
		const { items } = await getAll();
		expect(items.map(({ json: { id, status } }) => [id, status])).toEqual([
			['a', 'completed'],
			['b', 'in_progress'],
		]);
	});

	it('reads short pages until one is empty if has_more is true', async () => {
		node.server.respondTo(FIRST, { json: { data: [video('a')], has_more: true } });
		node.server.respondTo(`${AFTER}a`, { json: { data: [video('b')], has_more: true } });
		node.server.respondTo(`${AFTER}b`, { json: { data: [], has_more: true } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('reads pages until one is empty if has_more is missing', async () => {
		node.server.respondTo(FIRST, { json: { data: [video('a')] } });
		node.server.respondTo(`${AFTER}a`, { json: { data: [video('b')] } });
		node.server.respondTo(`${AFTER}b`, { json: { data: [] } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('starts the next page at the last_id of the response', async () => {
		node.server.respondTo(FIRST, {
			json: { data: [video('a')], last_id: 'c:1/2', has_more: true },
		});
		node.server.respondTo(`${AFTER}c%3A1%2F2`, { json: { data: [video('b')], has_more: false } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it.each([
		['true', { has_more: true }],
		['missing', {}],
	])('stops if the server returns the same page again: has_more is %s', async (_name, more) => {
		node.server.respondTo(FIRST, { json: { data: A_AND_B, ...more } });
		node.server.respondTo(`${AFTER}b`, { json: { data: A_AND_B, ...more } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('returns each video once if a page repeats the last video of the previous page', async () => {
		node.server.respondTo(FIRST, { json: { data: A_AND_B, has_more: true } });
		node.server.respondTo(`${AFTER}b`, {
			json: { data: [video('b'), video('c')], has_more: true },
		});
		node.server.respondTo(`${AFTER}c`, { json: { data: [video('c')], has_more: true } });
		expect(await idsIn()).toEqual(['a', 'b', 'c']);
	});
});

describe('Get Many on a server that does not support it', () => {
	it.each([
		[404, { json: { error: { message: 'Invalid URL (GET /v1/videos)' } } }],
		[404, { body: '404 page not found' }],
		[405, { json: { detail: 'Method Not Allowed' } }],
		[501, { json: { error: { message: 'API not implemented' } } }],
		[400, { json: { code: 'task_not_exist', message: 'task_not_exist', data: null } }],
		[400, { json: { error: { message: LITELLM, type: 'invalid_request_error', code: '400' } } }],
		[400, { json: { error: { message: 'Unknown model: ' } } }],
		[400, { json: { error: 'Missing required parameter: video_id' } }],
		[422, { json: { detail: [{ loc: ['query', 'task_id'], msg: 'Field required' }] } }],
		[406, { json: { error: 'Not acceptable.' } }],
		[410, { json: { error: 'This endpoint was removed.' } }],
		[500, { json: { error: { message: 'video list is not supported for Gemini' } } }],
		[502, { json: { error: 'Listing is not implemented.' } }],
		[503, { json: { message: '不支持该操作' } }],
	])('reports that after one request: %i %j', async (status, response) => {
		node.server.respondTo(FIRST, { status, ...response });
		const { error } = await getAll();
		expect(error?.message).toMatch(
			new RegExp(`^This server does not list its videos \\(${status}\\): `),
		);
		expect(error?.description).toContain('Keep the IDs that Create puts out');
		expect(error?.description).toContain("check 'Base URL'");
	});

	it.each([
		['a web page', { body: '<!doctype html><title>Console</title>' }],
		['JSON that is no list', { json: { status: 'ok', version: '1.2' } }],
		['a list of something else', { json: { data: { videos: 3 } } }],
		['a message', { json: { success: false, message: 'No such operation.' } }],
	])('reports the same where it sends %s', async (_name, response) => {
		node.server.respondTo(FIRST, response);
		const { error } = await getAll();
		expect(error?.message).toMatch(/^This server does not list its videos/);
		expect(error?.description).toContain("check 'Base URL'");
		expect(node.time.waited).toBe(0);
	});

	it.each([
		[401, { json: { error: 'Listing is not supported.' } }, 'did not accept the API key'],
		[403, { json: { error: 'Listing is not supported.' } }, 'not allowed'],
		[400, { json: { error: { message: 'No connected db.' } } }, 'did not accept'],
		[400, { json: { error: 'Invalid API key' } }, 'did not accept'],
		[400, { json: { error: 'limit must be at most 20' } }, 'did not accept the request'],
		[410, { json: { error: 'Project has been archived' } }, 'blocked, closed or under review'],
		[200, { json: { code: 500, message: 'Internal error' } }, 'gave no list'],
		[200, { json: { error: { message: 'Please try again later' } } }, 'gave no list'],
		[200, { body: '' }, 'gave no list'],
	])('but not where something else is wrong: %i %j', async (status, response, expected) => {
		node.server.respondTo(FIRST, { status, ...response });
		const { error } = await getAll();
		expect(error?.message).toContain(expected);
		expect(error?.message).not.toContain('does not list');
	});

	it.each([
		[429, {}],
		[500, { json: { error: 'Internal server error' } }],
		[502, { body: '<html><title>502 Bad Gateway</title></html>' }],
		[503, { json: { error: 'The service is not available.' } }],
		[504, {}],
	])('nor in an outage, which is waited for: %i %j', async (status, response) => {
		node.server.alwaysRespondTo(FIRST, { status, ...response });
		const { error } = await getAll();
		expect(error?.message).not.toContain('does not list');
		expect(node.time.waited).toBeGreaterThan(20_000);
	});

	it('tries a conflict again for ten seconds at most, and tells it as one that may pass', async () => {
		node.server.alwaysRespondTo(FIRST, { status: 409, json: { detail: 'Conflict' } });
		const { error } = await getAll();
		expect(error?.message).toBe('The server gave no list of its videos (409): Conflict');
		expect(error?.description).toContain('Run this step again later');
		expect(node.time.waited).toBeGreaterThan(2_000);
		expect(node.time.waited).toBeLessThanOrEqual(10_000);
	});

	it('has the list after a conflict that passed', async () => {
		const page = { json: { data: A_AND_B, has_more: false } };
		node.server.respondTo(FIRST, { status: 409 }, { status: 409 }, page);
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('reports a rejected request, not a missing list, after a 404 for a later page', async () => {
		node.server.respondTo(FIRST, { json: { data: [video('a')], has_more: true } });
		node.server.respondTo(`${AFTER}a`, { status: 404 });
		const { error } = await getAll();
		expect(error?.message).toBe(
			'The server did not accept the request for the list of its videos (404)',
		);
	});
});
