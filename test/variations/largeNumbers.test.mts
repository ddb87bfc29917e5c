import { completedVideo, CREATE, MP4 } from '../support/fixtures.mts';
import { LIST } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

/** JavaScript keeps 4326796003218201000 of it. */
const ID = '4326796003218200779';
const OTHER_ID = '-9223372036854775807';
const JSON_TYPE = { 'content-type': 'application/json' };

const node = testNode({ operation: 'getStatus' });

/** JSON as a server with 64-bit IDs writes it. */
const raw = (json: object) => ({
	headers: JSON_TYPE,
	body: JSON.stringify(json).replaceAll(`"${ID}"`, ID).replaceAll(`"${OTHER_ID}"`, OTHER_ID),
});

describe('an ID that is a number of 19 digits', () => {
	it.each([
		['id', { id: ID, status: 'queued' }],
		['task_id', { task_id: ID, status: 'queued' }],
		['an envelope', { code: 0, message: 'ok', data: { task_id: ID, status: 'queued' } }],
		['an envelope of an envelope', { code: 0, data: { data: { id: ID } } }],
		['an envelope that holds nothing else', { code: 0, data: ID }],
		['a list', { data: [{ id: ID, status: 'queued' }] }],
		['an answer beside such numbers in text', { id: ID, prompt: `"${OTHER_ID}, {\\" ${ID}` }],
	])('goes from Create to Wait Until Done to Download unrounded: %s', async (_name, json) => {
		node.server.respondTo('POST /v1/videos', raw(json));
		const created = await node.run(CREATE, { items: [{ json: {} }] });
		expect(created.items[0].json.id).toBe(ID);

		const path = `GET /v1/videos/${ID}`;
		node.server.respondTo(path, raw({ ...completedVideo(ID) }), raw({ ...completedVideo(ID) }));
		node.server.respondTo(`${path}/content`, { body: MP4 });
		const { items } = await node.run({ operation: 'waitUntilDone' }, { items: created.items });
		expect(items[0].json).toEqual(completedVideo(ID));
		const downloaded = await node.run({ operation: 'download' }, { items });
		expect(downloaded.items[0].json).toMatchObject({ id: ID, fileName: `${ID}.mp4` });
	});

	it('is unrounded in Get Many', async () => {
		node.server.respondTo(
			LIST.replace('100', '50'),
			raw({ data: [{ id: ID }, { id: OTHER_ID }], has_more: false }),
		);
		const { items } = await node.run({ operation: 'getAll' }, { items: [{ json: {} }] });
		expect(items.map(({ json }) => json.id)).toEqual([ID, OTHER_ID]);
	});

	it('is told apart from another one that rounds to the same', async () => {
		node.server.respondTo('GET /v1/videos/4326796003218200780', raw(completedVideo(ID)));
		const { items } = await node.run({ videoId: '4326796003218200780' });
		expect(items[0].json).toMatchObject({ id: '4326796003218200780', provider_id: ID });
	});
});

describe('other numbers', () => {
	it('stay what they are', async () => {
		const json = { seed: 9007199254740991, fps: 23.976, ratio: 0.12345678901234568, big: 1.5e300 };
		node.server.respondTo('GET /v1/videos/video_1', {
			json: { ...completedVideo('video_1'), ...json },
		});
		expect((await node.run()).items[0].json).toMatchObject(json);
	});
});

describe('an answer', () => {
	it.each([
		['with a byte order mark', '\ufeff{"id":"video_1","status":"queued"}'],
		['with spaces around', ' \n{"id":"video_1","status":"queued"}\n'],
	])('is read as JSON %s', async (_name, body) => {
		node.server.respondTo('GET /v1/videos/video_1', { body });
		expect((await node.run()).items[0].json.provider_status).toBe('queued');
	});

	it.each(['', 'No.', '<html><title>No.</title></html>', '{"id":12345678901234567'])(
		'that is no JSON stays text: %s',
		async (body) => {
			node.server.respondTo('GET /v1/videos/video_1', { status: 400, body, headers: JSON_TYPE });
			const { error } = await node.run();
			expect(error?.message).toContain("did not accept the request for video 'video_1' (400)");
			if (body.includes('No.')) expect(error?.message).toContain(': No.');
		},
	);
});
