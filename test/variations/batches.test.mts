import type { ServerResponse } from 'node:http';

import type { INodeExecutionData } from 'n8n-workflow';

import { waitUntil } from '../support/waitUntil.mts';
import { accepted, API_KEY, CREATE, PNG, RETRY_ON_FAIL } from '../support/fixtures.mts';
import { resultOf, sharedEngine, workflowOf } from '../support/nodeRunner.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';
const CREATE_FROM_ITEM = { ...CREATE, prompt: '={{ $json.prompt }}' };
/** Its expression fails for the item with the prompt `broken`. */
const BROKEN_PROMPT = `={{ $json.prompt === 'broken' ? $('Nobody').item.json.x : $json.prompt }}`;
const ONE_BY_ONE = { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 20 } } } };

const node = testNode(CREATE_FROM_ITEM);

const prompts = (...texts: string[]): INodeExecutionData[] =>
	texts.map((prompt) => ({ json: { prompt } }));

/** A response that is not sent until `send` is called. */
function delayed(id: string) {
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

describe('Create with Batching', () => {
	it('names the paid videos when a later item fails the validation', async () => {
		node.server.respondTo(POST, accepted('video_0'), accepted('video_1'));
		const { error } = await node.run(ONE_BY_ONE, { items: prompts('a', 'b', ' ') });
		expect(error?.message).toContain("'Prompt' is empty");
		expect(error?.description).not.toContain('Nothing was sent');
		expect(error?.description).toContain("'video_0'");
		expect(error?.description).toContain("'video_1'");
	});

	it('creates each video once if only Retry On Fail succeeds in downloading an image', async () => {
		node.server.respondTo(POST, accepted('video_0'), accepted('video_1'));
		node.server.respondTo(
			'GET /cat.png',
			{ body: PNG },
			{ status: 404 },
			{ body: PNG },
			{ body: PNG },
		);
		const { items, error } = await node.run(
			{ ...ONE_BY_ONE, referenceImage: 'url', referenceUrl: `${node.server.origin}/cat.png` },
			{ items: prompts('a', 'b'), settings: RETRY_ON_FAIL },
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.id)).toEqual(['video_0', 'video_1']);
		expect(node.server.posts()).toHaveLength(2);
	});

	it('creates each video once if n8n ends the node before a response arrives', async () => {
		const response = delayed('video_0');
		node.server.respondTo(POST, response);
		const { error } = await node.run(
			{ ...ONE_BY_ONE, prompt: BROKEN_PROMPT },
			{ items: prompts('a', 'broken'), settings: RETRY_ON_FAIL },
		);
		expect(error).toBeDefined();
		expect(node.server.posts()).toHaveLength(1);
		await response.send();
	});
});

describe('Create in an execution that is canceled before a response arrives', () => {
	it('names the paid videos', async () => {
		node.server.respondTo(POST, accepted('video_0'), { status: 429 }, { respond: () => {} });
		const running = (await sharedEngine()).run(workflowOf(CREATE_FROM_ITEM, RETRY_ON_FAIL), {
			credentials: { apiKey: API_KEY, baseUrl: node.server.baseUrl },
			items: prompts('a', 'b'),
		});
		// When the second item is retried, the response to the first has arrived.
		await waitUntil('it is retried', () => node.server.posts().length === 3, {
			within: 10_000,
			every: 5,
		});
		running.cancel();
		const { run } = resultOf(await running.finished);
		expect(run.status).toBe('canceled');
		const [{ error }] = run.data.resultData.runData.Videos;
		expect(error?.message).toBe('The execution was canceled');
		expect(error).toMatchObject({ description: expect.stringContaining("'video_0' (item 0)") });
		expect(node.server.posts()).toHaveLength(3);
	});
});

describe('Create with an expression that fails for one item', () => {
	it('sends no item, as n8n would drop the videos', async () => {
		const { error } = await node.run(
			{ prompt: BROKEN_PROMPT },
			{ items: prompts('a', 'b', 'broken', 'c') },
		);
		expect(error).toBeDefined();
		// A request of the node would arrive before this one.
		node.server.respondTo('GET /v1', {});
		await fetch(node.server.baseUrl);
		expect(node.server.posts()).toHaveLength(0);
	});

	it('does not wait for items that Execute Once skips', async () => {
		node.server.respondTo(POST, accepted('video_0'));
		const { items } = await node.run(
			{},
			{ items: prompts('a', 'b'), settings: { executeOnce: true } },
		);
		expect(items.map(({ json }) => json.id)).toEqual(['video_0']);
	});

	it('creates the other videos with On Error: Continue', async () => {
		node.server.respondTo(POST, accepted('video_0'), accepted('video_1'));
		const { items } = await node.run(
			{ prompt: BROKEN_PROMPT },
			{ items: prompts('a', 'broken', 'b'), settings: { onError: 'continueRegularOutput' } },
		);
		expect(items.map(({ json }) => json.id)).toEqual(['video_0', undefined, 'video_1']);
	});
});
