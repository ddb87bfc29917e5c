import type { ServerResponse } from 'node:http';

import type { INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../sandbox/server.mts';
import { benchFor } from '../support/bench.mts';
import { LIST } from '../support/scriptedServer.mts';
import { API_KEY, completedVideo, type NodeSetup } from '../support/videos.mts';

const POST = 'POST /v1/videos/video_1/remix';
const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const bench = benchFor({ operation: 'remix', prompt: '={{ $json.prompt ?? "in the rain" }}' });
const remix = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
	await bench.run(parameters, setup);

const remixed = (id: string) => ({
	json: { id, object: 'video', status: 'queued', remixed_from_video_id: 'video_1' },
});
const sources = (...prompts: string[]): INodeExecutionData[] =>
	prompts.map((prompt) => ({ json: { id: 'video_1', prompt } }));
const sent = () => bench.server.received.filter(({ method }) => method === 'POST');

describe('Remix', () => {
	it('sends the prompt as JSON for the video of the incoming item, and returns the new video', async () => {
		bench.server.answer(POST, remixed('video_2'));
		const { items } = await remix();
		const [{ headers, body }] = sent();
		expect(JSON.parse(body.toString())).toEqual({ prompt: 'in the rain' });
		expect(headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'content-type': expect.stringMatching(/^application\/json/),
		});
		expect(items).toEqual([
			{
				json: {
					id: 'video_2',
					object: 'video',
					status: 'pending',
					provider_status: 'queued',
					remixed_from_video_id: 'video_1',
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('carries any prompt unharmed, and any video ID', async () => {
		bench.server.answer('POST /v1/videos/sora%3Aa%2Fb%3D/remix', remixed('video_2'));
		const prompt = '同一只猫，但在雨中 🌧\n"zweite" Zeile';
		await remix({ videoId: ' sora:a/b= ' }, { items: sources(prompt) });
		expect(JSON.parse(sent()[0].body.toString())).toEqual({ prompt });
	});

	it('remixes a video of the sandbox', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0 });
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const model = { __rl: true, mode: 'id', value: 'sora-2' };
		const created = await remix({ operation: 'create', model }, { credentials });
		const { items, error } = await remix(
			{ videoId: created.items[0].json.id as string },
			{ credentials, items: sources('in snow') },
		);
		await sandbox.close();
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({
			prompt: 'in snow',
			remixed_from_video_id: created.items[0].json.id,
		});
	});

	it.each([
		['an empty prompt', { prompt: ' ' }, "'Prompt' is empty"],
		['no video ID', { videoId: '={{ "" }}' }, "'Video ID' is empty"],
		['dots for a video ID', { videoId: '..' }, "'Video ID' is not an ID: .."],
	])('refuses %s before anything is sent', async (_name, parameters, message) => {
		const { error } = await remix(parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toContain('Nothing was sent.');
		expect(bench.server.received).toHaveLength(0);
	});

	it('sends none of the items when one of them is wrong', async () => {
		const { error } = await remix({}, { items: sources('a', ' ', 'c') });
		expect(error?.message).toBe("'Prompt' is empty [item 1]");
		expect(bench.server.received).toHaveLength(0);
	});
});

describe('what Remix tells of a server that says no', () => {
	const words = (message: string) => ({ json: { error: { message } } });

	it.each([
		[
			409,
			words('Not completed.'),
			"The server did not remix video 'video_1' (409): Not completed.",
			'put Wait Until Done before Remix',
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
		const { error } = await remix();
		expect(error?.message).toBe(message);
		expect(error?.description).toContain(next);
		expect(error?.httpCode).toBe(String(status));
		expect(sent()).toHaveLength(1);
	});

	it('does not take the old video in a refusal for a new one', async () => {
		const json = { id: 'video_1', object: 'video', status: 'in_progress' };
		bench.server.answer(POST, { status: 409, json });
		const { items, error } = await remix();
		expect(items).toEqual([]);
		expect(error?.message).toBe("The server did not remix video 'video_1' (409)");
	});

	it('takes a new video in a refusal for what it is: it is paid', async () => {
		bench.server.answer(POST, { status: 500, ...remixed('video_2') });
		expect((await remix()).items[0].json.id).toBe('video_2');
	});
});

describe('money safety of Remix', () => {
	it.each([
		['a dropped connection', { respond: (response: ServerResponse) => response.destroy() }],
		['502', { status: 502 }],
		['408', { status: 408 }],
		['200 with a page', { body: '<html></html>' }],
	])('a Remix in doubt is not sent again by Retry On Fail: %s', async (_name, answer) => {
		bench.server.answer(POST, answer);
		const { error } = await remix({}, { settings: RETRY });
		expect(error?.message).toMatch(/may exist .*be billed/);
		expect(sent()).toHaveLength(1);
	});

	it('names what can be the video that got no answer, and not the one it is made of', async () => {
		const created_at = bench.time.now / 1000;
		bench.server.answer(POST, { status: 502 });
		bench.server.answerAlways(LIST, {
			json: {
				data: [
					{ id: 'video_9', status: 'queued', prompt: 'in the rain', created_at },
					{ ...completedVideo('video_1'), prompt: 'in the rain' },
				],
			},
		});
		const { error } = await remix();
		expect(error?.message).toContain("It may be 'video_9', which");
	});

	it('a rate limit is waited out as told, and the video is made once', async () => {
		bench.server.answer(
			POST,
			{ status: 429, headers: { 'retry-after': '20' } },
			remixed('video_2'),
		);
		expect((await remix()).items).toHaveLength(1);
		expect(bench.time.pauses).toEqual([20_000]);
	});

	it('Retry On Fail gets back what was paid, under one Idempotency-Key for each item', async () => {
		bench.server.answer(POST, remixed('video_2'), { status: 400, json: {} }, remixed('video_3'));
		const { items } = await remix({}, { items: sources('a', 'b'), settings: RETRY });
		expect(items.map(({ json }) => json.id).sort()).toEqual(['video_2', 'video_3']);
		const keys = sent().map(({ headers }) => headers['idempotency-key']);
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(2);
		for (const key of keys) expect(key).toMatch(/^n8n-[0-9a-f]{40}$/);
	});

	it('a failing Remix names the videos of its siblings', async () => {
		bench.server.answer(POST, { status: 400, json: {} }, remixed('video_2'));
		const { error } = await remix({}, { items: sources('a', 'b') });
		expect(error?.description).toMatch(
			/Created in the same run, and not lost: 'video_2' \(item [01]\)\./,
		);
	});
});
