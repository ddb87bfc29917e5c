import type { ServerResponse } from 'node:http';

import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { expectError } from '../support/expectError.mts';
import {
	accepted,
	completedVideo,
	MP4,
	RETRY_ON_FAIL,
	itemWithFile,
	SORA,
} from '../support/fixtures.mts';
import { type NodeSetup } from '../support/nodeRunner.mts';
import { LIST, readForm } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const FILE = { videoSource: 'binary', model: SORA };

const node = testNode({ prompt: '={{ $json.prompt ?? "black" }}' });

const sources = (...prompts: string[]): INodeExecutionData[] =>
	prompts.map((prompt) => ({ json: { id: 'video_1', prompt } }));
const withMessage = (message: string) => ({ json: { error: { message } } });

const OPERATIONS = [
	{
		operation: 'remix',
		Operation: 'Remix',
		participle: 'remixed',
		POST: 'POST /v1/videos/video_1/remix',
		takesFile: false,
	},
	{
		operation: 'edit',
		Operation: 'Edit',
		participle: 'edited',
		POST: 'POST /v1/videos/edits',
		takesFile: true,
	},
	{
		operation: 'extend',
		Operation: 'Extend',
		participle: 'extended',
		POST: 'POST /v1/videos/extensions',
		takesFile: true,
	},
];
const UNCERTAIN = Object.entries({
	'a dropped connection': { respond: (response: ServerResponse) => response.destroy() },
	'502': { status: 502 },
	'408': { status: 408 },
	'200 with a web page': { body: '<html></html>' },
});

describe.each(OPERATIONS)('$Operation', ({ operation, Operation, participle, POST }) => {
	const run = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
		await node.run({ operation, ...parameters }, setup);

	it.each([
		[
			409,
			withMessage('Not completed.'),
			`The server did not ${operation} video 'video_1' (409): Not completed.`,
			`Only a completed video can be ${participle}: put Wait Until Done before ${Operation}`,
		],
		[
			401,
			withMessage('Bad key.'),
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
			withMessage('The file of this video has expired.'),
			"Video 'video_1' has expired on the server (404): The file of this video has expired.",
			'Create it again, and download it soon',
		],
		[
			400,
			withMessage('This was blocked by our moderation system.'),
			"The server's rules on content do not allow this video (400): This was blocked by our moderation system.",
			'Nothing was created for this item.',
		],
		[
			500,
			withMessage('Oops.'),
			'The server broke off while creating the video, so it may exist and be billed (500): Oops.',
			'do not pay twice',
		],
	])('explains a %i and names the next step: %j', async (status, response, message, next) => {
		node.server.respondTo(POST, { status, ...response });
		const { error } = await run();
		expectError(error, { status, message, next });
		expect(node.server.posts()).toHaveLength(1);
	});

	it('fails if an error response contains the source video', async () => {
		const json = { id: 'video_1', object: 'video', status: 'in_progress' };
		node.server.respondTo(POST, { status: 409, json });
		const { items, error } = await run();
		expect(items).toEqual([]);
		expect(error?.message).toBe(`The server did not ${operation} video 'video_1' (409)`);
	});

	it('returns the new video in an error response', async () => {
		node.server.respondTo(POST, { status: 500, ...accepted('video_2') });
		expect((await run()).items[0].json.id).toBe('video_2');
	});

	it.each(UNCERTAIN)('is not retried by Retry On Fail after %s', async (_name, response) => {
		node.server.respondTo(POST, response);
		const { error } = await run({}, { settings: RETRY_ON_FAIL });
		expect(error?.message).toMatch(/may exist .*be billed/);
		expect(node.server.posts()).toHaveLength(1);
	});

	it('names the video that may be the created one, but never the source video', async () => {
		const created_at = node.time.now / 1000;
		node.server.respondTo(POST, { status: 502 });
		node.server.alwaysRespondTo(LIST, {
			json: {
				data: [
					{ id: 'video_9', status: 'queued', prompt: 'black', created_at },
					{ ...completedVideo('video_1'), prompt: 'black' },
				],
			},
		});
		const { error } = await run();
		expect(error?.message).toContain("it may be 'video_9', which");
	});

	it('waits out a rate limit for as long as the server says and returns one video', async () => {
		node.server.respondTo(
			POST,
			{ status: 429, headers: { 'retry-after': '20' } },
			accepted('video_2'),
		);
		expect((await run()).items).toHaveLength(1);
		expect(node.time.pauses).toEqual([20_000]);
	});

	it('returns paid videos after Retry On Fail, with one Idempotency-Key for each request', async () => {
		node.server.respondTo(
			POST,
			accepted('video_2'),
			{ status: 400, json: {} },
			accepted('video_3'),
		);
		const { items } = await run({}, { items: sources('a', 'b'), settings: RETRY_ON_FAIL });
		expect(items.map(({ json }) => json.id).sort()).toEqual(['video_2', 'video_3']);
		const keys = node.server.posts().map(({ headers }) => headers['idempotency-key']);
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(3);
		for (const key of keys) expect(key).toMatch(/^n8n-[0-9a-f]{40}$/);
	});

	it('names the videos of the other items when it fails', async () => {
		node.server.respondTo(POST, { status: 400, json: {} }, accepted('video_2'));
		const { error } = await run({}, { items: sources('a', 'b') });
		expect(error?.description).toMatch(
			/Created in the same run, and not lost: 'video_2' \(item [01]\)\./,
		);
	});

	it('returns the other items with On Error: Continue', async () => {
		node.server.respondTo(POST, accepted('video_2'));
		const settings = { onError: 'continueErrorOutput' } as const;
		const { items, failed, error } = await run({}, { items: sources('a', ' '), settings });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.id)).toEqual(['video_2']);
		expect(failed[0].json.error).toBe("'Prompt' is empty");
	});
});

describe.each(OPERATIONS.filter(({ takesFile }) => takesFile))(
	'$Operation with a file from binary data',
	({ operation, POST }) => {
		const run = async (setup: Partial<NodeSetup> = {}) =>
			await node.run({ operation, ...FILE }, { items: [itemWithFile(MP4)], ...setup });

		it.each([
			[
				400,
				withMessage("Invalid file 'video'."),
				`The server did not ${operation} this video (400): Invalid file 'video'.`,
				"Compare the file, 'Model', 'Prompt'",
			],
			[
				400,
				withMessage("Field 'video' not found."),
				`The server did not ${operation} this video (400): Field 'video' not found.`,
				"Compare the file, 'Model', 'Prompt'",
			],
			[
				404,
				withMessage("The model 'sora-2' does not exist."),
				"The server does not offer this model (404): The model 'sora-2' does not exist.",
				"the list of 'Model'",
			],
			[413, {}, 'The file of the video is too large for the server (413)', "to 'Video ID'"],
			[404, {}, `This server does not ${operation} videos (404)`, 'Not every server can.'],
			[405, {}, `This server does not ${operation} videos (405)`, 'Not every server can.'],
		])('explains a %i and names the next step: %j', async (status, response, message, next) => {
			node.server.respondTo(POST, { status, ...response });
			const { error } = await run();
			expectError(error, { status, message, next });
			expect(error?.description).toContain('Nothing was created for this item.');
			expect(node.server.received).toHaveLength(1);
		});

		it.each(UNCERTAIN)('is not retried by Retry On Fail after %s', async (_name, response) => {
			node.server.respondTo(POST, response);
			const { error } = await run({ settings: RETRY_ON_FAIL });
			expect(error?.message).toMatch(/may exist .*be billed/);
			expect(node.server.posts()).toHaveLength(1);
		});

		it('sends the complete file again after a rate limit', async () => {
			const limited = { status: 429, headers: { 'retry-after': '20' } };
			node.server.respondTo(POST, limited, accepted('video_2'));
			expect((await run()).items).toHaveLength(1);
			expect(node.time.pauses).toEqual([20_000]);
			const file = (await readForm(node.server.posts()[1])).get('video') as File;
			expect(Buffer.from(await file.arrayBuffer()).equals(MP4)).toBe(true);
		});
	},
);
