import { accepted, completedVideo, CREATE, MP4 } from '../support/fixtures.mts';
import { LIST } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode({ options: { includeInputFields: true } });
const INPUT = {
	...{ title: 'Cats', status: 'new', id: 'row_7', progress: 55, expires_at: 5 },
	error: 'of an earlier step',
};

describe('Include Input Fields', () => {
	it("keeps the input item's other fields beside those of the video, which win", async () => {
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		const { items } = await node.run(CREATE, { items: [{ json: INPUT }] });
		expect(items[0].json).toMatchObject({ title: 'Cats', id: 'video_1', status: 'pending' });
		// n8n 1.x would take it for an error of this node.
		for (const name of ['error', 'progress', 'expires_at']) {
			expect(items[0].json).not.toHaveProperty(name);
		}
	});

	it.each([
		['continueRegularOutput', 'items'],
		['continueErrorOutput', 'failed'],
	] as const)('keeps them beside an error, too: %s', async (onError, output) => {
		node.server.respondTo('POST /v1/videos', { status: 400, json: { error: 'Odd.' } });
		const run = await node.run(CREATE, { items: [{ json: INPUT }], settings: { onError } });
		expect(run[output][0].json).toMatchObject({ title: 'Cats' });
		expect(run[output][0].json.error).toContain('Odd.');
	});

	it('keeps nothing that an earlier step said of the video', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		const earlier = { id: 'video_1', object: 'video', provider_status: 'queued', title: 'Cats' };
		const { items } = await node.run({ operation: 'getStatus' }, { items: [{ json: earlier }] });
		expect(items[0].json).toEqual({ ...completedVideo('video_1'), title: 'Cats' });
	});

	it('is not taken for what the server says of the video by the next step', async () => {
		const input = {
			...{ videos: [{ url: '/clip1' }, { url: '/clip2' }], video_url: '/clip3' },
			...{ progress: 7, seats: 5 },
		};
		const done = { id: 'video_1', object: 'video', status: 'completed' };
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		const created = await node.run(CREATE, { items: [{ json: { ...input, expires_at: 1 } }] });
		node.server.respondTo('GET /v1/videos/video_1', ...Array<object>(3).fill({ json: done }));
		const wait = { operation: 'waitUntilDone' };
		const waited = await node.run(wait, { items: created.items });
		expect(waited.items[0].json).toEqual({ ...done, ...input, progress: 100 });

		const get = { operation: 'getStatus', options: {} };
		const { json } = (await node.run(get, { items: waited.items })).items[0];
		expect(json).not.toHaveProperty('seats');

		node.server.respondTo('GET /v1/videos/video_1/content', { body: MP4 });
		const run = await node.run({ operation: 'download' }, { items: waited.items });
		expect(Object.keys(run.items[0].binary!)).toEqual(['data']);

		node.server.respondTo('GET /v1/videos/video_1', { status: 410, json: {} });
		const { error } = await node.run(get, { items: created.items });
		expect(error?.message).not.toContain('1970');
	});

	it('keeps fields that the video does not have, also under names of the API', async () => {
		node.server.respondTo('DELETE /v1/videos/video_1', { json: { deleted: true } });
		const json = { id: 'video_1', title: 'Cats', model: 'my-own', cost: 7, files: 2 };
		const { items } = await node.run({ operation: 'delete' }, { items: [{ json }] });
		expect(items[0].json).toEqual({ ...json, deleted: true });
	});

	it('is off by default', async () => {
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		const { items } = await node.run({ ...CREATE, options: {} }, { items: [{ json: INPUT }] });
		expect(items[0].json).not.toHaveProperty('title');
	});

	it('works for Delete, Get Many and Remix, too', async () => {
		node.server.respondTo('DELETE /v1/videos/video_1', { json: { deleted: true } });
		node.server.respondTo(LIST.replace('100', '50'), {
			json: { data: [completedVideo('a')], has_more: false },
		});
		node.server.respondTo('POST /v1/videos/video_1/remix', accepted('video_2'));
		for (const operation of ['delete', 'getAll', 'remix']) {
			const item = { json: { id: 'video_1', title: 'Cats' } };
			const { items, error } = await node.run({ operation, prompt: 'rain' }, { items: [item] });
			expect([operation, error?.message]).toEqual([operation, undefined]);
			expect(items[0].json.title).toBe('Cats');
		}
	});
});
