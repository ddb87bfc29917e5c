import type { INode } from 'n8n-workflow';

import { completedVideo, MP4, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const STATUS = 'GET /v1/videos/video_1';
const CONTENT = `${STATUS}/content`;
const QUEUED = { id: 'video_1', object: 'video', status: 'queued' };
const NO_FILE_CHOSEN = (given: string) =>
	`'File' is not one of video, thumbnail, spritesheet: ${given}`;
const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

const bench = testNode({ operation: 'generate', model: SORA, prompt: 'a cat' });
const generate = bench.run;
const done = { json: completedVideo('video_1') };

const asked = () => bench.server.received.map(({ method, path }) => `${method} ${path}`);

describe('Generate', () => {
	it('creates, waits and downloads, and puts out the finished video with its file', async () => {
		bench.server.answer(POST, { json: QUEUED });
		bench.server.answer(STATUS, { json: { ...QUEUED, status: 'in_progress' } }, done);
		bench.server.answer(CONTENT, { body: MP4 });
		const run = await generate();
		expect(run.error).toBeUndefined();
		expect(run.items).toHaveLength(1);
		expect(run.items[0]).toMatchObject({
			json: { ...completedVideo('video_1'), fileName: 'video_1.mp4', mimeType: 'video/mp4' },
			pairedItem: { item: 0 },
		});
		expect((await bench.fileOf(run)).equals(MP4)).toBe(true);
		expect(asked()).toEqual([POST, STATUS, STATUS, CONTENT]);
	});

	it('waits and stores as told by the same options as the three operations', async () => {
		bench.server.answer(POST, { json: QUEUED });
		bench.server.answer(STATUS, { json: QUEUED }, done);
		bench.server.answer(CONTENT, { body: MP4 });
		const { items } = await generate({
			binaryPropertyName: 'clip',
			options: { pollInterval: 7, fileName: 'kitten', bodyFormat: 'json' },
		});
		expect(bench.time.pauses).toEqual([7000]);
		expect(items[0].binary?.clip.fileName).toBe('kitten.mp4');
		expect(bench.server.received[0].headers['content-type']).toContain('application/json');
	});

	it.each([
		[{ timeoutMinutes: 0 }, "'Timeout (Minutes)' must be a number above 0"],
		[{ binaryPropertyName: ' ' }, "'Put Output File in Field' is empty"],
		[{ prompt: ' ' }, "'Prompt' is empty"],
		[{ variant: '={{ $json.no.such }}' }, NO_FILE_CHOSEN('(empty)')],
		[{ variant: '={{ "Thumbnail" }}' }, NO_FILE_CHOSEN('Thumbnail')],
		[
			{ referenceImage: '={{ $json.no.such }}', referenceUrl: 'https://example.com/first.png' },
			"'Reference Image' is not one of none, binary, url: (empty)",
		],
		[
			{ options: { bodyFormat: '={{ "JSON" }}' } },
			"'Body Format' is not one of multipart, json: JSON",
		],
	])('sends nothing when %j is wrong', async (parameters, message) => {
		const { error } = await generate(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('Nothing was sent.');
	});

	it('takes a 404 right after Create for lag, as Wait Until Done does behind Create', async () => {
		const fresh = { ...QUEUED, created_at: bench.time.now / 1000 };
		bench.server.answer(POST, { json: fresh });
		bench.server.answer(STATUS, { status: 404 }, done);
		bench.server.answer(CONTENT, { body: MP4 });
		expect((await generate()).error).toBeUndefined();
	});

	describe('when it goes wrong after Create, names the video and how to get it:', () => {
		const ways: Array<[string, () => void]> = [
			['not in time', () => bench.server.answerAlways(STATUS, { json: QUEUED })],
			['refused', () => bench.server.answer(STATUS, { status: 403, json: {} })],
			[
				'no file',
				() => {
					bench.server.answer(STATUS, done);
					const headers = { 'x-should-retry': 'false' };
					bench.server.answer(CONTENT, { status: 404, json: {}, headers });
				},
			],
			[
				'a web page as the file',
				() => {
					bench.server.answer(STATUS, done);
					bench.server.answerAlways(CONTENT, { body: '<html></html>' });
				},
			],
		];

		it.each(ways)('%s', async (_name, answer) => {
			bench.server.answer(POST, { json: QUEUED });
			answer();
			const { error } = await generate({ timeoutMinutes: 1 });
			expect(error?.message).toContain("'video_1'");
			expect(error?.description).toMatch(/Wait Until Done/);
			expect(error?.description).toContain("Its ID is 'video_1'.");
			expect(error?.description).toContain('would create, and cost, another video.');
			expect(error?.description).not.toMatch(/run (this step|Wait Until Done) again|Created in/i);
			expect(asked().filter((each) => each === POST)).toHaveLength(1);
		});
	});

	it('goes on with the video it has when Retry On Fail runs it again', async () => {
		bench.server.answer(POST, { json: QUEUED });
		bench.server.answer(STATUS, { status: 403, json: {} }, done);
		bench.server.answer(CONTENT, { body: MP4 });
		const run = await generate({}, { settings: RETRY });
		expect(run.error).toBeUndefined();
		expect(asked()).toEqual([POST, STATUS, STATUS, CONTENT]);
	});

	it('tells of a failed video with the reason, and of no way to get it', async () => {
		const error = { code: 'moderation_blocked', message: 'No.' };
		bench.server.answer(POST, { json: QUEUED });
		bench.server.answer(STATUS, { json: { ...QUEUED, status: 'failed', error } });
		const failure = (await generate()).error;
		expect(failure?.message).toBe("The server could not make video 'video_1': No.");
		expect(failure?.description).not.toContain('Its ID is');
		expect(failure?.description).not.toContain('not lost');
	});

	it('calls no video "not lost" that the server could not make', async () => {
		const failed = { status: 'failed', error: { message: 'No.' } };
		for (const id of ['video_1', 'video_2']) {
			bench.server.answer(POST, { json: { ...QUEUED, id } });
			bench.server.answer(`GET /v1/videos/${id}`, { json: { ...QUEUED, ...failed, id } });
		}
		const { error } = await generate({}, { items: [{ json: {} }, { json: {} }] });
		expect(error?.message).toContain('could not make video');
		expect(error?.description).not.toContain('not lost');
	});

	it('puts out a failed video without a file when the user asked for that', async () => {
		const error = { code: 'moderation_blocked', message: 'No.' };
		bench.server.answer(POST, { json: QUEUED });
		bench.server.answer(STATUS, { json: { ...QUEUED, status: 'failed', error } });
		const { items } = await generate({ options: { onFailedVideo: 'return' } });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'failed', error });
		expect(items[0].binary).toBeUndefined();
	});

	it('keeps the id in the row of a failed item, and the other items go on', async () => {
		const other = { ...QUEUED, id: 'video_2' };
		bench.server.answer(POST, { json: QUEUED }, { json: other });
		bench.server.answer(STATUS, { status: 403, json: {} });
		bench.server.answer('GET /v1/videos/video_2', { json: completedVideo('video_2') });
		bench.server.answer('GET /v1/videos/video_2/content', { body: MP4 });
		const { items } = await generate(
			{},
			{ items: [{ json: {} }, { json: {} }], settings: { onError: 'continueRegularOutput' } },
		);
		const rows = [...items].sort((one, two) =>
			String(one.json.id).localeCompare(String(two.json.id)),
		);
		expect(rows.map(({ json }) => [json.id, typeof json.error])).toEqual([
			['video_1', 'string'],
			['video_2', 'undefined'],
		]);
	});

	it('names the videos of the other items when one fails, as n8n drops their rows', async () => {
		bench.server.answer(POST, { json: QUEUED }, { json: { ...QUEUED, id: 'video_2' } });
		bench.server.answer(STATUS, { status: 403, json: {} });
		bench.server.answer('GET /v1/videos/video_2', { json: completedVideo('video_2') });
		bench.server.answer('GET /v1/videos/video_2/content', { body: MP4 });
		const { error } = await generate({}, { items: [{ json: {} }, { json: {} }] });
		expect(error?.description).toContain("'video_2'");
	});
});
