import { API_KEY, MP4 } from '../support/fixtures.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const VIDEO = { id: 'video_1', object: 'video', status: 'completed' };
const FILE = '/v1beta/files/clip:download?alt=media';

const node = testNode({ operation: 'download' });
let other: ScriptedServer;

beforeEach(async () => {
	other = await startScriptedServer();
});
afterEach(async () => await other.close());

describe('a file of Google', () => {
	const download = async (url: string, apiStyle = 'gemini') => {
		const path = '/v1beta/openai/videos/video_1';
		node.server.respondTo(`GET ${path}`, { json: { ...VIDEO, url } });
		node.server.respondTo(`GET ${path}/content`, { status: 404, json: {} });
		const baseUrl = `${node.server.origin}/v1beta/openai`;
		return await node.run({}, { credentials: { apiKey: API_KEY, baseUrl, apiStyle } });
	};

	it('is asked for with x-goog-api-key in place of the bearer token', async () => {
		node.server.respondTo(`GET ${FILE}`, { body: MP4 });
		const run = await download(`${node.server.origin}${FILE}`);
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		const [status, content, file] = node.server.received.map(({ headers }) => headers);
		for (const headers of [status, content]) {
			expect(headers.authorization).toBe(`Bearer ${API_KEY}`);
			expect(headers).not.toHaveProperty('x-goog-api-key');
		}
		expect(file['x-goog-api-key']).toBe(API_KEY);
		expect(file).not.toHaveProperty('authorization');
	});

	it.each([
		['at another address', (target: string) => ({ url: target })],
		[
			'behind a redirect',
			(target: string) => ({
				url: FILE,
				response: { status: 302, headers: { location: target } },
			}),
		],
	])('on another host sees no key: %s', async (_name, where) => {
		const { url, response } = { response: undefined, ...where(`${other.origin}${FILE}`) };
		if (response) node.server.respondTo(`GET ${FILE}`, response);
		other.respondTo(`GET ${FILE}`, { body: MP4 });
		const run = await download(url);
		expect(run.error?.message).toBeUndefined();
		for (const { headers } of other.received) {
			expect(JSON.stringify(headers)).not.toContain(API_KEY);
		}
		expect(other.received).toHaveLength(1);
	});

	it('gets a bearer token in any other style', async () => {
		node.server.respondTo(`GET ${FILE}`, { body: MP4 });
		await download(FILE, 'openai');
		expect(node.server.received[2].headers.authorization).toBe(`Bearer ${API_KEY}`);
		expect(node.server.received[2].headers).not.toHaveProperty('x-goog-api-key');
	});
});

it('A video that the rules of Google kept back has failed, with its reason', async () => {
	const json = {
		name: 'models/veo-3/operations/video_1',
		done: true,
		response: {
			generateVideoResponse: {
				raiMediaFilteredCount: 1,
				raiMediaFilteredReasons: ['The prompt violates our usage guidelines.'],
			},
		},
	};
	node.server.respondTo('GET /v1/videos/video_1', { json });
	const { error } = await node.run({ operation: 'waitUntilDone' });
	expect(error?.message).toBe(
		"The server could not make video 'video_1': The prompt violates our usage guidelines.",
	);
	expect(error?.description).toContain('Change the prompt');
});
