import type { ServerResponse } from 'node:http';

import type { INodeExecutionData } from 'n8n-workflow';

import { waitUntil } from '../support/waitUntil.mts';
import {
	accepted,
	CREATE_FROM_ITEM,
	queuedVideo,
	REJECTED,
	RETRY_ON_FAIL,
} from '../support/fixtures.mts';
import type { NodeSetup } from '../support/nodeRunner.mts';
import { LIST, type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';

const node = testNode(CREATE_FROM_ITEM);
const create = async (setup: Partial<NodeSetup> = {}) =>
	await node.run({}, { items: [{ json: {} }], ...setup });

const prompts = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, item) => ({ json: { prompt: `cat ${item}` } }));

describe('Create after an uncertain outcome', () => {
	const UNCERTAIN = [
		['a dropped connection', { respond: (response: ServerResponse) => response.destroy() }],
		['500', { status: 500, json: { error: { message: 'Oops.' } } }],
		['502 with a web page', { status: 502, body: '<html></html>' }],
		['504', { status: 504 }],
		['524 from Cloudflare', { status: 524 }],
		['408', { status: 408 }],
		['200 with a web page', { body: '<html></html>' }],
		['200 with an empty body', { body: '' }],
		['200 without an id', { json: { status: 'queued' } }],
		['200 with broken JSON', { body: '{"id": "vid' }],
	] as const;

	it.each(UNCERTAIN)('is not retried by Retry On Fail: %s', async (_name, response) => {
		node.server.respondTo(POST, response);
		const { error, items } = await create({ settings: RETRY_ON_FAIL });
		expect(items).toEqual([]);
		expect(node.server.posts()).toHaveLength(1);
		expect(`${error?.message} ${error?.description}`).toMatch(/may exist .*be billed/);
		expect(error?.description).toContain('do not pay twice');
	});

	it.each(UNCERTAIN)(
		'still creates the other items with On Error: Continue: %s',
		async (_name, response) => {
			node.server.respondTo(POST, response, accepted('video_2'));
			const { items } = await create({
				items: prompts(2),
				settings: { onError: 'continueRegularOutput' },
			});
			expect(items).toHaveLength(2);
			expect(items.filter(({ json }) => json.id === 'video_2')).toHaveLength(1);
			expect(node.server.posts()).toHaveLength(2);
		},
	);

	it.each([429, 500, 503])('returns the video in an error response: %i', async (status) => {
		const json = { id: 'video_9', object: 'video', status: 'queued' };
		node.server.respondTo(POST, { status, json });
		const { items, error } = await create({ settings: RETRY_ON_FAIL });
		expect(error).toBeUndefined();
		expect(items[0].json.id).toBe('video_9');
		expect(node.server.posts()).toHaveLength(1);
	});

	it('names the video on the server that may be the created one', async () => {
		const now = node.time.now / 1000;
		node.server.respondTo(POST, { status: 502, body: '' });
		const video = { object: 'video', status: 'queued', prompt: 'a cat', created_at: now };
		node.server.alwaysRespondTo(LIST, {
			json: {
				object: 'list',
				data: [
					{ ...video, id: 'video_9' },
					{ ...video, id: 'other_prompt', prompt: 'a dog' },
					{ ...video, id: 'old', created_at: now - 3_600 },
				],
			},
		});
		const { error } = await create();
		// In the message, because n8n keeps nothing else with On Error: Continue.
		expect(error?.message).toContain("'video_9'");
		expect(`${error?.message} ${error?.description}`).not.toMatch(/other_prompt|'old'/);
		expect(error?.description).toContain('Wait Until Done');
	});

	it.each([
		['without surrounding whitespace', 'a cat'],
		['with other surrounding whitespace', ' a cat\r\n'],
		['as an empty string', ''],
		['as null', null],
	])('names the video if the list returns its prompt %s', async (_name, prompt) => {
		node.server.respondTo(POST, { status: 502, body: '' });
		const created_at = node.time.now / 1000;
		const data = [{ id: 'video_9', object: 'video', status: 'queued', prompt, created_at }];
		node.server.alwaysRespondTo(LIST, { json: { data } });
		const { error } = await create({ items: [{ json: { prompt: 'a cat\n' } }] });
		expect(error?.message).toContain("'video_9'");
	});

	it.each([
		['created earlier, by the clock of the server', -10, 'a cat'],
		['created from another prompt', 1, 'a dog'],
	])('does not name a video %s', async (_name, seconds, prompt) => {
		// Its clock is an hour fast.
		const serverNow = node.time.now + 3_600_000;
		const video = { object: 'video', status: 'queued', prompt: 'a cat' };
		const created_at = serverNow / 1000;
		node.server.respondTo(POST, { status: 502, body: '' });
		node.server.alwaysRespondTo(LIST, {
			headers: { date: new Date(serverNow).toUTCString() },
			json: {
				data: [
					{ ...video, id: 'mine', created_at },
					{ ...video, id: 'other', created_at: created_at + seconds, prompt },
				],
			},
		});
		const { error } = await create();
		expect(error?.message).toContain("it may be 'mine', which");
	});

	it('does not name a video that a later batch created meanwhile', async () => {
		const created_at = node.time.now / 1000;
		const video = { id: 'video_1', object: 'video', status: 'queued', prompt: 'a cat', created_at };
		node.server.respondTo(POST, { status: 502, body: '' }, { json: video });
		let sendList = () => {};
		node.server.alwaysRespondTo(LIST, {
			respond: (response) => {
				sendList = () => response.end(JSON.stringify({ data: [video] }));
				if (node.server.posts().length === 2) sendList();
			},
		});
		const run = node.run(
			{ requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 50 } } } },
			{ items: [{ json: {} }, { json: {} }] },
		);
		await waitUntil('both are sent', () => node.server.posts().length === 2, {
			within: 10_000,
			every: 5,
		});
		sendList();
		const { error } = await run;
		expect(error?.message).not.toContain('video_1');
		expect(error?.description).toContain("'video_1' (item 1)");
	});

	it.each<[what: string, other: { secondsLater?: number; [field: string]: unknown }]>([
		['another model', { model: 'veo-3' }],
		['another size', { size: '1280x720' }],
		['another size, in capitals', { size: '1280X720' }],
		['another length', { seconds: '12' }],
		['another length, as a number', { seconds: 12 }],
		['another length, with its unit', { seconds: '12s' }],
		['a time just before the request', { secondsLater: -2 }],
	])('does not name a video of %s', async (_name, { secondsLater = 0, ...other }) => {
		const created_at = node.time.now / 1000 + secondsLater;
		node.server.respondTo(POST, { status: 502, body: '' });
		node.server.alwaysRespondTo(LIST, {
			headers: { date: new Date(node.time.now).toUTCString() },
			json: { data: [{ ...queuedVideo('strangers'), created_at, ...other }] },
		});
		const { error } = await create();
		expect(error?.message).toContain('may exist and be billed');
		expect(`${error?.message} ${error?.description}`).not.toContain('strangers');
	});

	it.each([
		['model in capitals', { model: 'SORA-2' }],
		['model with its provider', { model: 'openai/sora-2' }],
		['model with its date', { model: 'sora-2-2025-10-06' }],
		['size with an asterisk', { size: '720*1280' }],
		['size by a name', { size: '720p' }],
		['length as a number', { seconds: 4 }],
		['length with digits', { seconds: '4.0' }],
		['model left out', { model: '', size: null, seconds: null }],
	])('names the video of the same request, with the %s', async (_name, told) => {
		const created_at = node.time.now / 1000;
		node.server.respondTo(POST, { status: 502, body: '' });
		const video = { ...queuedVideo('mine'), created_at };
		node.server.alwaysRespondTo(LIST, {
			json: { data: [{ ...video, model: 'sora-2', size: '720x1280', seconds: '4', ...told }] },
		});
		const { error } = await create();
		expect(error?.message).toContain("it may be 'mine', which");
	});

	it('goes by the Extra Fields that replace others', async () => {
		const created_at = node.time.now / 1000;
		node.server.respondTo(POST, { status: 502, body: '' });
		const video = { ...queuedVideo('mine'), created_at, seconds: '6', model: 'veo-3' };
		node.server.alwaysRespondTo(LIST, { json: { data: [video] } });
		const extraFields = { seconds: 6, model: 'veo-3' };
		const { error } = await node.run({ options: { extraFields } }, { items: [{ json: {} }] });
		expect(error?.message).toContain("it may be 'mine', which");
	});

	it.each<[name: string, list: ScriptedResponse]>([
		['does not answer', { respond: () => void (node.time.now += 6_000) }],
		['fails', { status: 500 }],
		['is a web page', { body: '<html></html>' }],
		['wants to be asked later', { status: 429, headers: { 'retry-after': '60' } }],
		['does not exist', { status: 404 }],
		['is not supported', { status: 501 }],
		[
			'is that of LiteLLM',
			{
				status: 400,
				json: { error: { message: 'litellm.BadRequestError: LLM Provider NOT provided.' } },
			},
		],
	])(
		'answers within 15 seconds although the list %s',
		async (_name, list) => {
			node.server.respondTo(POST, { status: 500 });
			node.server.alwaysRespondTo(LIST, list);
			const start = Date.now();
			const { error } = await create();
			expect(error?.message).toContain('may exist and be billed');
			expect(Date.now() - start + node.time.waited).toBeLessThan(15_000);
		},
		20_000,
	);

	it('keeps the HTTP code of the error with Retry On Fail', async () => {
		node.server.respondTo(POST, { status: 502, body: '' });
		const { error } = await create({ settings: RETRY_ON_FAIL });
		expect(error?.httpCode).toBe('502');
	});
});

describe('Create with ten items, one of them rejected', () => {
	const scriptResponses = () => {
		const ids = Array.from({ length: 9 }, (_, item) => `video_${item}`);
		node.server.respondTo(POST, ...ids.slice(0, 4).map(accepted), REJECTED);
		node.server.respondTo(POST, ...ids.slice(4).map(accepted));
		return ids;
	};

	it('reports the IDs of the nine videos in the error', async () => {
		const ids = scriptResponses();
		const { error } = await create({ items: prompts(10) });
		for (const id of ids) expect(error?.description).toContain(`'${id}'`);
		expect(node.server.posts()).toHaveLength(10);
	});

	it('creates nine videos even if Retry On Fail tries three times', async () => {
		const ids = scriptResponses();
		node.server.respondTo(POST, REJECTED, REJECTED);
		const { error } = await create({ items: prompts(10), settings: RETRY_ON_FAIL });
		for (const id of ids) expect(error?.description).toContain(`'${id}'`);
		expect(node.server.posts()).toHaveLength(12);
	});

	it('returns ten items in order if the third try of Retry On Fail succeeds', async () => {
		scriptResponses();
		node.server.respondTo(POST, REJECTED, accepted('video_9'));
		const { items } = await create({ items: prompts(10), settings: RETRY_ON_FAIL });
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(10);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(node.server.posts()).toHaveLength(12);
	});
});

describe('Create after a 503', () => {
	const NOTHING_LIKE_IT =
		'The server takes no videos now, and nothing like this one is in its list so far';
	const unavailable = { status: 503, json: { error: { message: 'Odd.' } } };
	const old = () => ({ ...queuedVideo('old'), created_at: node.time.now / 1000 - 3_600 });
	const createOn = async (list: ScriptedResponse, response: ScriptedResponse = unavailable) => {
		node.server.respondTo(POST, response);
		node.server.alwaysRespondTo(LIST, list);
		return (await create({ settings: RETRY_ON_FAIL })).error;
	};

	it.each<[name: string, videos: () => object[], more: object]>([
		['is empty', () => [], {}],
		['has older videos only', () => [old()], {}],
		[
			'has the video of somebody else',
			() => [{ ...old(), created_at: node.time.now / 1000, size: '1x1' }],
			{},
		],
		['has more videos, all of them older', () => [old(), old()], { has_more: true }],
		['ends there', () => [old()], { has_more: false }],
	])('says that nothing was made if the list %s', async (_name, videos, more) => {
		const error = await createOn({ json: { object: 'list', data: videos(), ...more } });
		expect(error?.message).toBe(`${NOTHING_LIKE_IT} (503): Odd.`);
		expect(error?.description).toContain('Look at the list once more before you run this again');
		expect(`${error?.message} ${error?.description}`).not.toMatch(/billed|'old'/);
	});

	it.each<[name: string, list: () => ScriptedResponse, response: ScriptedResponse]>([
		['the server has no list', () => ({ status: 404 }), unavailable],
		['the list cannot be read', () => ({ body: '<html></html>' }), unavailable],
		[
			'the list has one like it',
			() => ({ json: { data: [{ ...old(), created_at: node.time.now / 1000 }] } }),
			unavailable,
		],
		[
			'the list does not say when',
			() => ({ json: { data: [queuedVideo('video_9')] } }),
			unavailable,
		],
		[
			'the list goes on with newer ones',
			() => ({
				json: {
					has_more: true,
					data: [old(), { ...old(), created_at: node.time.now / 1000, size: '1x1' }],
				},
			}),
			unavailable,
		],
		['it was another error', () => ({ json: { data: [] } }), { status: 502 }],
		['it was a timeout', () => ({ json: { data: [] } }), { status: 504 }],
		[
			'the connection broke off',
			() => ({ json: { data: [] } }),
			{ respond: (response) => void response.destroy() },
		],
	])('leaves it in doubt if %s', async (_name, list, response) => {
		const error = await createOn(list(), response);
		expect(error?.message).toContain('may exist and be billed');
	});

	it('leaves it in doubt if the list does not have the videos of this very run', async () => {
		node.server.respondTo(POST, accepted('video_0'), unavailable);
		node.server.alwaysRespondTo(LIST, { json: { data: [] } });
		const { error } = await create({ items: prompts(2) });
		expect(error?.message).toContain('may exist and be billed');
	});
});

describe('Create behind a gateway that repeats requests', () => {
	it('asks LiteLLM to send each request on only once', async () => {
		node.server.respondTo(POST, accepted('video_1'), accepted('video_2'));
		await create();
		await node.run({ options: { bodyFormat: 'json' } }, { items: [{ json: {} }] });
		expect(node.server.posts().map(({ headers }) => headers['x-litellm-num-retries'])).toEqual([
			'0',
			'0',
		]);
	});

	it.each([
		['remix', 'POST /v1/videos/video_0/remix'],
		['edit', 'POST /v1/videos/edits'],
		['extend', 'POST /v1/videos/extensions'],
	])('asks LiteLLM the same in %s', async (operation, request) => {
		node.server.respondTo(request, accepted('video_1'));
		await node.run({ operation, videoId: 'video_0', prompt: 'a cat' });
		expect(node.server.posts()[0].headers['x-litellm-num-retries']).toBe('0');
	});

	const RATE_LIMIT = { message: 'Rate limit reached for requests', code: 'rate_limit_exceeded' };
	const REPEATED: Array<[name: string, response: ScriptedResponse]> = [
		[
			'retries in a header',
			{ status: 429, headers: { 'x-litellm-attempted-retries': '2' }, json: { error: RATE_LIMIT } },
		],
		[
			'fallbacks in a header',
			{
				status: 429,
				headers: { 'x-litellm-attempted-fallbacks': '1' },
				json: { error: RATE_LIMIT },
			},
		],
		[
			'retries in its words',
			{
				status: 429,
				json: {
					error: {
						message: `${'litellm.RateLimitError: '.repeat(30)} LiteLLM Retried: 2 times, LiteLLM Max Retries: 2`,
					},
				},
			},
		],
		[
			'attempts in its words',
			{ status: 503, json: { error: 'Too many running tasks, gave up after 3 attempts' } },
		],
		[
			'retries before a concurrency limit',
			{
				status: 429,
				headers: { 'x-litellm-attempted-retries': '1' },
				json: { error: { message: 'Too many running tasks' } },
			},
		],
		[
			'retries before a refusal',
			{
				status: 400,
				headers: { 'x-litellm-attempted-retries': '1' },
				json: { error: 'Use JSON.' },
			},
		],
	];

	it.each(REPEATED)('does not repeat what may have been accepted: %s', async (_name, response) => {
		node.server.respondTo(POST, response);
		const created_at = node.time.now / 1000;
		node.server.alwaysRespondTo(LIST, {
			json: { data: [{ ...queuedVideo('video_9'), created_at }] },
		});
		const { error } = await create({ settings: RETRY_ON_FAIL });
		expect(node.server.posts()).toHaveLength(1);
		expect(error?.message).toContain('A gateway sent this request on more than once');
		expect(error?.message).toContain("it may be 'video_9'");
		expect(error?.description).toContain('do not pay twice');
		expect(error?.description).not.toContain('Nothing was created');
	});

	it.each<[name: string, response: ScriptedResponse]>([
		[
			'no retries in a header',
			{
				status: 429,
				headers: { 'x-litellm-attempted-retries': '0', 'x-litellm-attempted-fallbacks': '0' },
				json: { error: RATE_LIMIT },
			},
		],
		[
			'no fallback in its words',
			{
				status: 429,
				json: {
					error: {
						message:
							"litellm.RateLimitError: RateLimitError: OpenAIException - busy\n\nLiteLLM: model group 'a' failed with the error above. No fallback was attempted.",
					},
				},
			},
		],
		[
			'no deployment',
			{
				status: 429,
				json: { error: 'No deployments available for selected model, Try again in 5 seconds.' },
			},
		],
	])('waits out a rate limit before which nothing was sent on: %s', async (_name, response) => {
		node.server.respondTo(POST, response, accepted('video_1'));
		const { items } = await create();
		expect(items[0].json.id).toBe('video_1');
	});

	it('claims for this node only that the request was not repeated', async () => {
		node.server.respondTo(POST, { status: 500 });
		const { error } = await create();
		expect(error?.description).toContain('This node did not send it again after that');
		expect(error?.description).toContain('a gateway on the way may have');
	});
});

describe('Create with a refusal that looks like a video', () => {
	const REFUSAL = {
		...queuedVideo('video_made_up'),
		status: 'failed',
		progress: 0,
		error: { code: 'invalid_request_error', message: 'Use 720x1280.' },
	};

	it.each([400, 401, 402, 403, 404, 409, 422, 429])('is refused: %i', async (status) => {
		node.server.respondTo(POST, {
			status,
			headers: { 'x-should-retry': 'false' },
			json: REFUSAL,
		});
		const { error, items } = await create();
		expect(items).toEqual([]);
		expect(error?.message).toContain('Use 720x1280.');
		expect(`${error?.message} ${error?.description}`).not.toMatch(/video_made_up|billed/);
	});

	it('is refused with an error beside a status, too', async () => {
		node.server.respondTo(POST, { status: 400, json: { ...REFUSAL, status: 'queued' } });
		const { error } = await create();
		expect(error?.message).toContain('Use 720x1280.');
	});

	it('is a created video with status 200', async () => {
		node.server.respondTo(POST, { json: { ...REFUSAL, id: 'video_1' } });
		const { items } = await create();
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'failed' });
	});
});

it.each([
	[404, { detail: 'Not Found' }],
	[405, { detail: 'Method Not Allowed' }],
	[400, { error: { message: 'LLM Provider NOT provided. Pass in the LLM provider.' } }],
])(
	'A doubtful Create says at once that the server does not list its videos: %i',
	async (status, json) => {
		node.server.respondTo(POST, { status: 502, json: { error: { message: 'Bad gateway.' } } });
		node.server.alwaysRespondTo(LIST, { status, json });
		const { error } = await create();
		expect(error?.description).toContain('the server does not list its videos');
		expect(node.time.pauses).toEqual([]);
	},
);
