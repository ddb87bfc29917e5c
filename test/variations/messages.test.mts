import { completedVideo, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const FAILED = { id: 'video_1', object: 'video', status: 'failed' };
const WAIT = { operation: 'waitUntilDone' };

const bench = testNode({ operation: 'getStatus' });

describe('a message', () => {
	it.each(['dial tcp 10.0.0.7:443: ECONNREFUSED', 'ETIMEDOUT after 60 s', 'getaddrinfo ENOTFOUND'])(
		'keeps the words of the server, and the id, where n8n would word it anew: %s',
		async (message) => {
			bench.server.answer(STATUS, { json: { ...FAILED, error: { message } } });
			const { error } = await bench.run(WAIT);
			expect(error?.message).toBe(`The server could not make video 'video_1': ${message}`);
		},
	);

	it.each(['video', '1234', 'video_1'])(
		'is not harmed by a short key such as %s, which is no secret',
		async (apiKey) => {
			bench.server.answer(STATUS, { json: { ...FAILED, error: { message: 'Key 1234 is bad.' } } });
			const { error } = await bench.run(WAIT, {
				credentials: { apiKey, baseUrl: bench.server.baseUrl },
			});
			expect(error?.message).toBe("The server could not make video 'video_1': Key 1234 is bad.");
		},
	);

	it('keeps the id and its own words also where they hold the key', async () => {
		const id = 'video_of-this-key-1';
		bench.server.answer(`GET /v1/videos/${id}`, {
			status: 410,
			json: { error: { message: 'of-this-key' } },
		});
		const { error } = await bench.run(
			{ ...WAIT, videoId: id },
			{ credentials: { apiKey: 'of-this-key', baseUrl: bench.server.baseUrl } },
		);
		expect(error?.message).toBe(`Video '${id}' has expired on the server (410): ***`);
	});

	it.each(["Unknown parameter: 'moderation'.", 'Unknown word modration; known: moderation, slow'])(
		'does not blame the prompt where the server only names the word: %s',
		async (words) => {
			bench.server.answer('POST /v1/videos', { status: 400, json: { error: { message: words } } });
			const create = { operation: 'create', model: SORA, prompt: 'a cat' };
			const { error } = await bench.run(create, { items: [{ json: {} }] });
			expect(error?.message).toBe(`The server did not accept this video (400): ${words}`);
		},
	);

	it('about a missing video id tells why the step before put out none', async () => {
		const items = [{ json: { error: 'The server did not accept this video (400)' } }];
		const { error } = await bench.run(WAIT, { items });
		expect(error?.message).toBe(
			"'Video ID' is empty, because the step before put out no video: The server did not accept this video (400)",
		);
		expect(error?.description).toContain('Continue (using error output)');
		expect(bench.server.received).toEqual([]);
	});
});

describe('the row of a file that cannot be had', () => {
	it('keeps the whole video, under Continue On Fail', async () => {
		bench.server.answer(STATUS, { json: completedVideo('video_1') });
		bench.server.answer(`${STATUS}/content`, { status: 410, json: {} });
		const { items } = await bench.run(
			{ operation: 'download' },
			{ settings: { onError: 'continueRegularOutput' } },
		);
		expect(items[0].json).toEqual({
			...completedVideo('video_1'),
			provider_status: 'completed',
			error: "Video 'video_1' has expired on the server (410)",
		});
	});
});
