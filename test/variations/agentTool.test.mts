import type { INode, INodeParameters } from 'n8n-workflow';

import { agentWith } from '../support/agent.mts';
import { accepted, completedVideo, CREATE, MP4, RETRY_ON_FAIL } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const GET = 'GET /v1/videos/video_1';
const VIDEO_ID = { videoId: "={{ $fromAI('Video_ID', '', 'string') }}" };
const WAIT = { operation: 'waitUntilDone', ...VIDEO_ID };
const CREATE_BY_AGENT = {
	...CREATE,
	prompt: "={{ $fromAI('prompt', '', 'string') }}",
	descriptionType: 'manual',
	toolDescription: 'Creates a video',
};
const POST = 'POST /v1/videos';
const FAILED = { id: 'video_1', status: 'failed', error: { code: 'x', message: 'Too dark.' } };

const node = testNode({});

/** The items that the model receives from one call of a tool. */
async function itemsOf(parameters: INodeParameters, settings: Partial<INode> = {}) {
	const [output] = await agentWith(node, parameters)([{ Video_ID: 'video_1' }], { settings });
	return JSON.parse(output) as object[];
}

describe('a tool for an AI agent', () => {
	it('returns the ID from Create and says not to create the video again', async () => {
		node.server.respondTo(POST, accepted('video_1'));
		expect(await itemsOf(CREATE)).toMatchObject([
			{
				id: 'video_1',
				status: 'pending',
				next_step: expect.stringMatching(/Do not create it again/),
			},
		]);
	});

	it.each([
		['Edit', '/edits'],
		['Extend', '/extensions'],
	])('returns the new ID from %s and says not to create it again', async (name, path) => {
		const operation = name.toLowerCase();
		node.server.respondTo(`POST /v1/videos${path}`, accepted('video_2'));
		expect(await itemsOf({ operation, prompt: 'a cat', ...VIDEO_ID })).toMatchObject([
			{ id: 'video_2', next_step: expect.stringMatching(/Do not create it again/) },
		]);
		expect(JSON.parse(node.server.received[0].body.toString()).video).toEqual({ id: 'video_1' });
	});

	it('returns status and progress from Get Status', async () => {
		node.server.respondTo(GET, { json: { id: 'video_1', status: 'in_progress', progress: 40 } });
		expect(await itemsOf({ operation: 'getStatus', ...VIDEO_ID })).toMatchObject([
			{ status: 'in_progress', progress: 40, next_step: expect.stringMatching(/not finished yet/) },
		]);
	});

	it('says after Get Status why a video failed and to ask the user before paying again', async () => {
		node.server.respondTo(GET, { json: FAILED });
		expect(await itemsOf({ operation: 'getStatus', ...VIDEO_ID })).toMatchObject([
			{
				error: { message: 'Too dark.' },
				next_step: expect.stringMatching(/Ask the user before/),
			},
		]);
	});

	it('says after Wait Until Done that the video is finished', async () => {
		node.server.respondTo(GET, { json: completedVideo('video_1') });
		expect(await itemsOf(WAIT)).toMatchObject([
			{ status: 'completed', progress: 100, next_step: expect.stringMatching(/is finished/) },
		]);
	});

	it('says after Delete that the video is gone', async () => {
		node.server.respondTo('DELETE /v1/videos/video_1', { status: 204 });
		expect(await itemsOf({ operation: 'delete', ...VIDEO_ID })).toEqual([
			{ id: 'video_1', deleted: true, next_step: "The video 'video_1' is gone for good." },
		]);
	});

	it('returns the next step for each video from Get Many', async () => {
		const data = [completedVideo('video_2'), { id: 'video_1', status: 'in_progress' }];
		node.server.respondTo('GET /v1/videos?limit=50&order=desc', {
			json: { data, has_more: false },
		});
		expect(await itemsOf({ operation: 'getAll' })).toMatchObject([
			{ id: 'video_2', next_step: expect.stringMatching(/can be had with the ID 'video_2'/) },
			{ id: 'video_1', next_step: expect.stringMatching(/not finished yet/) },
		]);
	});

	it('returns name, type and size of the file from Download and says where it is', async () => {
		node.server.respondTo(GET, { json: completedVideo('video_1') });
		node.server.respondTo(`${GET}/content`, { body: MP4 });
		expect(await itemsOf({ operation: 'download', ...VIDEO_ID })).toMatchObject([
			{
				id: 'video_1',
				fileName: 'video_1.mp4',
				mimeType: 'video/mp4',
				fileSize: expect.stringMatching(/kB$/),
				next_step: expect.stringMatching(/'video_1.mp4' is in the output of this tool/),
			},
		]);
	});
});

describe('a failed tool for an AI agent', () => {
	it('returns the error message, the next step and the video without ending the agent', async () => {
		node.server.respondTo(GET, { json: FAILED });
		expect(await itemsOf(WAIT)).toMatchObject([
			{
				id: 'video_1',
				status: 'failed',
				error: "The server could not make video 'video_1': Too dark.",
				next_step: expect.stringMatching(/^Change the prompt.*Ask the user before/),
			},
		]);
	});

	it('says how to let the model define an empty Video ID', async () => {
		expect(await itemsOf({ operation: 'getStatus' })).toMatchObject([
			{ error: "'Video ID' is empty", next_step: expect.stringMatching(/Let the model define/) },
		]);
	});

	it('ends the agent with On Error: Stop Workflow', async () => {
		node.server.respondTo(GET, { json: FAILED });
		const [output] = await agentWith(node, WAIT)([{ Video_ID: 'video_1' }], {
			settings: { onError: 'stopWorkflow' },
		});
		expect(output).toMatch(/^NodeOperationError: .*'video_1': Too dark/);
	});
});

describe('Create as a tool for an AI agent', () => {
	const create = agentWith(node, CREATE_BY_AGENT);

	it.each([
		['one after the other', false],
		['at once', true],
	])('sends an Idempotency-Key for each of two calls made %s', async (_name, isParallel) => {
		node.server.respondTo(POST, accepted('video_a'), accepted('video_b'));
		const outputs = await create([{ prompt: 'a cat' }, { prompt: 'a dog' }], { isParallel });
		expect(outputs.filter((output) => output.includes('video_a'))).toHaveLength(1);
		expect(outputs.filter((output) => output.includes('video_b'))).toHaveLength(1);
		const keys = node.server.posts().map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(2);
	});

	it('is not retried by Retry On Fail if the video may exist', async () => {
		node.server.respondTo(POST, { status: 502, body: '' });
		const [output] = await create([{ prompt: 'a cat' }], { settings: RETRY_ON_FAIL });
		expect(output).toMatch(/may exist and be billed/);
		expect(node.server.posts()).toHaveLength(1);
	});

	it('returns the video if a retry of Retry On Fail succeeds', async () => {
		node.server.respondTo(POST, { status: 400, json: { error: 'Odd.' } }, accepted('video_a'));
		const outputs = await create([{ prompt: 'a cat' }], { settings: RETRY_ON_FAIL });
		expect(outputs).toEqual([expect.stringContaining('video_a')]);
	});
});

describe('a node that is not a tool', () => {
	it('returns no next step', async () => {
		node.server.respondTo(GET, { json: completedVideo('video_1') });
		const { items } = await node.run({ operation: 'getStatus', videoId: 'video_1' });
		expect(items[0].json).not.toHaveProperty('next_step');
	});
});
