import { completedVideo } from '../../support/fixtures.mts';
import { testNode } from '../../support/testNode.mts';

const GET = 'GET /v1/videos/video_1';

const node = testNode({ operation: 'getStatus' });
const getStatus = node.run;

describe('Get Status', () => {
	it('sends one request, and returns a video in progress', async () => {
		const { completed_at: _at, ...rest } = completedVideo('video_1');
		const video = { ...rest, status: 'in_progress', progress: 40 };
		node.server.respondTo(GET, { json: video });
		expect((await getStatus()).items).toEqual([{ json: video, pairedItem: { item: 0 } }]);
	});

	it('returns a failed video as an item, with the reason', async () => {
		const error = { code: 'moderation_blocked', message: 'No.', type: 'invalid_request_error' };
		node.server.respondTo(GET, { json: { ...completedVideo('video_1'), status: 'failed', error } });
		expect((await getStatus()).items[0].json).toMatchObject({ status: 'failed', error });
	});

	it('retries temporary errors for half a minute', async () => {
		node.server.alwaysRespondTo(GET, { status: 503, body: '' });
		const { error } = await getStatus();
		expect(error?.message).toBe("The server returned an error for video 'video_1' (503)");
		// Nothing has shown that there is such a video.
		expect(error?.description).toBe('Run this step again later with the same video ID.');
		expect(node.time.waited).toBeGreaterThan(10_000);
		expect(node.time.waited).toBeLessThanOrEqual(30_000);
	});

	it('does not retry when the server sends x-should-retry: false', async () => {
		node.server.respondTo(GET, { status: 500, body: '', headers: { 'x-should-retry': 'false' } });
		await getStatus();
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		[
			400,
			{ json: { error: { message: 'Odd.' } } },
			"The server did not accept the request for video 'video_1' (400): Odd.",
		],
		[401, { json: {} }, "The server did not accept the API key for video 'video_1' (401)"],
		[404, { json: {} }, "The server does not know video 'video_1' (404)"],
		[410, { json: {} }, "Video 'video_1' has expired on the server (410)"],
		[200, { body: '<html></html>' }, "The server sent a web page instead of video 'video_1'"],
		[200, { json: { error: { message: 'Odd.' } } }, "The server returned no video 'video_1': Odd."],
	])('explains the response: %i %j', async (status, response, message) => {
		node.server.respondTo(GET, { status, ...response });
		const { error } = await getStatus();
		expect(error?.message).toBe(message);
		expect(error?.description).toBeTruthy();
		expect(error?.httpCode).toBe(String(status));
	});

	it('keeps the video ID in the error item under Continue On Fail', async () => {
		node.server.respondTo(GET, { status: 404, json: {} });
		const { items } = await getStatus({}, { settings: { onError: 'continueRegularOutput' } });
		expect(items).toEqual([
			{
				json: { id: 'video_1', error: "The server does not know video 'video_1' (404)" },
				pairedItem: { item: 0 },
			},
		]);
	});
});
