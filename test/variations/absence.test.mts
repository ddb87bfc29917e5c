import { startSandbox } from '../../sandbox/server.mts';
import { completedVideo, SORA } from '../support/fixtures.mts';
import { type ScriptedAnswer } from '../support/scriptedServer.mts';
import { testNode } from '../support/testNode.mts';

const GET = 'GET /v1/videos/video_1';

const bench = testNode({ prompt: 'in the rain' });

describe.each([
	['remix', 'POST /v1/videos/video_1/remix', 'remix videos', 'Use Create with a new prompt'],
	['edit', 'POST /v1/videos/edits', 'edit videos', 'Use Remix, or Create with a new prompt'],
	['extend', 'POST /v1/videos/extensions', 'extend videos', "Use Create with more 'Seconds'"],
	['delete', 'DELETE /v1/videos/video_1', 'delete videos', 'Look there for another way'],
])('a server without %s', (operation, request, what, next) => {
	const run = async (answer: ScriptedAnswer) => {
		bench.server.answer(request, answer);
		return (await bench.run({ operation })).error;
	};
	const BARE: Array<[name: string, answer: ScriptedAnswer]> = [
		['as new-api words it', { json: { error: { message: 'Invalid URL (X /v1/videos/video_1)' } } }],
		['as FastAPI words it', { json: { detail: 'Not Found' } }],
		['as Go words it', { body: '404 page not found' }],
		['as a page', { body: '<html><h1>404 Not Found</h1></html>' }],
		['that says nothing', { body: '' }],
	];

	it.each([
		[405, { json: { detail: 'Method Not Allowed' } }],
		[501, { json: { error: { message: 'API not implemented' } } }],
	])('is told by its status: %i', async (status, answer) => {
		const error = await run({ status, ...answer });
		expect(error?.message).toMatch(new RegExp(`^This server does not ${what} \\(${status}\\): `));
		expect(error?.description).toContain(next);
	});

	it.each(BARE)('is told by a 404 for a video that it knows, %s', async (_name, answer) => {
		bench.server.answer(GET, { json: completedVideo('video_1') });
		const error = await run({ status: 404, ...answer });
		expect(error?.message).toMatch(new RegExp(`^This server does not ${what} \\(404\\)`));
		expect(error?.description).toContain(next);
	});

	it('is told by a 404 for a video that failed, which vLLM-Omni tells with 500', async () => {
		bench.server.answer(GET, { status: 500, json: { id: 'video_1', status: 'failed' } });
		expect((await run({ status: 404 }))?.message).toBe(`This server does not ${what} (404)`);
	});

	it.each(BARE)('is not what a 404 for an unknown video means, %s', async (_name, answer) => {
		bench.server.answer(GET, { status: 404 });
		const error = await run({ status: 404, ...answer });
		expect(error?.message).toMatch(/^The server does not know video 'video_1' \(404\)/);
		expect(error?.description).toContain("Check 'Video ID'");
	});

	it.each([
		[404, { error: { message: "Video with id 'video_1' not found." } }],
		[404, { detail: 'Video not found' }],
		[400, { code: 'task_not_exist', message: 'task_not_exist', data: null }],
	])(
		'is not what it means, and no more is asked, in so many words: %i %j',
		async (status, json) => {
			const error = await run({ status, json });
			expect(error?.message).toMatch(/^The server does not know video 'video_1' \(/);
			expect(bench.server.received).toHaveLength(1);
		},
	);

	it('cannot be told where the server says nothing of the video either', async () => {
		bench.server.answerAlways(GET, { status: 503 });
		const error = await run({ status: 404 });
		expect(error?.message).toBe(
			`The server does not know video 'video_1', or does not ${what} (404)`,
		);
		expect(error?.description).toContain("Check 'Video ID'");
		expect(error?.description).toContain(next);
	});
});

describe('the sandbox as new-api', () => {
	it('has no list and no deletion, and both are told', async () => {
		const sandbox = await startSandbox({ renderSeconds: 0 });
		const baseUrl = sandbox.baseUrl.replace(/\/v1$/, '/newapi/v1');
		const setup = { credentials: { apiKey: sandbox.apiKey, baseUrl } };
		const create = { operation: 'create', model: SORA, prompt: 'a cat' };
		const [{ json: video }] = (await bench.run(create, setup)).items;
		const videoId = video.id as string;
		const ends = [];
		for (const operation of ['getAll', 'delete']) {
			ends.push((await bench.run({ operation, videoId }, setup)).error?.message);
		}
		const unknown = await bench.run({ operation: 'delete', videoId: 'task_0' }, setup);
		const remix = await bench.run({ operation: 'remix', videoId }, setup);
		await sandbox.close();
		expect(ends).toEqual([
			'This server does not list its videos (404): Invalid URL (GET /newapi/v1/videos)',
			`This server does not delete videos (404): Invalid URL (DELETE /newapi/v1/videos/${videoId})`,
		]);
		expect(unknown.error?.message).toMatch(/^The server does not know video 'task_0' \(404\)/);
		expect(remix.items[0].json.id).toMatch(/^task_/);
	});
});
