import type { INode, INodeParameters } from 'n8n-workflow';

import { startSandbox } from '../../../sandbox/server.mts';
import { expectError } from '../../support/expectError.mts';
import { completedVideo, SORA } from '../../support/fixtures.mts';
import { type NodeSetup } from '../../support/nodeRunner.mts';
import { type ScriptedResponse } from '../../support/scriptedServer.mts';
import { testNode } from '../../support/testNode.mts';

const DELETE = 'DELETE /v1/videos/video_1';
const GET = 'GET /v1/videos/video_1';
const RETRY: Partial<INode> = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

const node = testNode({ operation: 'delete' });
const remove = async (parameters: INodeParameters = {}, setup: Partial<NodeSetup> = {}) =>
	await node.run(parameters, setup);

const deleted = (id = 'video_1'): ScriptedResponse => ({
	json: { id, object: 'video.deleted', deleted: true },
});
const notFound: ScriptedResponse = { status: 404, json: { error: { message: 'Not there.' } } };
const dropped: ScriptedResponse = { respond: (response) => response.destroy() };
const DELETED_ITEM = [{ json: { id: 'video_1', deleted: true }, pairedItem: { item: 0 } }];
const deletions = () => node.server.received.filter(({ method }) => method === 'DELETE');

describe('Delete', () => {
	it.each([
		['as in the spec', deleted()],
		[
			'with the video, as SGLang does',
			{ json: { ...completedVideo('video_1'), status: 'deleted' } },
		],
		[
			'with a failed video, as SGLang does',
			{ json: { id: 'video_1', status: 'deleted', error: { message: 'Oops.' } } },
		],
		['with status 204', { status: 204 }],
		['with an empty body', { body: '' }],
		['in an envelope', { json: { code: 'success', message: '', data: null } }],
		['in plain text', { body: 'OK' }],
	])('returns the ID and deleted: true when the server confirms it %s', async (_name, response) => {
		node.server.respondTo(DELETE, response);
		expect((await remove()).items).toEqual(DELETED_ITEM);
	});

	it('deletes a video in the sandbox', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0 });
		const credentials = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl };
		const create = { operation: 'create', model: SORA, prompt: 'a cat' };
		const { items } = await remove(create, { credentials });
		const id = items[0].json.id as string;
		const { error } = await remove({ videoId: id }, { credentials });
		const [video] = sandbox.videos.values();
		await sandbox.close();
		expect(error).toBeUndefined();
		expect(video).toMatchObject({ id, isDeleted: true });
	});

	it('rejects an empty video ID before sending anything', async () => {
		const { error } = await remove({ videoId: '={{ "" }}' });
		expect(error?.message).toBe("'Video ID' is empty");
		expect(node.server.received).toHaveLength(0);
	});
});

describe('Delete with a retry', () => {
	it.each([
		['a dropped connection', dropped],
		['503', { status: 503 }],
		['a rate limit', { status: 429 }],
	])('succeeds after a temporary error: %s', async (_name, failure) => {
		node.server.respondTo(DELETE, failure, deleted());
		expect((await remove()).items).toEqual(DELETED_ITEM);
		expect(node.time.pauses).toHaveLength(1);
	});

	it.each([
		['a dropped connection', dropped],
		['502', { status: 502 }],
		['409, while the server was still cancelling the video', { status: 409 }],
	])('succeeds when the video is not found after %s', async (_name, failure) => {
		node.server.respondTo(DELETE, failure, notFound);
		node.server.respondTo(GET, notFound);
		expect((await remove()).items).toEqual(DELETED_ITEM);
	});

	it('reports that the server cannot delete videos when the video still exists', async () => {
		node.server.respondTo(DELETE, { status: 502 }, notFound);
		node.server.alwaysRespondTo(GET, { json: completedVideo('video_1') });
		const { items, error } = await remove();
		expect(items).toEqual([]);
		expect(error?.message).toBe('This server does not delete videos (404): Not there.');
	});

	it('reports an unknown video when the first attempt cannot have deleted it', async () => {
		node.server.respondTo(DELETE, { status: 429 }, notFound);
		node.server.alwaysRespondTo(GET, notFound);
		const { error } = await remove();
		expect(error?.message).toBe("The server does not know video 'video_1' (404): Not there.");
	});

	it('does not delete a video again in the next try of Retry On Fail', async () => {
		const items = ['video_1', 'video_2'].map((id) => ({ json: { id } }));
		node.server.respondTo(DELETE, deleted());
		node.server.respondTo(
			'DELETE /v1/videos/video_2',
			{ status: 400, json: {} },
			deleted('video_2'),
		);
		const run = await remove({}, { items, settings: RETRY });
		expect(run.error).toBeUndefined();
		expect(run.items.map(({ json }) => json)).toEqual([
			{ id: 'video_1', deleted: true },
			{ id: 'video_2', deleted: true },
		]);
		expect(deletions()).toHaveLength(3);
	});

	it('succeeds with Retry On Fail when an earlier try may have deleted the video', async () => {
		node.server.respondTo(
			DELETE,
			{ status: 500, headers: { 'x-should-retry': 'false' } },
			notFound,
		);
		node.server.respondTo(GET, notFound);
		expect((await remove({}, { settings: RETRY })).items).toEqual(DELETED_ITEM);
	});

	it('sends one request for two items with the same video, and returns both', async () => {
		node.server.respondTo(DELETE, deleted());
		const { items } = await remove({}, { items: [1, 2].map(() => ({ json: { id: 'video_1' } })) });
		expect(items).toEqual([0, 1].map((item) => ({ ...DELETED_ITEM[0], pairedItem: { item } })));
		expect(deletions()).toHaveLength(1);
	});

	it('gives up after a minute', async () => {
		node.server.alwaysRespondTo(DELETE, { status: 503 });
		const { error } = await remove();
		expect(error?.message).toBe("The server did not confirm that video 'video_1' is deleted (503)");
		expect(error?.description).toContain('Get Status tells whether it is still there');
		expect(node.time.waited).toBeGreaterThan(20_000);
		expect(node.time.waited).toBeLessThanOrEqual(60_000);
	});
});

describe('Delete after an error response', () => {
	it.each([
		[
			400,
			{ json: { error: { message: 'Odd.' } } },
			"The server did not delete video 'video_1' (400): Odd.",
			'put Wait Until Done before Delete',
		],
		[401, {}, "The server did not accept the API key for video 'video_1' (401)", "'API Key'"],
		[
			200,
			{ body: '<html><title>Welcome</title></html>' },
			"The server did not confirm that video 'video_1' is deleted, but sent a web page: Welcome",
			"check 'Base URL'",
		],
		[
			200,
			{ json: { id: 'video_1', deleted: false, message: 'Locked.' } },
			"The server did not confirm that video 'video_1' is deleted, but sent JSON: Locked.",
			'Get Status',
		],
		[
			200,
			{ json: { code: 'no_permission', message: 'Locked.', data: null } },
			"The server did not confirm that video 'video_1' is deleted, but sent JSON: Locked.",
			'Get Status',
		],
	])('explains the response and the next step: %i %j', async (status, response, message, next) => {
		node.server.respondTo(DELETE, { status, ...response });
		const { error } = await remove();
		expectError(error, { status, message, next });
	});

	it('retries while the server is still creating the video', async () => {
		node.server.respondTo(DELETE, { status: 409 }, { status: 409 }, deleted());
		expect((await remove()).items).toEqual(DELETED_ITEM);
	});

	it('keeps the video ID in the error item under Continue On Fail', async () => {
		node.server.respondTo(DELETE, { status: 400, json: {} });
		const { items } = await remove({}, { settings: { onError: 'continueRegularOutput' } });
		expect(items).toEqual([
			{
				json: { id: 'video_1', error: "The server did not delete video 'video_1' (400)" },
				pairedItem: { item: 0 },
			},
		]);
	});
});
