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
	])('reports that after one request: %i %j', async (status, response) => {
		node.server.respondTo(FIRST, { status, ...response });
		const { error } = await getAll();
		expect(error?.message).toMatch(
			new RegExp(`^This server does not list its videos \\(${status}\\): `),
		);
		expect(error?.description).toContain('Keep the IDs that Create puts out');
		expect(error?.description).toContain("check 'Base URL'");
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
