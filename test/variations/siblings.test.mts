import type { ServerResponse } from 'node:http';

import type { INodeExecutionData } from 'n8n-workflow';

import { waitUntil } from '../e2e/support/waitUntil.mts';
import { benchFor } from '../support/bench.mts';
import { API_KEY, PNG, resultOf, sharedEngine, SORA, workflowOf } from '../support/videos.mts';

const POST = 'POST /v1/videos';
const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt }}' };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const ONE_BY_ONE = { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 20 } } } };

const bench = benchFor(CREATE);

const accepted = (id: string) => ({ json: { id, object: 'video', status: 'queued' } });
const prompts = (...texts: string[]): INodeExecutionData[] =>
	texts.map((prompt) => ({ json: { prompt } }));
const created = () => bench.server.received.filter(({ method }) => method === 'POST');

/** An answer that is on its way until `send` is called. */
function heldBack(id: string) {
	let response: ServerResponse;
	return {
		respond: (opened: ServerResponse) => void (response = opened),
		send: async () => {
			response.writeHead(200, { 'content-type': 'application/json' });
			await new Promise<void>((resolve) =>
				response.end(JSON.stringify({ id, status: 'queued' }), resolve),
			);
		},
	};
}

describe('items that are sent in batches', () => {
	it('name the videos that are paid when a later item is refused by the node itself', async () => {
		bench.server.answer(POST, accepted('video_0'), accepted('video_1'));
		const { error } = await bench.run(ONE_BY_ONE, { items: prompts('a', 'b', ' ') });
		expect(error?.message).toContain("'Prompt' is empty");
		expect(error?.description).not.toContain('Nothing was sent');
		expect(error?.description).toContain("'video_0'");
		expect(error?.description).toContain("'video_1'");
	});

	it('are paid once when Retry On Fail gets a picture that could not be fetched before', async () => {
		bench.server.answer(POST, accepted('video_0'), accepted('video_1'));
		bench.server.answer(
			'GET /cat.png',
			{ body: PNG },
			{ status: 404 },
			{ body: PNG },
			{ body: PNG },
		);
		const { items, error } = await bench.run(
			{ ...ONE_BY_ONE, referenceImage: 'url', referenceUrl: `${bench.server.origin}/cat.png` },
			{ items: prompts('a', 'b'), settings: RETRY },
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.id)).toEqual(['video_0', 'video_1']);
		expect(created()).toHaveLength(2);
	});

	it('are paid once when n8n itself ends the node while an answer is on its way', async () => {
		const answer = heldBack('video_0');
		bench.server.answer(POST, answer);
		const prompt = `={{ $json.prompt === 'broken' ? $('Nobody').item.json.x : $json.prompt }}`;
		const { error } = await bench.run(
			{ ...ONE_BY_ONE, prompt },
			{ items: prompts('a', 'broken'), settings: RETRY },
		);
		expect(error).toBeDefined();
		expect(created()).toHaveLength(1);
		await answer.send();
	});
});

describe('an execution that is stopped while an answer is on its way', () => {
	it('names the videos that are paid', async () => {
		bench.server.answer(POST, accepted('video_0'), { status: 429 }, { respond: () => {} });
		const running = (await sharedEngine()).run(workflowOf(CREATE, RETRY), {
			credentials: { apiKey: API_KEY, baseUrl: bench.server.baseUrl },
			items: prompts('a', 'b'),
		});
		// By the time the second item is sent again, the first answer has got through.
		await waitUntil('it is sent again', () => created().length === 3, { within: 10_000, every: 5 });
		running.cancel();
		const { run } = resultOf(await running.finished);
		expect(run.status).toBe('canceled');
		const [{ error }] = run.data.resultData.runData.Videos;
		expect(error?.message).toBe('The execution was canceled');
		expect(error).toMatchObject({ description: expect.stringContaining("'video_0' (item 0)") });
		expect(created()).toHaveLength(3);
	});
});

describe('an expression that fails for one item', () => {
	const prompt = `={{ $json.prompt === 'broken' ? $('Nobody').item.json.x : $json.prompt }}`;

	it('lets no item be paid for, whose row n8n would drop', async () => {
		const { error } = await bench.run({ prompt }, { items: prompts('a', 'b', 'broken', 'c') });
		expect(error).toBeDefined();
		// Whatever were sent would arrive before this.
		bench.server.answer('GET /v1', {});
		await fetch(bench.server.baseUrl);
		expect(created()).toHaveLength(0);
	});

	it('is no reason to wait for items that Execute Once leaves out', async () => {
		bench.server.answer(POST, accepted('video_0'));
		const { items } = await bench.run(
			{},
			{ items: prompts('a', 'b'), settings: { executeOnce: true } },
		);
		expect(items.map(({ json }) => json.id)).toEqual(['video_0']);
	});

	it('does not keep the others from their videos under Continue', async () => {
		bench.server.answer(POST, accepted('video_0'), accepted('video_1'));
		const { items } = await bench.run(
			{ prompt },
			{ items: prompts('a', 'broken', 'b'), settings: { onError: 'continueRegularOutput' } },
		);
		expect(items.map(({ json }) => json.id)).toEqual(['video_0', undefined, 'video_1']);
	});
});
