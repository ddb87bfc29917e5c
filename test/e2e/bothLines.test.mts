import type { INode, INodeParameters } from 'n8n-workflow';

import { N8N_VERSIONS } from '../../scripts/n8n/install.mts';
import { completedVideo, MP4, SORA } from '../support/videos.mts';
import {
	canaryFor,
	expectNoSecrets,
	expectSecrets,
	filesWith,
	SECRETS,
	secretsIn,
} from './support/canary.mts';
import type { ChoosyServer } from './support/choosyServer.mts';
import type { Execution } from './support/client.mts';
import { type Hosts, useWorld } from './support/useWorld.mts';
import { itemsOf } from './support/workflow.mts';

const PROMPTS = ['one', 'two', 'three', 'bad', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt }}' };
const GET_STATUS = { operation: 'getStatus', videoId: 'video_1' };
const DOWNLOAD = { operation: 'download', videoId: 'video_1' };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

describe.each(N8N_VERSIONS)('in n8n %s', (version) => {
	const here = useWorld({ version });
	const { run, startChoosy, startHosts } = here;

	describe.each(['first', 'last'] as const)(
		'of ten videos the server rejects one, and answers that one %s:',
		(order) => {
			async function runTen(settings: Partial<INode>) {
				const choosy = await startChoosy(9, order);
				const before = itemsOf(PROMPTS);
				return { ...choosy, execution: await run(choosy.server, CREATE, { before, settings }) };
			}

			it('the message names the nine that were created, with the server’s own words', async () => {
				const { execution, accepted, asked } = await runTen({});
				expect([...asked].sort()).toEqual([...PROMPTS].sort());
				expectNineAndTold(execution, accepted);
			});

			it('Retry On Fail with three tries pays for nine videos, not for more', async () => {
				const { execution, accepted, asked } = await runTen(RETRY);
				expect(asked.filter((prompt) => prompt === 'bad')).toHaveLength(3);
				expect(asked).toHaveLength(9 + 3);
				expectNineAndTold(execution, accepted);
			});

			it('with On Error: Continue nine go on, and the tenth says why not', async () => {
				const { execution, accepted } = await runTen({ onError: 'continueRegularOutput' });
				expectSuccess(execution);
				const rows = rowsOf(execution).map(({ json }) => json);
				const idOf = (prompt: string) => accepted.find((video) => video.prompt === prompt)?.id;
				expect(rows.map(({ id }) => id)).toEqual(PROMPTS.map(idOf));
				expect(rows[3].error).toMatch(/did not accept this video.*Not this one\./);
				expect(accepted).toHaveLength(9);
			});
		},
	);

	it('Retry On Fail pays once for a video that comes with `error: null`', async () => {
		const { server, asked } = await startChoosy(1, 'last');
		expectSuccess(await run(server, { ...CREATE, prompt: 'good' }, { settings: RETRY }));
		expect(asked).toEqual(['good']);
	});

	describe('a file on another host is fetched without key and custom header:', () => {
		async function expectFile({ server, elsewhere }: Hosts) {
			elsewhere.answer('GET /file?signature=abc', { body: MP4 });
			const execution = await run(server, DOWNLOAD);
			expectSuccess(execution);
			const [{ json, binary }] = rowsOf(execution);
			expect(json.mimeType).toBe('video/mp4');
			const stored = await (await here.world.client.readFile(binary!.data)).arrayBuffer();
			expect(MP4.equals(Buffer.from(stored))).toBe(true);

			server.verify();
			expectSecrets(server);
			elsewhere.verify();
			expectNoSecrets(elsewhere);
		}

		it.each([301, 302, 303, 307, 308])('after a redirect (%d)', async (status) => {
			const hosts = await startHosts();
			const { server, address } = hosts;
			server.answer('GET /v1/videos/video_1', { json: completedVideo('video_1') });
			server.answer('GET /v1/videos/video_1/content', { status, headers: { location: address } });
			await expectFile(hosts);
		});

		it('when the server answers with the address of the file', async () => {
			const hosts = await startHosts();
			const { server, address } = hosts;
			server.answer('GET /v1/videos/video_1', { json: completedVideo('video_1') });
			server.answer('GET /v1/videos/video_1/content', { json: { url: address } });
			await expectFile(hosts);
		});

		it('when the video itself names the address, and the server has no file', async () => {
			const hosts = await startHosts();
			const { server, address } = hosts;
			server.answerAlways('GET /v1/videos/video_1', {
				json: { ...completedVideo('video_1'), url: address },
			});
			server.answerAlways('GET /v1/videos/video_1/content', {
				status: 404,
				json: { error: { message: 'No content here.' } },
			});
			await expectFile(hosts);
		});
	});

	describe('a redirect to another host takes neither of them there:', () => {
		it.each<[string, string, INodeParameters]>([
			['of Create', 'POST /v1/videos', { ...CREATE, prompt: 'a cat' }],
			['of Get Status', 'GET /v1/videos/video_1', GET_STATUS],
		])('%s, which says where the server points to', async (_name, request, parameters) => {
			const { server, elsewhere, address } = await startHosts();
			for (const status of [302, 307]) {
				server.answer(request, { status, headers: { location: address } });
				const { message } = (await run(server, parameters)).data.resultData.error!;
				expect(message).toContain(`(${status}): ${address}`);
			}
			server.verify();
			expect(elsewhere.received).toEqual([]);
		});

		it('nor one of the credential test or the list of models', async () => {
			const { server, elsewhere, address } = await startHosts();
			const data = canaryFor(server.baseUrl);
			const credential = await here.world.client.createCredential('Canary', data);
			elsewhere.answerAlways('GET /file?signature=abc', { json: { data: [{ id: 'sora-2' }] } });
			for (const status of [302, 307]) {
				const headers = { location: address };
				server.answer('GET /v1/models', { status, headers }, { status, headers });
				await here.world.client.testCredential(credential, data);
				// n8n answers with an error when it has no list.
				await here.world.client.listModels(credential).catch(() => []);
			}
			server.verify();
			expectSecrets(server);
			expectNoSecrets(elsewhere);
		});
	});

	it('a broken connection does not end a look at a video', async () => {
		const { server } = await startHosts();
		server.answer(
			'GET /v1/videos/video_1',
			{ respond: (response) => response.destroy() },
			{ json: completedVideo('video_1') },
		);
		expectSuccess(await run(server, GET_STATUS));
		server.verify();
	});

	it('a server that is not there is told as such, and not as a video that may be billed', async () => {
		const { server } = await startHosts();
		await server.close();
		const { data } = await run(server, { ...CREATE, prompt: 'a cat' });
		expect(data.resultData.error?.message).toBe(
			`The server at ${server.baseUrl} cannot be reached`,
		);
	});

	it('after all of this neither key nor custom header is in any file or log of n8n', async () => {
		await here.world.n8n.stop();
		expect(secretsIn(here.world.n8n.log())).toEqual([]);
		// The executions are there, and legible.
		expect(await filesWith(here.world.userFolder, 'Created in the same run')).not.toEqual([]);
		for (const secret of SECRETS)
			expect(await filesWith(here.world.userFolder, secret)).toEqual([]);
	});
});

const rowsOf = ({ data }: Execution) => data.resultData.runData.Videos.at(-1)!.data!.main[0]!;

const expectSuccess = ({ status, data }: Execution) =>
	expect([status, data.resultData.error?.message]).toEqual(['success', undefined]);

/** The run ended with an error that names each of nine videos and its item. */
function expectNineAndTold({ status, data }: Execution, accepted: ChoosyServer['accepted']): void {
	const { error } = data.resultData;
	expect([status, error?.message]).toEqual([
		'error',
		'The server did not accept this video (400): Not this one.',
	]);
	expect(accepted).toHaveLength(9);
	for (const { prompt, id } of accepted) {
		expect(error?.description).toContain(`'${id}' (item ${PROMPTS.indexOf(prompt)})`);
	}
}
