import { testNode } from '../support/testNode.mts';

const FIRST = 'GET /v1/videos?limit=100&order=desc';
const AFTER = `${FIRST}&after=`;

const bench = testNode({ operation: 'getAll', returnAll: true });
const getAll = async () => await bench.run({}, { items: [{ json: {} }] });
const idsIn = async () => {
	const { items, error } = await getAll();
	expect(error).toBeUndefined();
	return items.map(({ json }) => json.id);
};

const video = (id: string) => ({ id, object: 'video', status: 'queued' });
const A_AND_B = [video('a'), video('b')];

describe('a list of videos', () => {
	it.each([
		['bare', A_AND_B],
		['with null for what is not known', { object: 'list', data: A_AND_B, last_id: null }],
		['under the name videos', { videos: A_AND_B, total: 2 }],
		['under the name items', { items: A_AND_B, page: 1 }],
		['in an envelope', { code: 'success', message: '', data: A_AND_B }],
		['in two envelopes', { code: 0, data: { total: 2, items: A_AND_B } }],
		['in the shape of the contract, wrapped', { success: true, result: { data: A_AND_B } }],
	])('may come %s', async (_name, json) => {
		bench.server.answer(FIRST, { json });
		bench.server.answer(`${AFTER}b`, { json: Array.isArray(json) ? [] : { ...json, data: [] } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it.each([
		['null, as servers written in Go tell it', { object: 'list', data: null, has_more: false }],
		['null alone', { object: 'list', data: null }],
		['an empty list', { object: 'list', data: [] }],
	])('may be empty: %s', async (_name, json) => {
		bench.server.answer(FIRST, { json });
		expect(await idsIn()).toEqual([]);
	});

	it('may name the ids of its videos as resellers do, and leave out what else is no video', async () => {
		const data = [
			{ task_id: 'a', status: 'SUCCESS' },
			'odd',
			null,
			{ status: 'queued' },
			{ data: { task_id: 'b', status: 'IN_PROGRESS' } },
		];
		bench.server.answer(FIRST, { json: { data, has_more: false } });
		const { items } = await getAll();
		expect(items.map(({ json: { id, status } }) => [id, status])).toEqual([
			['a', 'completed'],
			['b', 'in_progress'],
		]);
	});

	it('may have short pages, as long as it says that there is more', async () => {
		bench.server.answer(FIRST, { json: { data: [video('a')], has_more: true } });
		bench.server.answer(`${AFTER}a`, { json: { data: [video('b')], has_more: true } });
		bench.server.answer(`${AFTER}b`, { json: { data: [], has_more: true } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('that does not say whether there is more is asked until nothing new comes', async () => {
		bench.server.answer(FIRST, { json: { data: [video('a')] } });
		bench.server.answer(`${AFTER}a`, { json: { data: [video('b')] } });
		bench.server.answer(`${AFTER}b`, { json: { data: [] } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('may itself say where its next page begins', async () => {
		bench.server.answer(FIRST, { json: { data: [video('a')], last_id: 'c:1/2', has_more: true } });
		bench.server.answer(`${AFTER}c%3A1%2F2`, { json: { data: [video('b')], has_more: false } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it.each([
		['says that there is more', { has_more: true }],
		['does not say whether there is more', {}],
	])('that is the same page again and again ends, and %s', async (_name, told) => {
		bench.server.answer(FIRST, { json: { data: A_AND_B, ...told } });
		bench.server.answer(`${AFTER}b`, { json: { data: A_AND_B, ...told } });
		expect(await idsIn()).toEqual(['a', 'b']);
	});

	it('whose pages begin with the last video of the page before has each video once', async () => {
		bench.server.answer(FIRST, { json: { data: A_AND_B, has_more: true } });
		bench.server.answer(`${AFTER}b`, { json: { data: [video('b'), video('c')], has_more: true } });
		bench.server.answer(`${AFTER}c`, { json: { data: [video('c')], has_more: true } });
		expect(await idsIn()).toEqual(['a', 'b', 'c']);
	});
});

describe('a server without a list', () => {
	it.each([
		[404, { json: { error: { message: 'Invalid URL (GET /v1/videos)' } } }],
		[404, { body: '404 page not found' }],
		[405, { json: { detail: 'Method Not Allowed' } }],
		[501, { json: { error: { message: 'API not implemented' } } }],
		[400, { json: { code: 'task_not_exist', message: 'task_not_exist', data: null } }],
	])('is told as such, and asked once: %i %j', async (status, answer) => {
		bench.server.answer(FIRST, { status, ...answer });
		const { error } = await getAll();
		expect(error?.message).toMatch(
			new RegExp(`^This server does not list its videos \\(${status}\\): `),
		);
		expect(error?.description).toContain('Keep the IDs that Create puts out');
		expect(error?.description).toContain("check 'Base URL'");
	});

	it('is not what a 404 behind the first page means', async () => {
		bench.server.answer(FIRST, { json: { data: [video('a')], has_more: true } });
		bench.server.answer(`${AFTER}a`, { status: 404 });
		const { error } = await getAll();
		expect(error?.message).toBe(
			'The server did not accept the request for the list of its videos (404)',
		);
	});
});
