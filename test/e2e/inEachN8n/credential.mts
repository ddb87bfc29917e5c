import { completedVideo, SORA } from '../../support/fixtures.mts';
import type { ScriptedResponse } from '../../support/scriptedServer.mts';
import { canaryFor, expectSecrets, SECRETS, secretsIn } from '../support/canary.mts';
import { startTlsProxy } from '../support/tlsProxy.mts';
import type { TestContext } from '../support/useN8n.mts';
import { chain, errorMessageOf, outputOf, triggerNode, videosNode } from '../support/workflow.mts';

const [API_KEY, HEADER_VALUE] = SECRETS;
const PASSED = { status: 'OK', message: 'Connection successful!' };
const failed = (message: string) => ({ status: 'Error', message });
const headers = (...values: Array<{ name: string; value: string }>) => ({ headers: { values } });

/** The credential test of n8n 1.x supports no rule for a status other than 401, and has its own messages. */
const SENTENCES = {
	'2.41.1': {
		forbidden: 'The API key is not allowed to list models on this server.',
		noModels:
			"The server has no list of models there. Check 'Base URL': on most servers it ends in /v1.",
		// This n8n does not let the package change the message.
		nobody: 'ECONNREFUSED',
		untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT',
	},
	'1.123.81': {
		forbidden: 'Forbidden - perhaps check your credentials?',
		noModels: 'The resource you are requesting could not be found',
		nobody: 'The service refused the connection - perhaps it is offline',
		untrusted: 'self-signed certificate',
	},
};

/** The credential test and the model list of the editor. */
export function credential(context: TestContext): void {
	const sentences = SENTENCES[context.version];

	describe('the model list', () => {
		const list = async (response: ScriptedResponse, filter?: string) => {
			const server = await context.startServer();
			server.respondTo('GET /v1/models', response);
			return await context.instance.client.listModels(await context.credentialFor(server), filter);
		};
		const ids = ['whisper-1', 'wan2.2-t2v', 'gpt-5', 'my-own', 'veo-3.1', 'sora-2', 'gpt-5-pro'];
		const json = { object: 'list', data: ids.map((id) => ({ id })) };

		it('contains all models of the server, video models first', async () => {
			expect(await list({ json })).toEqual([
				...['sora-2', 'veo-3.1', 'wan2.2-t2v'],
				...['gpt-5', 'gpt-5-pro', 'my-own', 'whisper-1'],
			]);
		});

		it('can be searched by a part of the name', async () => {
			expect(await list({ json }, '5')).toEqual(['gpt-5', 'gpt-5-pro']);
		});

		it('suggests By ID when the server has no list', async () => {
			await expect(list({ status: 404 })).rejects.toThrow("Choose 'By ID' in place of 'From List'");
		});
	});

	describe('the credential test', () => {
		const test = async (baseUrl: string, fields: object = {}) => {
			const data = { apiKey: API_KEY, baseUrl, ...fields };
			const { client } = context.instance;
			return await client.testCredential(await client.createCredential('Test', data), data);
		};

		it('passes with the right key, also with a base URL without path', async () => {
			const { baseUrl } = await context.startSandbox();
			expect(await test(baseUrl)).toEqual(PASSED);
			expect(await test(baseUrl.replace('/v1', ''))).toEqual(PASSED);
		});

		it('rejects a wrong key in a sentence, and sends it once', async () => {
			const { baseUrl, requests } = await context.startSandbox();
			expect(await test(baseUrl, { apiKey: 'wrong' })).toEqual(
				failed("The server did not accept the API key. Check 'API Key' and 'Base URL'."),
			);
			expect(requests).toHaveLength(1);
		});

		it(`rejects a key that may not list models: ${sentences.forbidden}`, async () => {
			const server = await context.startServer();
			server.respondTo('GET /v1/models', { status: 403 });
			expect(await test(server.baseUrl)).toEqual(failed(sentences.forbidden));
		});

		it(`rejects a path that does not exist: ${sentences.noModels}`, async () => {
			const { baseUrl } = await context.startSandbox();
			expect(await test(`${baseUrl}/nowhere`)).toEqual(failed(sentences.noModels));
		});

		it(`rejects a host that does not listen: ${sentences.nobody}`, async () => {
			const server = await context.startServer();
			await server.close();
			expect(await test(server.baseUrl)).toEqual(failed(sentences.nobody));
		});

		it('rejects an invalid base URL and shows a valid one', async () => {
			expect(await test('nonsense')).toEqual(
				failed(
					"'Base URL' of the OpenAI Videos API credential is not a web address: nonsense. Open the credential and enter a full address such as https://gateway.example.com/v1 there.",
				),
			);
		});

		it.each([
			['Google Gemini', 'gemini', '/v1', '/v1/models'],
			['xAI', 'xai', '/v1', '/v1/models'],
			['Together AI', 'together', '/v2', '/v1/models'],
		])(
			'asks for the models where they are in the style of %s',
			async (_name, apiStyle, path, list) => {
				const server = await context.startServer();
				server.respondTo(`GET ${list}`, { json: { data: [] } });
				expect(await test(`${server.origin}${path}`, { apiStyle })).toEqual(PASSED);
				server.verify();
			},
		);

		it.each([
			[
				'the name of a header that is not to be set',
				{ name: 'Authorization', value: 'second' },
				"The header 'Authorization' cannot be set here (in the OpenAI Videos API credential). Enter the key as 'API Key', which is sent as a bearer token.",
			],
			[
				'a value with a line break',
				{ name: 'x-second', value: 'one\ntwo' },
				"The value of the header 'x-second' has a line break, or a character that no header may have (in the OpenAI Videos API credential). Paste it again, without what stands before or after it.",
			],
		])('rejects %s in a sentence, and sends nothing', async (_name, header, sentence) => {
			const server = await context.startServer();
			expect(await test(server.baseUrl, headers(header))).toEqual(failed(sentence));
			expect(server.received).toEqual([]);
		});
	});

	describe('the headers of the credential', () => {
		const several = headers(
			{ name: 'x-first', value: `${HEADER_VALUE}-first` },
			{ name: 'x-second', value: `${HEADER_VALUE}-second` },
		);

		it('are sent with every request, also the single one of an older credential', async () => {
			const server = await context.startServer();
			server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
			const getStatus = { operation: 'getStatus', videoId: 'video_1' };
			outputOf(await context.run(server, getStatus, { credential: several }));
			expectSecrets(server);
			expect(server.received[0].headers).toMatchObject({
				'x-first': `${HEADER_VALUE}-first`,
				'x-second': `${HEADER_VALUE}-second`,
			});
		});

		it('are masked when the editor opens the credential, and kept when it tests it', async () => {
			const server = await context.startServer();
			server.respondTo('GET /v1/models', { json: { data: [] } });
			const credential = await context.credentialFor(server, several);
			const { client } = context.instance;
			const { text, data } = await client.call(
				'GET',
				`/credentials/${credential.id}?includeData=true`,
			);
			expect(secretsIn(text)).toEqual([]);
			const masked = (data as { data: object }).data;
			const value = expect.stringMatching(/^__n8n_BLANK_VALUE_/);
			const names = ['x-first', 'x-second'];
			expect(masked).toMatchObject({
				...{ apiKey: value, baseUrl: server.baseUrl, headerValue: value },
				headers: { values: names.map((name) => ({ name, value })) },
			});
			expect(await client.testCredential(credential, masked)).toEqual(PASSED);
			expectSecrets(server);
			expect(server.received[0].headers).toMatchObject({ 'x-second': `${HEADER_VALUE}-second` });
		});
	});

	describe('a server with a certificate that nobody trusts', () => {
		/** Runs the credential test, the model list, Generate and the trigger. */
		async function useAll(fields: object, requestOptions = {}) {
			const sandbox = await context.startSandbox({ renderSeconds: 0 });
			const proxy = await startTlsProxy(sandbox);
			const { client } = context.instance;
			const data = { ...canaryFor(proxy.baseUrl), ...fields };
			const credential = await client.createCredential('TLS', data);
			const generate = { operation: 'generate', model: SORA, prompt: 'a cat', requestOptions };
			const results = {
				test: await client.testCredential(credential, data),
				models: await client.listModels(credential).catch(({ message }: Error) => message),
				generated: await context.execute(chain([videosNode(credential, generate)])),
				polled: await context.execute(triggerNode(credential)),
			};
			await proxy.close();
			return { ...results, made: [...sandbox.videos.keys()] };
		}

		it('is used when the credential ignores SSL issues', async () => {
			const { test, models, generated, polled, made } = await useAll({
				allowUnauthorizedCerts: true,
			});
			expect(test).toEqual(PASSED);
			expect(models).toContain('sora-2');
			const [{ json }] = outputOf(generated);
			expect(json).toMatchObject({ id: made[0], mimeType: 'video/mp4' });
			expect(outputOf(polled)).toMatchObject([{ json: { id: made[0] } }]);
		});

		it('is not used otherwise, and the next step says what to switch on', async () => {
			const { test, models, generated, polled, made } = await useAll({});
			expect(test).toEqual(failed(sentences.untrusted));
			for (const message of [models, errorMessageOf(generated), errorMessageOf(polled)]) {
				expect(message).toMatch(/No secure connection to .* came about/);
				expect(message).toContain("'Ignore SSL Issues");
			}
			expect(made).toEqual([]);
		});

		it('is used by a node whose request option ignores SSL issues', async () => {
			const { generated, made } = await useAll({}, { allowUnauthorizedCerts: true });
			expect(outputOf(generated)).toMatchObject([{ json: { id: made[0], mimeType: 'video/mp4' } }]);
		});
	});
}
