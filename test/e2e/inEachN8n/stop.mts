import type { ServerResponse } from 'node:http';

import type { INodeParameters } from 'n8n-workflow';

import type { ScriptedServer } from '../../support/scriptedServer.mts';
import { completedVideo, MP4, SORA } from '../../support/fixtures.mts';
import { waitUntil } from '../../support/waitUntil.mts';
import type { Execution } from '../support/client.mts';
import { stopExecution } from '../support/executions.mts';
import type { TestContext } from '../support/useN8n.mts';
import { chain, outputItems, videosNode } from '../support/workflow.mts';

const IN_PROGRESS = { id: 'video_1', object: 'video', status: 'in_progress', progress: 10 };
const WAIT = { operation: 'waitUntilDone', videoId: 'video_1' };
const ONE_SECOND = 1000;

export const stop = (context: TestContext) =>
	describe('Stop', () => {
		async function start(server: ScriptedServer, parameters: INodeParameters): Promise<string> {
			const { baseUrl } = server;
			const credential = await context.instance.client.createCredential('S', {
				apiKey: 'k',
				baseUrl,
			});
			return await context.instance.client.start(chain([videosNode(credential, parameters)]));
		}

		/** Stops an execution; returns it as saved. */
		async function pressStop(executionId: string): Promise<Execution> {
			const pressed = Date.now();
			await stopExecution(context.instance, executionId);
			const execution = await context.instance.client.waitFor(executionId);
			expect(Date.now() - pressed).toBeLessThan(ONE_SECOND);
			expect(execution.status).toBe('canceled');
			return execution;
		}

		/** Stops an execution while a response is held back; the server must see its connection closed. */
		async function stopDuring(executionId: string, held: Promise<ServerResponse>) {
			const response = await held;
			let closedAt: number | undefined;
			response.on('close', () => (closedAt = Date.now()));
			const pressed = Date.now();
			const execution = await pressStop(executionId);
			expect((await waitUntil('a closed connection', () => closedAt)) - pressed).toBeLessThan(
				ONE_SECOND,
			);
			return execution;
		}

		/** Runs a second wait to its third poll: by then a first one with the same interval would have polled again. */
		async function expectSilence(server: ScriptedServer, count: number) {
			const other = { ...IN_PROGRESS, id: 'video_2' };
			const poll = { json: other };
			server.respondTo('GET /v1/videos/video_2', poll, poll, {
				json: { ...other, status: 'completed' },
			});
			const options = { pollInterval: 1 };
			const { client } = context.instance;
			await client.waitFor(await start(server, { ...WAIT, videoId: 'video_2', options }));
			expect(server.received).toHaveLength(count + 3);
			server.verify();
		}

		it('ends an execution between two polls within a second, and sends no more requests', async () => {
			const { server } = await context.startHosts();
			server.respondTo('GET /v1/videos/video_1', { json: IN_PROGRESS });
			const executionId = await start(server, { ...WAIT, options: { pollInterval: 1 } });
			await waitUntil('the first poll', () => server.received.length > 0);
			await pressStop(executionId);
			await expectSilence(server, 1);
		});

		it('ends a wait during a poll that hangs within a second, and closes its connection', async () => {
			const { server } = await context.startHosts();
			const held = hold(server, 'GET /v1/videos/video_1');
			await stopDuring(await start(server, WAIT), held);
			await expectSilence(server, 1);
		});

		it('closes the connection of a Create within a second, and n8n saves nothing about the video', async () => {
			const { server } = await context.startHosts();
			const held = hold(server, 'POST /v1/videos');
			const create = { operation: 'create', model: SORA, prompt: 'a cat' };
			const execution = await stopDuring(await start(server, create), held);
			expect(execution.data.resultData.runData.Videos).toBeUndefined();
			await expectSilence(server, 1);
		});

		it.each(['the server', 'another host'])(
			'closes the connection of a Download from %s within a second, and returns no file',
			async (host) => {
				const { server, elsewhere, otherUrl } = await context.startHosts();
				server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
				const content = 'GET /v1/videos/video_1/content';
				const half = (response: ServerResponse) => {
					response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': MP4.length });
					response.write(MP4.subarray(0, MP4.length / 2));
				};
				if (host !== 'the server')
					server.respondTo(content, { status: 302, headers: { location: otherUrl } });
				const held =
					host === 'the server'
						? hold(server, content, half)
						: hold(elsewhere, 'GET /file?signature=abc', half);
				const download = { operation: 'download', videoId: 'video_1' };
				const execution = await stopDuring(await start(server, download), held);
				expect(outputItems(execution, 'Videos')).toEqual([]);
				await expectSilence(server, 2);
				elsewhere.verify();
			},
		);
	});

/** Starts one response and never ends it. */
async function hold(
	server: ScriptedServer,
	request: string,
	begin: (response: ServerResponse) => void = () => {},
): Promise<ServerResponse> {
	return await new Promise((resolve) => {
		const respond = (response: ServerResponse) => {
			begin(response);
			resolve(response);
		};
		server.respondTo(request, { respond });
	});
}
