import { API_KEY, completedVideo, MP4, SORA } from '../support/fixtures.mts';
import { searchModels } from '../support/modelList.mts';
import { testNode } from '../support/testNode.mts';

const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const PENDING = { id: 'video_1', object: 'video', status: 'pending' };

const bench = testNode({ operation: 'getStatus' });

describe('extra headers and queries', () => {
	const run = async (parameters: object, baseUrl = `${bench.server.baseUrl}?api-version=1`) =>
		await bench.run(
			{ ...parameters },
			{
				credentials: { ...header, apiKey: API_KEY, baseUrl },
				items: [{ json: { id: 'video_1' } }],
			},
		);
	const header = { header: true, headerName: ' api-key ', headerValue: 'second-key' };

	it('go with every request: create, poll, file, and the address of a file', async () => {
		bench.server.answer('POST /v1/videos?api-version=1', { json: PENDING });
		bench.server.answer(
			'GET /v1/videos/video_1?api-version=1',
			{ json: PENDING },
			{ json: PENDING },
			{ json: completedVideo('video_1') },
			{ json: { ...completedVideo('video_1'), url: '/files/1' } },
		);
		bench.server.answer('GET /v1/videos/video_1/content?api-version=1', { status: 404 });
		bench.server.answer('GET /files/1?api-version=1', { body: MP4 });
		await run(CREATE);
		for (const operation of ['getStatus', 'waitUntilDone', 'download']) {
			expect((await run({ operation })).error).toBeUndefined();
		}
		expect(bench.server.received).toHaveLength(7);
		for (const { headers } of bench.server.received) {
			expect(headers).toMatchObject({
				authorization: `Bearer ${API_KEY}`,
				'api-key': 'second-key',
			});
		}
	});

	it('go with the look for a video whose Create broke off', async () => {
		const path = '/v1/videos?api-version=1';
		bench.server.answer(`POST ${path}`, { respond: (response) => response.destroy() });
		bench.server.answer(`GET ${path}&limit=100&order=desc`, { status: 404 });
		await run(CREATE);
		const [post, look] = bench.server.received;
		expect(look.headers).toMatchObject({ 'api-key': post.headers['api-key'] });
		expect(look.headers['api-key']).toBe('second-key');
	});

	it('go with the list of models', async () => {
		bench.server.answer('GET /openai/v1/models?api-version=1', {
			json: { data: [{ id: 'wan-2.2' }, { id: 'sora-2' }] },
		});
		const baseUrl = `${bench.server.origin}/openai/v1/videos/?api-version=1`;
		const credentials = { ...header, apiKey: API_KEY, baseUrl };
		expect(await searchModels({ credentials })).toEqual({
			results: ['sora-2', 'wan-2.2'].map((name) => ({ name, value: name })),
		});
		expect(bench.server.received[0].headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'api-key': 'second-key',
		});
	});

	it('may take the place of the bearer token', async () => {
		bench.server.answer('GET /v1/videos/video_1', { json: PENDING });
		await bench.run({}, { credentials: { ...header, apiKey: '', baseUrl: bench.server.baseUrl } });
		const { headers } = bench.server.received[0];
		expect(headers).not.toHaveProperty('authorization');
		expect(headers['api-key']).toBe('second-key');
	});

	it('may be several queries, with characters that need care', async () => {
		bench.server.answer('GET /v1/videos/video_1?api-version=2025-04-01&model=a%2Fb', {
			json: PENDING,
		});
		const query = '?api-version=2025-04-01&model=a%2Fb';
		expect((await run({}, bench.server.baseUrl + query)).error).toBeUndefined();
	});
});
