import type { INode, INodeParameters } from 'n8n-workflow';

import { agentWith } from '../support/agent.mts';
import { completedVideo, MP4, SORA } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const GET = 'GET /v1/videos/video_1';
const VIDEO_ID = { videoId: "={{ $fromAI('Video_ID', '', 'string') }}" };
const WAIT = { operation: 'waitUntilDone', ...VIDEO_ID };
const CREATE = { operation: 'create', model: SORA, prompt: 'a cat' };
const FAILED = { id: 'video_1', status: 'failed', error: { code: 'x', message: 'Too dark.' } };

const bench = testNode({});

/** The rows that the model gets from one call of a tool. */
async function rowsOf(parameters: INodeParameters, settings: Partial<INode> = {}) {
	const [said] = await agentWith(bench, parameters)([{ Video_ID: 'video_1' }], { settings });
	return JSON.parse(said) as object[];
}

describe('what a tool tells the model', () => {
	it('Create: the ID, and not to create the video again', async () => {
		bench.server.answer('POST /v1/videos', { json: { id: 'video_1', status: 'queued' } });
		expect(await rowsOf(CREATE)).toMatchObject([
			{
				id: 'video_1',
				status: 'pending',
				next_step: expect.stringMatching(/Do not create it again/),
			},
		]);
	});

	it.each([
		['edit', '/edits'],
		['extend', '/extensions'],
	])('%s: the ID of the new video, and not to create it again', async (operation, path) => {
		bench.server.answer(`POST /v1/videos${path}`, { json: { id: 'video_2', status: 'queued' } });
		expect(await rowsOf({ operation, prompt: 'a cat', ...VIDEO_ID })).toMatchObject([
			{ id: 'video_2', next_step: expect.stringMatching(/Do not create it again/) },
		]);
		expect(JSON.parse(bench.server.received[0].body.toString()).video).toEqual({ id: 'video_1' });
	});

	it('Get Status: status and progress', async () => {
		bench.server.answer(GET, { json: { id: 'video_1', status: 'in_progress', progress: 40 } });
		expect(await rowsOf({ operation: 'getStatus', ...VIDEO_ID })).toMatchObject([
			{ status: 'in_progress', progress: 40, next_step: expect.stringMatching(/not finished yet/) },
		]);
	});

	it('Get Status of a failed video: why, and to ask before paying again', async () => {
		bench.server.answer(GET, { json: FAILED });
		expect(await rowsOf({ operation: 'getStatus', ...VIDEO_ID })).toMatchObject([
			{
				error: { message: 'Too dark.' },
				next_step: expect.stringMatching(/Ask the user before/),
			},
		]);
	});

	it('Wait Until Done: that the video is finished', async () => {
		bench.server.answer(GET, { json: completedVideo('video_1') });
		expect(await rowsOf(WAIT)).toMatchObject([
			{ status: 'completed', progress: 100, next_step: expect.stringMatching(/is finished/) },
		]);
	});

	it('Delete: that the video is gone, and not to wait for it', async () => {
		bench.server.answer('DELETE /v1/videos/video_1', { status: 204 });
		expect(await rowsOf({ operation: 'delete', ...VIDEO_ID })).toEqual([
			{ id: 'video_1', deleted: true, next_step: "The video 'video_1' is gone for good." },
		]);
	});

	it('Get Many: what can be done with each of the videos', async () => {
		const data = [completedVideo('video_2'), { id: 'video_1', status: 'in_progress' }];
		bench.server.answer('GET /v1/videos?limit=50&order=desc', { json: { data, has_more: false } });
		expect(await rowsOf({ operation: 'getAll' })).toMatchObject([
			{ id: 'video_2', next_step: expect.stringMatching(/can be had with the ID 'video_2'/) },
			{ id: 'video_1', next_step: expect.stringMatching(/not finished yet/) },
		]);
	});

	it('Download: name, type and size of the file, and where it is', async () => {
		bench.server.answer(GET, { json: completedVideo('video_1') });
		bench.server.answer(`${GET}/content`, { body: MP4 });
		expect(await rowsOf({ operation: 'download', ...VIDEO_ID })).toMatchObject([
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

describe('a tool that fails', () => {
	it('tells the model the sentence, the next step and the video, and ends nothing', async () => {
		bench.server.answer(GET, { json: FAILED });
		expect(await rowsOf(WAIT)).toMatchObject([
			{
				id: 'video_1',
				status: 'failed',
				error: "The server could not make video 'video_1': Too dark.",
				next_step: expect.stringMatching(/^Change the prompt.*Ask the user before/),
			},
		]);
	});

	it('whose video ID is empty says how to let the model fill it in', async () => {
		expect(await rowsOf({ operation: 'getStatus' })).toMatchObject([
			{ error: "'Video ID' is empty", next_step: expect.stringMatching(/Let the model define/) },
		]);
	});

	it('ends the agent where the user chose On Error: Stop Workflow', async () => {
		bench.server.answer(GET, { json: FAILED });
		const [said] = await agentWith(bench, WAIT)([{ Video_ID: 'video_1' }], {
			settings: { onError: 'stopWorkflow' },
		});
		expect(said).toMatch(/^NodeOperationError: .*'video_1': Too dark/);
	});
});

describe('a node that is no tool', () => {
	it('puts out no next step', async () => {
		bench.server.answer(GET, { json: completedVideo('video_1') });
		const { items } = await bench.run({ operation: 'getStatus', videoId: 'video_1' });
		expect(items[0].json).not.toHaveProperty('next_step');
	});
});
