import type { INode } from 'n8n-workflow';

import { completedVideo, MP4, SORA } from '../../support/fixtures.mts';
import { testNode } from '../../support/testNode.mts';

const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const QUEUED = { id: 'video_1', object: 'video', status: 'queued' };
const invalidFile = (given: string) =>
	`'File' is not one of video, thumbnail, spritesheet: ${given}`;
const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

const node = testNode({ operation: 'generate', model: SORA, prompt: 'a cat' });
const generate = node.run;
/** At once: a refusal after a Create may pass otherwise. */
const REFUSED = { status: 403, json: {}, headers: { 'x-should-retry': 'false' } };
const done = { json: completedVideo('video_1') };

const requests = () => node.server.received.map(({ method, path }) => `${method} ${path}`);

describe('Generate', () => {
	it('creates, waits, downloads, and returns the finished video with its file', async () => {
		node.server.respondTo(POST, { json: QUEUED });
		node.server.respondTo(STATUS, { json: { ...QUEUED, status: 'in_progress' } }, done);
		node.server.respondTo(CONTENT, { body: MP4 });
		const run = await generate();
		expect(run.error).toBeUndefined();
		expect(run.items).toHaveLength(1);
		expect(run.items[0]).toMatchObject({
			json: { ...completedVideo('video_1'), fileName: 'video_1.mp4', mimeType: 'video/mp4' },
			pairedItem: { item: 0 },
		});
		expect((await node.fileOf(run)).equals(MP4)).toBe(true);
		expect(requests()).toEqual([POST, STATUS, STATUS, CONTENT]);
	});

	it('has the options of Create, Wait Until Done and Download', async () => {
		node.server.respondTo(POST, { json: QUEUED });
		node.server.respondTo(STATUS, { json: QUEUED }, done);
		node.server.respondTo(CONTENT, { body: MP4 });
		const { items } = await generate({
			binaryPropertyName: 'clip',
			options: { pollInterval: 7, fileName: 'kitten', bodyFormat: 'json' },
		});
		expect(node.time.pauses).toEqual([7000]);
		expect(items[0].binary?.clip.fileName).toBe('kitten.mp4');
		expect(node.server.received[0].headers['content-type']).toContain('application/json');
	});

	it.each([
		[{ timeoutMinutes: 0 }, "'Timeout (Minutes)' must be a number above 0"],
		[{ binaryPropertyName: ' ' }, "'Put Output File in Field' is empty"],
		[{ prompt: ' ' }, "'Prompt' is empty"],
		[{ variant: '={{ $json.no.such }}' }, invalidFile('(empty)')],
		[{ variant: '={{ "Thumbnail" }}' }, invalidFile('Thumbnail')],
		[
			{ referenceImage: '={{ $json.no.such }}', referenceUrl: 'https://example.com/first.png' },
			"'Reference Image' is not one of none, binary, url: (empty)",
		],
		[
			{ options: { bodyFormat: '={{ "JSON" }}' } },
			"'Body Format' is not one of auto, multipart, json: JSON",
		],
	])('sends nothing when %j is invalid', async (parameters, message) => {
		const { error } = await generate(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('Nothing was sent.');
	});

	it('retries a 404 right after Create, as Wait Until Done does', async () => {
		const fresh = { ...QUEUED, created_at: node.time.now / 1000 };
		node.server.respondTo(POST, { json: fresh });
		node.server.respondTo(STATUS, { status: 404 }, done);
		node.server.respondTo(CONTENT, { body: MP4 });
		expect((await generate()).error).toBeUndefined();
	});

	describe('after Create', () => {
		const stayQueued = () => {
			node.server.alwaysRespondTo(STATUS, { json: QUEUED });
			node.server.alwaysRespondTo(CONTENT, { status: 404 });
		};
		const failures: Array<[string, () => void]> = [
			['a timeout', () => stayQueued()],
			['a rejected poll', () => node.server.alwaysRespondTo(STATUS, { status: 403, json: {} })],
			[
				'a missing file',
				() => {
					node.server.respondTo(STATUS, done);
					const headers = { 'x-should-retry': 'false' };
					node.server.respondTo(CONTENT, { status: 404, json: {}, headers });
				},
			],
			[
				'a web page as the file',
				() => {
					node.server.respondTo(STATUS, done);
					node.server.alwaysRespondTo(CONTENT, { body: '<html></html>' });
				},
			],
		];

		it.each(failures)('names the video and how to get it after %s', async (_name, fail) => {
			node.server.respondTo(POST, { json: QUEUED });
			fail();
			const { error } = await generate({ timeoutMinutes: 1 });
			expect(error?.message).toContain("'video_1'");
			expect(error?.description).toMatch(/Wait Until Done/);
			expect(error?.description).toContain("Its ID is 'video_1'.");
			expect(error?.description).toContain('would create, and cost, another video.');
			expect(error?.description).not.toMatch(/run (this step|Wait Until Done) again|Created in/i);
			expect(requests().filter((each) => each === POST)).toHaveLength(1);
		});

		it('does not suggest a longer timeout, which would need another video', async () => {
			node.server.respondTo(POST, { json: QUEUED });
			stayQueued();
			const { error } = await generate({ timeoutMinutes: 1 });
			expect(error?.description).toContain('The video is not lost');
			expect(error?.description).not.toContain('raise');
		});

		it('names the video when an expression fails only then', async () => {
			const failsAt = Date.now() + 2_000;
			const fileName = `={{ Date.now() > ${failsAt} ? $('Nobody').item.json.x : 'kitten' }}`;
			node.server.respondTo(POST, { json: QUEUED });
			node.server.respondTo(STATUS, {
				respond: (response) =>
					void setTimeout(
						() => response.end(JSON.stringify(completedVideo('video_1'))),
						failsAt + 1 - Date.now(),
					),
			});
			const { error } = await generate({ options: { fileName } });
			expect(error?.description).toContain("Its ID is 'video_1'.");
			expect(error?.description).toContain('would create, and cost, another video.');
		});
	});

	it('continues with the same video when Retry On Fail runs it again', async () => {
		node.server.respondTo(POST, { json: QUEUED });
		node.server.respondTo(STATUS, REFUSED, done);
		node.server.respondTo(CONTENT, { body: MP4 });
		const run = await generate({}, { settings: RETRY });
		expect(run.error).toBeUndefined();
		expect(requests()).toEqual([POST, STATUS, STATUS, CONTENT]);
	});

	it('reports a failed video with the reason, and no way to get it', async () => {
		const error = { code: 'moderation_blocked', message: 'No.' };
		node.server.respondTo(POST, { json: QUEUED });
		node.server.respondTo(STATUS, { json: { ...QUEUED, status: 'failed', error } });
		const failure = (await generate()).error;
		expect(failure?.message).toBe("The server could not make video 'video_1': No.");
		expect(failure?.description).not.toContain('Its ID is');
		expect(failure?.description).not.toContain('not lost');
	});

	it('reports a video that failed at once, without asking a server that may not keep it', async () => {
		const error = { message: 'No.' };
		node.server.respondTo(POST, { json: { ...QUEUED, status: 'failed', error } });
		const failure = (await generate()).error;
		expect(failure?.message).toBe("The server could not make video 'video_1': No.");
		expect(requests()).toEqual([POST]);
	});

	it('does not say how to get a video that is no longer there', async () => {
		node.server.respondTo(POST, { json: QUEUED });
		node.server.alwaysRespondTo(STATUS, { status: 410, json: {} });
		const failure = (await generate()).error;
		expect(failure?.message).toContain("The server has forgotten video 'video_1'");
		expect(failure?.description).toContain('create it again');
		expect(failure?.description).not.toMatch(/Its ID is|another video|Get the video/);
	});

	it('refuses a Create whose answer looks like a failed video', async () => {
		const error = { message: 'Model veo-3 is not supported.' };
		node.server.respondTo(POST, { status: 400, json: { ...QUEUED, status: 'failed', error } });
		const failure = (await generate()).error;
		expect(failure?.description).toContain('Nothing was created');
		expect(requests()).toEqual([POST]);
	});

	it('does not call a video "not lost" that the server could not make', async () => {
		const failed = { status: 'failed', error: { message: 'No.' } };
		for (const id of ['video_1', 'video_2']) {
			node.server.respondTo(POST, { json: { ...QUEUED, id } });
			node.server.respondTo(`GET /v1/videos/${id}`, { json: { ...QUEUED, ...failed, id } });
		}
		const { error } = await generate({}, { items: [{ json: {} }, { json: {} }] });
		expect(error?.message).toContain('could not make video');
		expect(error?.description).not.toContain('not lost');
	});

	it('returns a failed video without a file when the user chose that', async () => {
		const error = { code: 'moderation_blocked', message: 'No.' };
		node.server.respondTo(POST, { json: QUEUED });
		node.server.respondTo(STATUS, { json: { ...QUEUED, status: 'failed', error } });
		const { items } = await generate({ options: { onFailedVideo: 'return' } });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'failed', error });
		expect(items[0].binary).toBeUndefined();
	});

	it('keeps the video ID in the error item, and finishes the other items', async () => {
		const other = { ...QUEUED, id: 'video_2' };
		node.server.respondTo(POST, { json: QUEUED }, { json: other });
		node.server.respondTo(STATUS, REFUSED);
		node.server.respondTo('GET /v1/videos/video_2', { json: completedVideo('video_2') });
		node.server.respondTo('GET /v1/videos/video_2/content', { body: MP4 });
		const { items } = await generate(
			{},
			{ items: [{ json: {} }, { json: {} }], settings: { onError: 'continueRegularOutput' } },
		);
		const sorted = [...items].sort((one, two) =>
			String(one.json.id).localeCompare(String(two.json.id)),
		);
		expect(sorted.map(({ json }) => [json.id, typeof json.error])).toEqual([
			['video_1', 'string'],
			['video_2', 'undefined'],
		]);
	});

	it('names the videos of the other items when one fails, because n8n drops those items', async () => {
		node.server.respondTo(POST, { json: QUEUED }, { json: { ...QUEUED, id: 'video_2' } });
		node.server.respondTo(STATUS, REFUSED);
		node.server.respondTo('GET /v1/videos/video_2', { json: completedVideo('video_2') });
		node.server.respondTo('GET /v1/videos/video_2/content', { body: MP4 });
		const { error } = await generate({}, { items: [{ json: {} }, { json: {} }] });
		expect(error?.description).toContain("'video_2'");
	});
});
