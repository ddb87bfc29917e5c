import type { INode, INodeParameters } from 'n8n-workflow';

import { N8N_VERSIONS } from '../../scripts/n8n/install.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { completedVideo, SORA } from '../support/videos.mts';
import { type ChoosyServer, startChoosyServer } from './support/choosyServer.mts';
import type { Execution } from './support/client.mts';
import { contains, filesUnder } from './support/files.mts';
import { chain, itemsOf, type NodeSketch, videosNode } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

const KEY = 'sk-canary-2b7e151628';
const HEADER = 'x-gateway-key';
const HEADER_VALUE = 'gateway-canary-aed2a6abf7';
const SECRETS = [KEY, HEADER_VALUE];

const PROMPTS = ['one', 'two', 'three', 'bad', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const CREATE = { operation: 'create', model: SORA, prompt: '={{ $json.prompt }}' };
const DOWNLOAD = { operation: 'download', videoId: 'video_1' };
/** A file is told by its first bytes. */
const MP4 = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(50_000, 'v')]);

describe.each(N8N_VERSIONS)('in n8n %s', (version) => {
	let world: World;
	let servers: ScriptedServer[] = [];

	beforeAll(async () => {
		world = await startWorld({ version });
	});

	afterEach(async () => {
		for (const server of servers) await server.close();
		servers = [];
	});

	afterAll(async () => await world?.end());

	/** Runs one node, with a credential that has two secrets; neither may be in the saved execution. */
	async function run(
		{ baseUrl }: ScriptedServer,
		parameters: INodeParameters,
		{ before = [], settings = {} }: { before?: NodeSketch[]; settings?: Partial<INode> } = {},
	): Promise<Execution> {
		const credential = await world.client.createCredential('Two secrets', credentialFor(baseUrl));
		const workflow = chain([...before, videosNode(credential, parameters, settings)]);
		const execution = await world.client.execute(workflow);
		expect(secretsIn(execution.text)).toEqual([]);
		return execution;
	}

	describe.each(['first', 'last'] as const)(
		'of ten videos the server rejects one, whose answer comes %s:',
		(order) => {
			async function runTen(settings: Partial<INode>) {
				const choosy = await startChoosyServer('bad', PROMPTS.length - 1, order);
				servers.push(choosy.server);
				const before = itemsOf(PROMPTS);
				return { ...choosy, execution: await run(choosy.server, CREATE, { before, settings }) };
			}

			it('the message names the nine that were created, with the server’s own words', async () => {
				const { execution, accepted, asked } = await runTen({});
				expect([...asked].sort()).toEqual([...PROMPTS].sort());
				expectNineAndTold(execution, accepted);
			});

			it('Retry On Fail with three tries pays for nine videos, not for more', async () => {
				const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
				const { execution, accepted, asked } = await runTen(settings);
				expect(asked.filter((prompt) => prompt === 'bad')).toHaveLength(3);
				expect(asked).toHaveLength(9 + 3);
				expectNineAndTold(execution, accepted);
			});

			it('with On Error: Continue nine go on, and the tenth says why not', async () => {
				const { execution, accepted } = await runTen({ onError: 'continueRegularOutput' });
				expect(execution.status).toBe('success');
				const rows = rowsOf(execution).map(({ json }) => json);
				const idOf = (prompt: string) => accepted.find((video) => video.prompt === prompt)?.id;
				expect(rows.map(({ id }) => id)).toEqual(PROMPTS.map(idOf));
				expect(rows[3].error).toMatch(/did not accept this video.*Not this one\./);
				expect(accepted).toHaveLength(9);
			});
		},
	);

	it('a video is paid once with Retry On Fail, also when the server adds `error: null` to it', async () => {
		const choosy = await startChoosyServer('bad', 1, 'last');
		servers.push(choosy.server);
		const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const execution = await run(choosy.server, { ...CREATE, prompt: 'good' }, { settings });
		expect([execution.status, choosy.asked]).toEqual(['success', ['good']]);
	});

	describe('a file on another host is fetched without key and custom header:', () => {
		/** The server with the video, and another host that has its file. */
		async function startHosts() {
			const server = await startScriptedServer();
			const elsewhere = await startScriptedServer();
			servers.push(server, elsewhere);
			server.answerAlways('GET /v1/videos/video_1', { json: completedVideo('video_1') });
			elsewhere.answer('GET /file?signature=abc', { body: MP4 });
			return { server, elsewhere, address: `${elsewhere.origin}/file?signature=abc` };
		}

		async function expectFile(execution: Execution, server: ScriptedServer, other: ScriptedServer) {
			const [{ json, binary }] = rowsOf(execution);
			expect([execution.status, json.mimeType]).toEqual(['success', 'video/mp4']);
			const stored = await (await world.client.readFile(binary!.data)).arrayBuffer();
			expect(MP4.equals(Buffer.from(stored))).toBe(true);

			for (const { headers } of server.received) {
				expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, [HEADER]: HEADER_VALUE });
			}
			server.verify();
			other.verify();
			expectNothingSecret(other);
		}

		it.each([301, 302, 303, 307, 308])('after a redirect (%d)', async (status) => {
			const { server, elsewhere, address } = await startHosts();
			server.answer('GET /v1/videos/video_1/content', { status, headers: { location: address } });
			await expectFile(await run(server, DOWNLOAD), server, elsewhere);
		});
	});

	describe('a redirect to another host takes no secret there:', () => {
		const noRedirect = /^The server redirects to http/;
		it.each<[string, string, (server: ScriptedServer) => Promise<void>]>([
			[
				'of Create',
				'POST /v1/videos',
				async (server) => {
					const { data } = await run(server, { ...CREATE, prompt: 'a cat' });
					expect(data.resultData.error?.message).toMatch(noRedirect);
				},
			],
			[
				'of Get Status',
				'GET /v1/videos/video_1',
				async (server) => {
					const { data } = await run(server, { operation: 'getStatus', videoId: 'video_1' });
					expect(data.resultData.error?.message).toMatch(noRedirect);
				},
			],
			[
				'of the credential test',
				'GET /v1/models',
				async ({ baseUrl }) => {
					const data = credentialFor(baseUrl);
					const credential = await world.client.createCredential('Two secrets', data);
					await world.client.testCredential(credential, data);
				},
			],
			[
				'of the list of models',
				'GET /v1/models',
				async ({ baseUrl }) => {
					const data = credentialFor(baseUrl);
					const credential = await world.client.createCredential('Two secrets', data);
					await world.client.listModels(credential);
				},
			],
		])('%s', async (_name, request, act) => {
			const server = await startScriptedServer();
			const elsewhere = await startScriptedServer();
			servers.push(server, elsewhere);
			for (const status of [302, 307]) {
				const location = `${elsewhere.origin}/there`;
				server.answerAlways(request, { status, headers: { location } });
				elsewhere.answerAlways('GET /there', { json: { data: [] } });
				await act(server);
			}
			expect(server.received.length).toBeGreaterThanOrEqual(2);
			expectNothingSecret(elsewhere);
		});
	});

	it('after all of this neither key nor custom header is in any file or log of n8n', async () => {
		await world.n8n.stop();
		expect(secretsIn(world.n8n.log())).toEqual([]);
		const files = await filesUnder(world.userFolder);
		const holders = async (text: string) => {
			const found = await Promise.all(files.map((file) => contains(file, text)));
			return files.filter((_file, index) => found[index]);
		};
		// The executions are there, and legible.
		expect(await holders('Created in the same run')).not.toEqual([]);
		for (const secret of SECRETS) expect(await holders(secret)).toEqual([]);
	});
});

const credentialFor = (baseUrl: string) => ({
	apiKey: KEY,
	baseUrl,
	header: true,
	headerName: HEADER,
	headerValue: HEADER_VALUE,
});

const secretsIn = (text: string) => SECRETS.filter((secret) => text.includes(secret));

const rowsOf = ({ data }: Execution) => data.resultData.runData.Videos.at(-1)!.data!.main[0]!;

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

function expectNothingSecret({ received }: ScriptedServer): void {
	for (const { headers, path, body } of received) {
		expect(Object.keys(headers)).not.toContain('authorization');
		expect(Object.keys(headers)).not.toContain(HEADER);
		expect(secretsIn(JSON.stringify([headers, path, body.toString('latin1')]))).toEqual([]);
	}
}
