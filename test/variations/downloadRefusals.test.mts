import { completedVideo, MP4, queuedVideo, SORA } from '../support/fixtures.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const NO_FILE = "The server says that video 'video_1' is completed, but returns no file";

const node = testNode({ operation: 'download' });

/** Every request for the file gets this response. */
const refuse = async (response: ScriptedResponse, video: object = {}, parameters = {}) => {
	node.server.alwaysRespondTo(STATUS, { json: { ...completedVideo('video_1'), ...video } });
	node.server.alwaysRespondTo(CONTENT, response);
	node.server.alwaysRespondTo(`${CONTENT}?variant=thumbnail`, response);
	node.server.alwaysRespondTo(`${CONTENT}?variant=spritesheet`, response);
	const { error, items } = await node.run(parameters);
	expect(items).toEqual([]);
	return { message: error!.message, description: String(error!.description) };
};

const error = (status: number, message: string): ScriptedResponse => ({
	status,
	json: { error: { message } },
});

describe('A completed video without a file', () => {
	it.each([
		[500, 'No response data in completed operation'],
		[502, 'xAI video response did not include video.url'],
		[502, 'Failed to fetch video content from upstream provider'],
		[500, 'No video in response'],
		[500, 'no generated videos'],
		[500, 'No output url was returned'],
		[500, 'The operation did not return any samples'],
		[500, 'Video was not generated'],
		[503, 'Video file not found'],
		[500, 'File out.mp4 does not exist'],
		[500, 'The output is empty'],
		[500, 'Missing video url'],
		[502, 'Could not retrieve the content of the video'],
		[500, 'Unable to download file'],
		[502, 'Error fetching video content'],
		[500, "[Errno 2] No such file or directory: 'out.mp4'"],
		[500, "Upstream didn't provide a video"],
		[500, '上游未返回视频地址'],
		[500, '视频文件不存在'],
		[500, '获取视频内容失败'],
		[502, 'Upstream service returned status 403'],
	])('is told soon, with the reason: %i %s', async (status, reason) => {
		const { message, description } = await refuse(error(status, reason));
		expect(message).toBe(`${NO_FILE} (${status}): ${reason}`);
		expect(description).not.toContain('not lost');
		expect(node.time.waited).toBeLessThanOrEqual(20_000);
		expect(node.time.waited).toBeGreaterThan(5_000);
	});

	it('is told soon if a gateway repeats its status in the code', async () => {
		const message = 'Error code: 500 - No response data in completed operation';
		await refuse({ status: 500, json: { error: { message, code: 502, type: 'api_error' } } });
		expect(node.time.waited).toBeLessThanOrEqual(20_000);
	});

	it('is told soon by Generate, which still names the video', async () => {
		const reason = 'No response data in completed operation';
		node.server.respondTo('POST /v1/videos', { json: queuedVideo('video_1') });
		const parameters = { operation: 'generate', model: SORA, prompt: 'a cat' };
		const { message, description } = await refuse(error(500, reason), {}, parameters);
		expect(message).toBe(`${NO_FILE} (500): ${reason}`);
		expect(description).toContain("Its ID is 'video_1'");
		expect(description).not.toContain('not lost');
		expect(node.time.waited).toBeLessThan(60_000);
	});

	it.each([409, 425])('is told after a short patience if it is not ready: %i', async (status) => {
		const { message } = await refuse(error(status, 'Video is not ready yet.'));
		expect(message).toBe(`${NO_FILE} (${status}): Video is not ready yet.`);
		expect(node.time.waited).toBeLessThanOrEqual(30_000);
		expect(node.time.waited).toBeGreaterThan(10_000);
	});
});

it('A completed video that the content address calls failed is told at once', async () => {
	const reason = 'Task is not completed yet, current status: FAILURE';
	const { message } = await refuse(error(400, reason));
	expect(message).toBe(`The server could not make video 'video_1' (400): ${reason}`);
	expect(node.time.waited).toBe(0);
});

describe('Passing trouble with a file', () => {
	it.each([
		[500, 'Internal server error'],
		[502, 'Failed to fetch video content: connection reset by peer'],
		[502, 'Failed to fetch video content: timeout'],
		[503, 'The video service is temporarily unavailable'],
		[503, 'No file yet, try again later'],
		[502, 'Upstream service returned status 503'],
		[500, 'Error reading response after 410 ms'],
		[504, 'Gateway Timeout'],
	])('is waited out for minutes, and told as an error: %i %s', async (status, reason) => {
		const { message, description } = await refuse(error(status, reason));
		expect(message).toBe(
			`The server answered with an error instead of the file of video 'video_1' (${status}): ${reason}`,
		);
		expect(description).not.toContain('not lost');
		expect(node.time.waited).toBeGreaterThan(200_000);
	});

	it('ends with the file if it comes late', async () => {
		node.server.respondTo(STATUS, { json: completedVideo('video_1') });
		node.server.respondTo(CONTENT, ...Array<ScriptedResponse>(7).fill(error(502, 'Bad')), {
			body: MP4,
		});
		expect((await node.fileOf(await node.run())).equals(MP4)).toBe(true);
	});
});

describe('A file that is gone', () => {
	it.each([
		[410, 'Gone.'],
		[502, 'Upstream service returned status 410'],
		[500, 'Request failed with status code 410'],
		[502, '410 Client Error: Gone for url: https://cdn.example.com/f'],
	])('is told as expired at once: %i %s', async (status, reason) => {
		const { message } = await refuse(error(status, reason));
		expect(message).toBe(`Video 'video_1' has expired on the server (${status}): ${reason}`);
		expect(node.time.waited).toBe(0);
	});

	it('is told as expired at once if the status stands in the code', async () => {
		const { message } = await refuse({ status: 502, json: { error: { code: 410, message: 'x' } } });
		expect(message).toBe("Video 'video_1' has expired on the server (502): x");
		expect(node.time.waited).toBe(0);
	});

	it.each([
		[502, 'Upstream service returned status 404'],
		[500, "Client error '404 Not Found' for url 'https://cdn.example.com/f'"],
	])('has the patience of a 404 if the upstream says 404: %i %s', async (status, reason) => {
		const { message } = await refuse(error(status, reason));
		expect(message).toBe(`${NO_FILE} (${status}): ${reason}`);
		expect(node.time.waited).toBeGreaterThan(30_000);
		expect(node.time.waited).toBeLessThanOrEqual(90_000);
	});

	it.each([
		[404, 'Not found'],
		[502, 'Upstream service returned status 404'],
	])('is told at once after its expiry: %i %s', async (status, reason) => {
		const expired = { expires_at: node.time.now / 1000 - 60 };
		for (const parameters of [{}, { variant: 'thumbnail' }]) {
			const { message } = await refuse(error(status, reason), expired, parameters);
			expect(message).toContain("Video 'video_1' has expired on the server, which kept it until");
			expect(node.time.waited).toBe(0);
		}
	});
});

describe('An image that the server does not have', () => {
	it.each([
		[404, { detail: 'Video variant thumbnail not found' }],
		[404, {}],
		[400, { error: 'thumbnail is not supported' }],
		[422, { detail: 'x' }],
		[405, {}],
		[501, {}],
		[500, { error: { message: 'Unsupported variant: thumbnail' } }],
		[403, { error: { message: 'variant not supported for this model' } }],
	])('is told at once: %i %j', async (status, json) => {
		for (const variant of ['thumbnail', 'spritesheet']) {
			const { message } = await refuse({ status, json }, {}, { variant });
			expect(message).toContain(`The server returns no ${variant} of video 'video_1' (${status})`);
			expect(node.time.waited).toBe(0);
		}
		const paths = node.server.received.map(({ path }) => path);
		expect(paths.filter((path) => path.includes('/content'))).toHaveLength(2);
	});

	it('is waited for in the first seconds after the video', async () => {
		const completed = { completed_at: node.time.now / 1000 - 2 };
		await refuse({ status: 404, json: {} }, completed, { variant: 'thumbnail' });
		expect(node.time.waited).toBeGreaterThan(0);
		expect(node.time.waited).toBeLessThanOrEqual(10_000);
	});
});

describe('A file that the server may not fetch or give', () => {
	it.each([
		[403, 'request blocked: private IP address not allowed: 127.0.0.1'],
		[403, 'request blocked: port 9734 is not allowed'],
		[403, 'domain cdn.example.com is not allowed'],
		[400, 'URL host is blocked by SSRF protection'],
		[500, 'request blocked: private IP address not allowed: 10.0.0.1'],
	])('is a matter of its fetch settings, not of the key: %i %s', async (status, reason) => {
		const { message, description } = await refuse(error(status, reason));
		expect(message).toBe(
			`The server's own settings do not let it fetch the file of video 'video_1' from where it is kept (${status}): ${reason}`,
		);
		expect(description).toContain('operator');
		expect(description).toContain('SSRF');
		expect(message + description).not.toMatch(/API key/);
		expect(node.time.waited).toBe(0);
	});

	it('is fetched from its own address if the video names that', async () => {
		node.server.respondTo(STATUS, {
			json: { ...completedVideo('video_1'), metadata: { url: '/f.mp4' } },
		});
		node.server.respondTo(CONTENT, error(403, 'request blocked: port 9734 is not allowed'));
		node.server.respondTo('GET /f.mp4', { body: MP4 });
		expect((await node.fileOf(await node.run())).equals(MP4)).toBe(true);
	});

	it.each([401, 403])('is no matter of a key that was just accepted: %i', async (status) => {
		const { message, description } = await refuse(error(status, 'No.'));
		expect(message).toBe(
			`The server refuses the file of video 'video_1', although it accepts the API key for the video (${status}): No.`,
		);
		expect(description).toContain('operator');
	});

	it('is a matter of the key if nothing shows that the key was accepted', async () => {
		node.server.alwaysRespondTo(STATUS, { status: 405, json: {} });
		node.server.alwaysRespondTo(CONTENT, error(401, 'No.'));
		const run = await node.run({}, { items: [{ json: completedVideo('video_1') }] });
		expect(run.error?.message).toBe(
			"The server did not accept the API key for video 'video_1' (401): No.",
		);
	});
});

describe('A download that breaks off', () => {
	const breakOff = (ms: () => number, length: () => number): ScriptedResponse => ({
		respond: (response) => {
			response.writeHead(200, { 'content-type': 'video/mp4' });
			node.time.now += ms();
			// Properly ended, as a gateway does that loses its upstream.
			response.end(MP4.subarray(0, length()));
		},
	});
	let count = 0;
	beforeEach(() => {
		count = 0;
	});
	const ATTEMPTS = () => node.server.received.filter(({ path }) => path.endsWith('/content'));

	it('each time after the same time is told after the third', async () => {
		const { message, description } = await refuse(
			breakOff(
				() => 60_000 + 300 * count,
				() => 20_000 + 30_000 * ++count,
			),
		);
		expect(message).toBe(
			"The download of video 'video_1' breaks off each time after about 61 seconds",
		);
		expect(description).toContain('ends every download after that time');
		expect(description).not.toContain('Run this step again');
		expect(ATTEMPTS()).toHaveLength(3);
	});

	it('each time at the same place is told within a minute', async () => {
		const { message } = await refuse(
			breakOff(
				() => 0,
				() => 150_000,
			),
		);
		expect(message).toBe(
			"The download of video 'video_1' breaks off each time after 150,000 bytes",
		);
		expect(node.time.waited).toBeLessThan(60_000);
	});

	it('at another time and place each time is retried as long as ever', async () => {
		const { message } = await refuse(
			breakOff(
				() => 3_000 * (count % 3),
				() => 20_000 + 30_000 * (++count % 5),
			),
		);
		expect(message).toBe("The connection to the server broke off for video 'video_1'");
		expect(node.time.waited).toBeGreaterThan(120_000);
	});

	it('twice is no reason to give up', async () => {
		node.server.respondTo(STATUS, { json: completedVideo('video_1') });
		const cut = breakOff(
			() => 60_000,
			() => 150_000,
		);
		node.server.respondTo(CONTENT, cut, cut, { body: MP4 });
		expect((await node.fileOf(await node.run())).equals(MP4)).toBe(true);
	});
});
