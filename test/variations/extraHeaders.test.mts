import { API_KEY, completedVideo, CREATE, MP4 } from '../support/fixtures.mts';
import { searchModels } from '../support/modelList.mts';
import { testNode } from '../support/testNode.mts';

const PENDING = { id: 'video_1', object: 'video', status: 'pending' };

const node = testNode({ operation: 'getStatus' });

describe('the extra header and the query of the Base URL', () => {
	const run = async (parameters: object, baseUrl = `${node.server.baseUrl}?api-version=1`) =>
		await node.run(
			{ ...parameters },
			{
				credentials: { ...header, apiKey: API_KEY, baseUrl },
				items: [{ json: { id: 'video_1' } }],
			},
		);
	const header = { header: true, headerName: ' api-key ', headerValue: 'second-key' };

	it('are sent with every request: create, poll, download and file URL', async () => {
		node.server.respondTo('POST /v1/videos?api-version=1', { json: PENDING });
		node.server.respondTo(
			'GET /v1/videos/video_1?api-version=1',
			{ json: PENDING },
			{ json: PENDING },
			{ json: completedVideo('video_1') },
			{ json: { ...completedVideo('video_1'), url: '/files/1' } },
		);
		node.server.respondTo('GET /v1/videos/video_1/content?api-version=1', { status: 404 });
		node.server.respondTo('GET /files/1?api-version=1', { body: MP4 });
		await run(CREATE);
		for (const operation of ['getStatus', 'waitUntilDone', 'download']) {
			expect((await run({ operation })).error).toBeUndefined();
		}
		expect(node.server.received).toHaveLength(7);
		for (const { headers } of node.server.received) {
			expect(headers).toMatchObject({
				authorization: `Bearer ${API_KEY}`,
				'api-key': 'second-key',
			});
		}
	});

	it('are sent with the search for a video after an uncertain Create', async () => {
		const path = '/v1/videos?api-version=1';
		node.server.respondTo(`POST ${path}`, { respond: (response) => response.destroy() });
		node.server.respondTo(`GET ${path}&limit=100&order=desc`, { status: 404 });
		await run(CREATE);
		const [create, list] = node.server.received;
		expect(list.headers).toMatchObject({ 'api-key': create.headers['api-key'] });
		expect(list.headers['api-key']).toBe('second-key');
	});

	it('are sent with the request for the model list', async () => {
		node.server.respondTo('GET /openai/v1/models?api-version=1', {
			json: { data: [{ id: 'wan-2.2' }, { id: 'sora-2' }] },
		});
		node.server.respondTo('GET /openai/v1/videos/models?api-version=1', { status: 404 });
		const baseUrl = `${node.server.origin}/openai/v1/videos/?api-version=1`;
		const credentials = { ...header, apiKey: API_KEY, baseUrl };
		expect(await searchModels({ credentials })).toEqual({
			results: ['sora-2', 'wan-2.2'].map((name) => ({ name, value: name })),
		});
		expect(node.server.received[0].headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'api-key': 'second-key',
		});
	});

	it('can replace the bearer token', async () => {
		node.server.respondTo('GET /v1/videos/video_1', { json: PENDING });
		await node.run({}, { credentials: { ...header, apiKey: '', baseUrl: node.server.baseUrl } });
		const { headers } = node.server.received[0];
		expect(headers).not.toHaveProperty('authorization');
		expect(headers['api-key']).toBe('second-key');
	});

	it('can have several query parameters with escaped characters', async () => {
		node.server.respondTo('GET /v1/videos/video_1?api-version=2025-04-01&model=a%2Fb', {
			json: PENDING,
		});
		const query = '?api-version=2025-04-01&model=a%2Fb';
		expect((await run({}, node.server.baseUrl + query)).error).toBeUndefined();
	});
});
