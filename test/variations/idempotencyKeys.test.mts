import type { IWorkflowBase } from 'n8n-workflow';

import {
	accepted,
	API_KEY,
	CREATE_FROM_ITEM,
	queuedVideo,
	REJECTED,
	RETRY_ON_FAIL,
} from '../support/fixtures.mts';
import {
	type NodeRun,
	type NodeSetup,
	resultOf,
	sharedEngine,
	workflowOf,
} from '../support/nodeRunner.mts';
import type { ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const POST = 'POST /v1/videos';

const node = testNode(CREATE_FROM_ITEM);
const create = async (setup: Partial<NodeSetup> = {}) =>
	await node.run({}, { items: [{ json: {} }], ...setup });

const idempotencyKeys = () => node.server.posts().map(({ headers }) => headers['idempotency-key']);

describe('Idempotency-Key', () => {
	const runWorkflow = async (workflow: IWorkflowBase): Promise<NodeRun> => {
		const credentials = { apiKey: API_KEY, baseUrl: node.server.baseUrl };
		return resultOf(await (await sharedEngine()).run(workflow, { credentials }).finished);
	};

	it('is sent with every Create and reveals nothing about n8n', async () => {
		node.server.respondTo(POST, accepted('video_1'));
		await create();
		expect(idempotencyKeys()[0]).toMatch(/^n8n-[0-9a-f]{40}$/);
	});

	it('stays the same when an item is retried after a rate limit', async () => {
		node.server.respondTo(POST, { status: 429 }, { status: 429 }, accepted('video_1'));
		await create();
		expect(idempotencyKeys()).toHaveLength(3);
		expect(new Set(idempotencyKeys()).size).toBe(1);
	});

	it.each([
		['400', REJECTED],
		['422', { status: 422, json: { error: { message: 'Odd.' } } }],
		['403', { status: 403, json: { error: { message: 'Odd.' } } }],
		[
			'a failed video with status 400',
			{ status: 400, json: { ...queuedVideo('x'), status: 'failed', error: { message: 'Odd.' } } },
		],
	])(
		'is another one after a refusal, which a server may remember with its key: %s',
		async (_name, refusal) => {
			const refused = new Set<unknown>();
			const respond: ScriptedResponse = {
				respond(response) {
					const key = idempotencyKeys().at(-1);
					const isNew = !refused.has(key) && refused.size > 0;
					refused.add(key);
					const { status, json } = isNew ? { status: 200, json: queuedVideo('video_1') } : refusal;
					response.writeHead(status, { 'content-type': 'application/json' });
					response.end(JSON.stringify(json));
				},
			};
			node.server.respondTo(POST, respond, respond);
			const { items } = await create({ settings: RETRY_ON_FAIL });
			expect(items[0].json.id).toBe('video_1');
			expect(new Set(idempotencyKeys()).size).toBe(2);
		},
	);

	it('changes with each execution', async () => {
		node.server.respondTo(POST, accepted('a'), accepted('b'));
		await create();
		await create();
		expect(new Set(idempotencyKeys()).size).toBe(2);
	});

	it('changes with each item, even with the same prompt', async () => {
		node.server.respondTo(POST, ...['a', 'b', 'c'].map(accepted));
		await create({ items: [{ json: {} }, { json: {} }, { json: {} }] });
		expect(new Set(idempotencyKeys()).size).toBe(3);
	});

	it('changes with each iteration of a loop', async () => {
		node.server.respondTo(POST, accepted('a'), accepted('b'), REJECTED);
		const workflow = workflowOf(CREATE_FROM_ITEM, { onError: 'continueErrorOutput' });
		const self = { node: 'Videos', type: 'main' as const, index: 0 };
		workflow.connections.Videos = { main: [[self]] };
		await runWorkflow(workflow);
		expect(idempotencyKeys()).toHaveLength(3);
		expect(new Set(idempotencyKeys()).size).toBe(3);
	});

	it('changes with each node', async () => {
		node.server.respondTo(POST, accepted('a'), accepted('b'));
		const workflow = workflowOf(CREATE_FROM_ITEM);
		const [, videos] = workflow.nodes;
		workflow.nodes.push({ ...videos, id: 'More', name: 'More' });
		workflow.connections.Videos = { main: [[{ node: 'More', type: 'main', index: 0 }]] };
		const { error } = await runWorkflow(workflow);
		expect(error).toBeUndefined();
		expect(new Set(idempotencyKeys()).size).toBe(2);
	});

	it('is not sent by operations that only read', async () => {
		node.server.respondTo('GET /v1/videos/video_1', accepted('video_1'));
		await node.run({ operation: 'getStatus' }, { items: [{ json: { id: 'video_1' } }] });
		expect(node.server.received[0].headers).not.toHaveProperty('idempotency-key');
	});
});

describe('Create on a server that knows the idempotency key from another request', () => {
	it.each<[name: string, response: ScriptedResponse]>([
		[
			'the sandbox',
			{
				status: 409,
				json: {
					error: {
						code: 'idempotency_key_reused',
						message: 'This Idempotency-Key was used before with another request.',
					},
				},
			},
		],
		[
			'Stripe',
			{
				status: 400,
				json: {
					error: {
						type: 'idempotency_error',
						message:
							'Keys for idempotent requests can only be used with the same parameters they were first used with.',
					},
				},
			},
		],
		[
			'the IETF draft',
			{
				status: 422,
				json: {
					title: 'Idempotency-Key is already used',
					detail: 'This operation is idempotent and requires correct usage of Idempotency Key.',
				},
			},
		],
		[
			'a request in progress',
			{ status: 409, json: { title: 'A request is outstanding for this Idempotency-Key' } },
		],
		[
			'a different payload',
			{ status: 422, json: { detail: 'Idempotency key used with a different payload' } },
		],
		[
			'a different body',
			{ status: 409, json: { message: 'idempotency key reuse: request body mismatch' } },
		],
		[
			'AWS',
			{
				status: 400,
				json: {
					__type: 'x',
					code: 'IdempotentParameterMismatch',
					message: 'Parameters do not match.',
				},
			},
		],
		['a word', { status: 409, json: { error: 'idempotency_conflict' } }],
		[
			'Chinese',
			{ status: 409, json: { code: 'conflict', message: '幂等键已被使用，且请求参数不一致' } },
		],
	])(
		'says so, creates no second video, and says to run the workflow anew: %s',
		async (_name, response) => {
			node.server.respondTo(POST, response);
			const { error } = await create({ settings: RETRY_ON_FAIL });
			expect(error?.message).toContain(
				'The server knows the idempotency key of this request from an earlier one',
			);
			expect(error?.description).toContain('This request created nothing');
			expect(error?.description).toContain('run the workflow anew');
			expect(node.server.posts()).toHaveLength(1);
			// Nothing about it would be in the list: the earlier request may be days old.
			expect(node.server.received).toHaveLength(1);
		},
	);

	it.each([
		{ status: 400, json: { error: { message: 'Idempotency-Key header is too long' } } },
		{ status: 409, json: { error: { message: 'The model is being updated.' } } },
	])('does not say so of any other refusal: %j', async (response) => {
		node.server.respondTo(POST, response);
		const { error } = await create();
		expect(error?.message).not.toContain('idempotency key of this request');
		expect(error?.description).toContain('Nothing was created');
	});
});
