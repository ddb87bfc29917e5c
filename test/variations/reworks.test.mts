import type { ServerResponse } from 'node:http';

import type { INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { completedVideo, MP4, rowWithFile, SORA } from '../support/fixtures.mts';
import { type NodeSetup } from '../support/nodeRunner.mts';
import { LIST, readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const FILE = { videoSource: 'binary', model: SORA };

const bench = testNode({ prompt: '={{ $json.prompt ?? "black" }}' });

const made = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const sources = (...prompts: string[]): INodeExecutionData[] =>
	prompts.map((prompt) => ({ json: { id: 'video_1', prompt } }));
const words = (message: string) => ({ json: { error: { message } } });
const sent = () => bench.server.received.filter(({ method }) => method === 'POST');

const REWORKS = [
	{
		operation: 'remix',
		Operation: 'Remix',
		done: 'remixed',
		POST: 'POST /v1/videos/video_1/remix',
		takesFile: false,
	},
	{
		operation: 'edit',
		Operation: 'Edit',
		done: 'edited',
		POST: 'POST /v1/videos/edits',
		takesFile: true,
	},
	{
		operation: 'extend',
		Operation: 'Extend',
		done: 'extended',
		POST: 'POST /v1/videos/extensions',
		takesFile: true,
	},
];
const IN_DOUBT = Object.entries({
	'a dropped connection': { respond: (response: ServerResponse) => response.destroy() },
	'502': { status: 502 },
	'408': { status: 408 },
	'200 with a page': { body: '<html></html>' },
});

describe.each(REWORKS)('$Operation', ({ operation, Operation, done, POST }) => {
	const run = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
		await bench.run({ operation, ...parameters }, setup);

	describe('tells of a server that says no', () => {
		it.each([
			[
				409,
				words('Not completed.'),
				`The server did not ${operation} video 'video_1' (409): Not completed.`,
				`Only a completed video can be ${done}: put Wait Until Done before ${Operation}`,
			],
			[
				401,
				words('Bad key.'),
				'The server did not accept the API key (401): Bad key.',
				"Check 'API Key'",
			],
			[
				410,
				{},
				"Video 'video_1' has expired on the server (410)",
				'Create it again, and download it soon',
			],
			[
				404,
				words('The file of this video has expired.'),
				"Video 'video_1' has expired on the server (404): The file of this video has expired.",
				'Create it again, and download it soon',
			],
			[
				400,
				words('This was blocked by our moderation system.'),
				"The server's rules on content do not allow this video (400): This was blocked by our moderation system.",
				'Nothing was created for this item.',
			],
			[
				500,
				words('Oops.'),
				'The server broke off while creating the video, so it may exist and be billed (500): Oops.',
				'do not pay twice',
			],
		])('%i: %j', async (status, answer, message, next) => {
			bench.server.answer(POST, { status, ...answer });
			const { error } = await run();
			expect(error?.message).toBe(message);
			expect(error?.description).toContain(next);
			expect(error?.httpCode).toBe(String(status));
			expect(sent()).toHaveLength(1);
		});

		it('and does not take the old video in a refusal for a new one', async () => {
			const json = { id: 'video_1', object: 'video', status: 'in_progress' };
			bench.server.answer(POST, { status: 409, json });
			const { items, error } = await run();
			expect(items).toEqual([]);
			expect(error?.message).toBe(`The server did not ${operation} video 'video_1' (409)`);
		});

		it('and takes a new video in a refusal for what it is: it is paid', async () => {
			bench.server.answer(POST, { status: 500, ...made('video_2') });
			expect((await run()).items[0].json.id).toBe('video_2');
		});
	});

	describe('is safe with money', () => {
		it.each(IN_DOUBT)('is not sent again by Retry On Fail after %s', async (_name, answer) => {
			bench.server.answer(POST, answer);
			const { error } = await run({}, { settings: RETRY });
			expect(error?.message).toMatch(/may exist .*be billed/);
			expect(sent()).toHaveLength(1);
		});

		it('names what can be the video that got no answer, and not the one it is made of', async () => {
			const created_at = bench.time.now / 1000;
			bench.server.answer(POST, { status: 502 });
			bench.server.answerAlways(LIST, {
				json: {
					data: [
						{ id: 'video_9', status: 'queued', prompt: 'black', created_at },
						{ ...completedVideo('video_1'), prompt: 'black' },
					],
				},
			});
			const { error } = await run();
			expect(error?.message).toContain("It may be 'video_9', which");
		});

		it('waits a rate limit out as told, and the video is made once', async () => {
			bench.server.answer(POST, { status: 429, headers: { 'retry-after': '20' } }, made('video_2'));
			expect((await run()).items).toHaveLength(1);
			expect(bench.time.pauses).toEqual([20_000]);
		});

		it('gets back by Retry On Fail what was paid, under one Idempotency-Key for each item', async () => {
			bench.server.answer(POST, made('video_2'), { status: 400, json: {} }, made('video_3'));
			const { items } = await run({}, { items: sources('a', 'b'), settings: RETRY });
			expect(items.map(({ json }) => json.id).sort()).toEqual(['video_2', 'video_3']);
			const keys = sent().map(({ headers }) => headers['idempotency-key']);
			expect(keys).toHaveLength(3);
			expect(new Set(keys).size).toBe(2);
			for (const key of keys) expect(key).toMatch(/^n8n-[0-9a-f]{40}$/);
		});

		it('names the videos of its siblings when it fails', async () => {
			bench.server.answer(POST, { status: 400, json: {} }, made('video_2'));
			const { error } = await run({}, { items: sources('a', 'b') });
			expect(error?.description).toMatch(
				/Created in the same run, and not lost: 'video_2' \(item [01]\)\./,
			);
		});

		it('keeps the other items with On Error: Continue', async () => {
			bench.server.answer(POST, made('video_2'));
			const settings = { onError: 'continueErrorOutput' } as const;
			const { items, failed, error } = await run({}, { items: sources('a', ' '), settings });
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.id)).toEqual(['video_2']);
			expect(failed[0].json.error).toBe("'Prompt' is empty");
		});
	});
});

describe.each(REWORKS.filter(({ takesFile }) => takesFile))(
	'$Operation of a file',
	({ operation, POST }) => {
		const run = async (setup: Partial<NodeSetup> = {}) =>
			await bench.run({ operation, ...FILE }, { items: [rowWithFile(MP4)], ...setup });

		it.each([
			[
				400,
				words("Invalid file 'video'."),
				`The server did not ${operation} this video (400): Invalid file 'video'.`,
				"Compare the file, 'Model', 'Prompt'",
			],
			[
				400,
				words("Field 'video' not found."),
				`The server did not ${operation} this video (400): Field 'video' not found.`,
				"Compare the file, 'Model', 'Prompt'",
			],
			[
				404,
				words("The model 'sora-2' does not exist."),
				"The server does not offer this model (404): The model 'sora-2' does not exist.",
				"the list of 'Model'",
			],
			[413, {}, 'The file of the video is too large for the server (413)', "to 'Video ID'"],
			[404, {}, `This server does not ${operation} videos (404)`, 'Not every server can.'],
			[405, {}, `This server does not ${operation} videos (405)`, 'Not every server can.'],
		])('tells of a server that says no, %i: %j', async (status, answer, message, next) => {
			bench.server.answer(POST, { status, ...answer });
			const { error } = await run();
			expect(error?.message).toBe(message);
			expect(error?.description).toContain(next);
			expect(error?.description).toContain('Nothing was created for this item.');
			expect(bench.server.received).toHaveLength(1);
		});

		it.each(IN_DOUBT)('is not sent again by Retry On Fail after %s', async (_name, answer) => {
			bench.server.answer(POST, answer);
			const { error } = await run({ settings: RETRY });
			expect(error?.message).toMatch(/may exist .*be billed/);
			expect(sent()).toHaveLength(1);
		});

		it('waits a rate limit out as told, and the whole file goes again', async () => {
			const wait = { status: 429, headers: { 'retry-after': '20' } };
			bench.server.answer(POST, wait, made('video_2'));
			expect((await run()).items).toHaveLength(1);
			expect(bench.time.pauses).toEqual([20_000]);
			const file = (await readForm(sent()[1])).get('video') as File;
			expect(Buffer.from(await file.arrayBuffer()).equals(MP4)).toBe(true);
		});
	},
);
