import { startSandbox } from '../../sandbox/server.mts';
import { completedVideo, CREATE } from '../support/fixtures.mts';
import { type ScriptedResponse } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const GET = 'GET /v1/videos/video_1';

const node = testNode({ prompt: 'in the rain' });

describe.each([
	['Remix', 'POST /v1/videos/video_1/remix', 'remix videos', 'Use Create with a new prompt'],
	['Edit', 'POST /v1/videos/edits', 'edit videos', 'Use Create with a new prompt'],
	['Extend', 'POST /v1/videos/extensions', 'extend videos', "Use Create with more 'Seconds'"],
	['Delete', 'DELETE /v1/videos/video_1', 'delete videos', 'Look there for another way'],
])('%s on a server that does not support it', (operation, request, what, next) => {
	const run = async (response: ScriptedResponse) => {
		node.server.respondTo(request, response);
		return (await node.run({ operation: operation.toLowerCase() })).error;
	};
	const NAMES_ROUTE = ['new-api', 'Go'];
	const BARE_404: Array<[name: string, response: ScriptedResponse]> = [
		['new-api', { json: { error: { message: 'Invalid URL (X /v1/videos/video_1)' } } }],
		['FastAPI', { json: { detail: 'Not Found' } }],
		['Go', { body: '404 page not found' }],
		['web page', { body: '<html><h1>404 Not Found</h1></html>' }],
		['empty body', { body: '' }],
	];

	it.each([
		[405, { json: { detail: 'Method Not Allowed' } }],
		[501, { json: { error: { message: 'API not implemented' } } }],
	])('reports that the server does not support it after %i', async (status, response) => {
		const error = await run({ status, ...response });
		expect(error?.message).toMatch(new RegExp(`^This server does not ${what} \\(${status}\\): `));
		expect(error?.description).toContain(next);
	});

	it.each(BARE_404)(
		'reports that the server does not support it after a 404 for a video that exists: %s',
		async (_name, response) => {
			node.server.respondTo(GET, { json: completedVideo('video_1') });
			const error = await run({ status: 404, ...response });
			expect(error?.message).toMatch(new RegExp(`^This server does not ${what} \\(404\\)`));
			expect(error?.description).toContain(next);
		},
	);

	// vLLM-Omni sends a failed video with status 500.
	it('reports that the server does not support it after a 404 for a failed video', async () => {
		node.server.respondTo(GET, { status: 500, json: { id: 'video_1', status: 'failed' } });
		expect((await run({ status: 404 }))?.message).toBe(`This server does not ${what} (404)`);
	});

	it.each(BARE_404.filter(([name]) => NAMES_ROUTE.includes(name)))(
		'reports that the server does not support it if it says so of the URL, whatever the video: %s',
		async (_name, response) => {
			node.server.respondTo(GET, { status: 404, json: { detail: 'Video not found' } });
			const error = await run({ status: 404, ...response });
			expect(error?.message).toMatch(new RegExp(`^This server does not ${what} \\(404\\): `));
		},
	);

	it('reports the API key if the server looks at it only for a video', async () => {
		node.server.respondTo(GET, { status: 401, json: { error: { message: 'Invalid API key' } } });
		const error = await run({ status: 404, json: { detail: 'Not Found' } });
		expect(error?.message).toBe(
			"The server did not accept the API key for video 'video_1' (401): Invalid API key",
		);
	});

	it.each([
		'video edit is not supported for Gemini',
		'Video remix is not yet supported by RunwayML API',
		'litellm.APIConnectionError: Video remix is not supported by Google Veo. Please use video_generation() to create new videos.',
	])('reports that the provider does not support it, and no bill: %s', async (message) => {
		const error = await run({ status: 500, json: { error: { message, code: '500' } } });
		expect(error?.message).toMatch(new RegExp(`^This server does not ${what} \\(500\\): `));
		expect(error?.description).not.toMatch(/billed/);
	});

	it.each(BARE_404.filter(([name]) => !NAMES_ROUTE.includes(name)))(
		'reports an unknown video ID after a 404 for a video that does not exist: %s',
		async (_name, response) => {
			node.server.respondTo(GET, { status: 404 });
			const error = await run({ status: 404, ...response });
			expect(error?.message).toMatch(/^The server does not know video 'video_1' \(404\)/);
			expect(error?.description).toContain("Check 'Video ID'");
		},
	);

	it.each([
		[404, { error: { message: "Video with id 'video_1' not found." } }],
		[404, { detail: 'Video not found' }],
		[400, { code: 'task_not_exist', message: 'task_not_exist', data: null }],
	])(
		'reports an unknown video ID without another request if the server names it: %i %j',
		async (status, json) => {
			const error = await run({ status, json });
			expect(error?.message).toMatch(/^The server does not know video 'video_1' \(/);
			expect(node.server.received).toHaveLength(1);
		},
	);

	it('names both possible causes if the server does not return the video either', async () => {
		node.server.alwaysRespondTo(GET, { status: 503 });
		const error = await run({ status: 404 });
		expect(error?.message).toBe(
			`The server does not know video 'video_1', or does not ${what} (404)`,
		);
		expect(error?.description).toContain("Check 'Video ID'");
		expect(error?.description).toContain(next);
	});
});

describe('new-api in the sandbox', () => {
	it('supports neither Get Many nor Delete', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0 });
		const baseUrl = sandbox.baseUrl.replace(/\/v1$/, '/newapi/v1');
		const setup = { credentials: { apiKey: sandbox.apiKey, baseUrl } };
		const [{ json: video }] = (await node.run(CREATE, setup)).items;
		const videoId = video.id as string;
		const messages = [];
		for (const operation of ['getAll', 'delete']) {
			messages.push((await node.run({ operation, videoId }, setup)).error?.message);
		}
		const unknown = await node.run({ operation: 'delete', videoId: 'task_0' }, setup);
		await sandbox.close();
		expect(messages).toEqual([
			'This server does not list its videos (404): Invalid URL (GET /newapi/v1/videos)',
			`This server does not delete videos (404): Invalid URL (DELETE /newapi/v1/videos/${videoId})`,
		]);
		expect(unknown.error?.message).toMatch(/^This server does not delete videos \(404\)/);
	});
});
