import type { INode } from 'n8n-workflow';

import { completedVideo, SORA } from '../../support/fixtures.mts';
import type { Execution } from '../support/client.mts';
import { type RejectingServer, sendJson } from '../support/rejectingServer.mts';
import type { TestContext } from '../support/useN8n.mts';
import {
	chain,
	errorMessageOf,
	expectSuccess,
	itemsOf,
	outputOf,
	videosNode,
} from '../support/workflow.mts';

const PROMPTS = ['one', 'two', 'three', 'bad', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt }}' };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
const REJECTED = 'The server did not accept this video (400): Not this one.';

export function billingSafety(context: TestContext): void {
	describe.each(['first', 'last'] as const)(
		'a server that rejects one of ten videos and responds to that one %s',
		(order) => {
			async function runTen(settings: Partial<INode>) {
				const rejecting = await context.startRejectingServer(9, order);
				const before = itemsOf(PROMPTS);
				// In the style 'Automatic', the other nine would wait for the response to the first.
				const credential = { apiStyle: 'openai' };
				const options = { before, settings, credential };
				const execution = await context.run(rejecting.server, CREATE, options);
				return { ...rejecting, execution };
			}

			it('gets an error message that names the nine created videos and quotes the server', async () => {
				const { execution, accepted, receivedPrompts } = await runTen({});
				expect([...receivedPrompts].sort()).toEqual([...PROMPTS].sort());
				expect(accepted).toHaveLength(9);
				expectErrorNaming(execution, accepted, REJECTED);
			});

			it('creates nine videos, and no more, with Retry On Fail and three tries', async () => {
				const { execution, accepted, receivedPrompts } = await runTen(RETRY);
				expect(receivedPrompts.filter((prompt) => prompt === 'bad')).toHaveLength(3);
				expect(receivedPrompts).toHaveLength(9 + 3);
				expectErrorNaming(execution, accepted, REJECTED);
			});

			it('returns nine videos and one error with On Error: Continue', async () => {
				const { execution, accepted } = await runTen({ onError: 'continueRegularOutput' });
				const items = outputOf(execution).map(({ json }) => json);
				const idOf = (prompt: string) => accepted.find((video) => video.prompt === prompt)?.id;
				expect(items.map(({ id }) => id)).toEqual(PROMPTS.map(idOf));
				expect(items[3].error).toBe(REJECTED);
				expect(accepted).toHaveLength(9);
			});
		},
	);

	describe('Retry On Fail', () => {
		it.each<[string, Parameters<TestContext['startRejectingServer']>[2], RegExp]>([
			['no response in time', () => {}, /^The server did not answer in time, .* may exist/],
			[
				'a broken connection',
				(response) => response.destroy(),
				/^The connection broke off while .* may exist/,
			],
			[
				'status 500',
				(response) => sendJson(response, 500, { error: { message: 'Oh.' } }),
				/^The server broke off while .* may exist and be billed \(500\): Oh\./,
			],
		])('never repeats a Create after %s', async (_name, rejectBad, sentence) => {
			const { server, receivedPrompts, accepted } = await context.startRejectingServer(
				2,
				'last',
				rejectBad,
			);
			const execution = await context.run(
				server,
				{ ...CREATE, requestOptions: { timeout: 1000 } },
				{ before: itemsOf(['one', 'bad', 'three']), settings: RETRY },
			);
			expect([...receivedPrompts].sort()).toEqual(['bad', 'one', 'three']);
			expectErrorNaming(execution, accepted, expect.stringMatching(sentence));
		});
	});

	it('Retry On Fail creates one video when the response contains `error: null`', async () => {
		const { server, receivedPrompts } = await context.startRejectingServer(1, 'last');
		expectSuccess(await context.run(server, { ...CREATE, prompt: 'good' }, { settings: RETRY }));
		expect(receivedPrompts).toEqual(['good']);
	});

	describe('Retry On Fail in all three nodes', () => {
		it.each([
			['Wait Until Done', 'GET /v1/videos/video_1', /could not make video 'video_1': Blocked\./],
			['Download', 'GET /v1/videos/video_1/content', /Video 'video_1' has expired on the server/],
		])(
			'repeats only %s if that fails, without a second Create',
			async (_name, failing, sentence) => {
				const server = await context.startServer();
				const video = completedVideo('video_1');
				const failed = { ...video, status: 'failed', error: { message: 'Blocked.' } };
				server.alwaysRespondTo('POST /v1/videos', { json: { ...video, status: 'queued' } });
				server.alwaysRespondTo('GET /v1/videos/video_1', { json: video });
				server.alwaysRespondTo(
					failing,
					failing.endsWith('content') ? { status: 410 } : { json: failed },
				);
				const credential = await context.credentialFor(server);
				const node = (operation: string) =>
					videosNode(credential, { operation }, { name: operation, ...RETRY });
				const create = videosNode(credential, { ...CREATE, prompt: 'a cat' }, RETRY);
				const execution = await context.execute(
					chain([create, node('waitUntilDone'), node('download')]),
				);
				expect(errorMessageOf(execution)).toMatch(sentence);
				const requests = server.received.map(({ method, path }) => `${method} ${path}`);
				expect(requests.filter((request) => request === failing)).toHaveLength(3);
				expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
			},
		);
	});
}

/** Expects that the execution failed with this sentence and names each created video with its item. */
function expectErrorNaming(
	{ status, data }: Execution,
	accepted: RejectingServer['accepted'],
	sentence: string,
): void {
	const { error } = data.resultData;
	expect([status, error?.message]).toEqual(['error', sentence]);
	for (const { prompt, id } of accepted) {
		const item = PROMPTS.indexOf(prompt);
		expect(error?.description).toContain(`'${id}' (item ${item})`);
	}
}
