import type { INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import type { ScriptedServer } from '../../support/scriptedServer.mts';
import { completedVideo, MP4, SORA } from '../../support/fixtures.mts';
import type { TestContext } from '../support/useN8n.mts';
import {
	chain,
	itemsOf,
	type NodeSketch,
	outputOf,
	outputItems,
	videosNode,
	withErrorOutput,
} from '../support/workflow.mts';

const NAMES = ['one', 'two', 'three'];
const VIDEO_ID = '=video_{{ $json.prompt }}';

/** For each operation, how the item `two` fails on the server, and the error message. */
const FAILURES: Array<[string, string, (server: ScriptedServer) => void, RegExp]> = [
	[
		'Get Status',
		'getStatus',
		(server) => server.alwaysRespondTo('GET /v1/videos/video_two', { status: 404 }),
		/^The server does not know video 'video_two' \(404\)/,
	],
	[
		'Wait Until Done',
		'waitUntilDone',
		(server) =>
			server.alwaysRespondTo('GET /v1/videos/video_two', {
				json: { ...completedVideo('video_two'), status: 'failed', error: { message: 'Blocked.' } },
			}),
		/^The server could not make video 'video_two': Blocked\./,
	],
	[
		'Download',
		'download',
		(server) => server.alwaysRespondTo('GET /v1/videos/video_two/content', { status: 410 }),
		/^Video 'video_two' has expired on the server/,
	],
];

/** A node that reads the input item that each item belongs to. */
const inputReader = (name: string): NodeSketch => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		mode: 'raw',
		jsonOutput: `={{ { askedFor: $('Split').item.json.prompt } }}`,
		includeOtherFields: true,
		options: {},
	},
});

export const itemErrors = (context: TestContext) =>
	describe('one failed item of three', () => {
		async function runThree(
			server: ScriptedServer,
			parameters: INodeParameters,
			onError: INode['onError'],
		) {
			const credential = await context.credentialFor(server);
			const videos = videosNode(credential, parameters, { onError });
			const workflow: IWorkflowBase = chain([...itemsOf(NAMES), videos, inputReader('After')]);
			return await context.execute(
				onError === 'continueErrorOutput'
					? withErrorOutput(workflow, 'Videos', inputReader('Failed'))
					: workflow,
			);
		}

		/** A server of three finished videos. */
		async function startFinished() {
			const server = await context.startServer();
			for (const id of NAMES.map((name) => `video_${name}`)) {
				server.alwaysRespondTo(`GET /v1/videos/${id}`, { json: completedVideo(id) });
				server.alwaysRespondTo(`GET /v1/videos/${id}/content`, { body: MP4 });
			}
			return server;
		}

		const good = (name: string) => ({
			json: { id: `video_${name}`, status: 'completed', askedFor: name },
		});

		describe.each(FAILURES)('in %s', (_name, operation, fail, sentence) => {
			const parameters = { operation, videoId: VIDEO_ID };

			it('is returned in order among the other items with On Error: Continue', async () => {
				const server = await startFinished();
				fail(server);
				const execution = await runThree(server, parameters, 'continueRegularOutput');
				expect(outputOf(execution, 'After')).toMatchObject([
					good('one'),
					{ json: { id: 'video_two', error: expect.stringMatching(sentence), askedFor: 'two' } },
					good('three'),
				]);
				expect(pairsOf(outputItems(execution))).toEqual([0, 1, 2]);
				expectFiles(operation, outputItems(execution), [true, false, true]);
			});

			it('goes to the error output, with its video ID and reason', async () => {
				const server = await startFinished();
				fail(server);
				const execution = await runThree(server, parameters, 'continueErrorOutput');
				expect(outputOf(execution, 'After')).toMatchObject([good('one'), good('three')]);
				expect(outputOf(execution, 'Failed')).toMatchObject([
					{ json: { id: 'video_two', error: expect.stringMatching(sentence), askedFor: 'two' } },
				]);
				expect(pairsOf(outputItems(execution))).toEqual([0, 2]);
				expect(pairsOf(outputItems(execution, 'Videos', 1))).toEqual([1]);
				expectFiles(operation, outputItems(execution), [true, true]);
			});
		});

		it('goes to the error output of Create, and the others to the main output', async () => {
			const { server } = await context.startRejectingServer(2, 'last');
			const prompt = "={{ $json.prompt.replace('two', 'bad') }}";
			const parameters = { operation: 'create', model: SORA, prompt };
			const execution = await runThree(server, parameters, 'continueErrorOutput');
			expect(outputOf(execution, 'After')).toMatchObject([
				{ json: { id: expect.any(String), prompt: 'one', askedFor: 'one' } },
				{ json: { id: expect.any(String), prompt: 'three', askedFor: 'three' } },
			]);
			const [failed] = outputOf(execution, 'Failed');
			expect(failed.json).toMatchObject({
				error: expect.stringMatching(/did not accept this video \(400\): Not this one\./),
				askedFor: 'two',
			});
			expect(failed.json).not.toHaveProperty('id');
		});
	});

const pairsOf = (of: ReturnType<typeof outputItems>) =>
	of.map(({ pairedItem }) => (pairedItem as { item: number }).item);

const expectFiles = (operation: string, of: ReturnType<typeof outputItems>, expected: boolean[]) =>
	expect(of.map(({ binary }) => binary !== undefined)).toEqual(
		operation === 'download' ? expected : expected.map(() => false),
	);
