import type { ScriptedResponse } from '../../support/scriptedServer.mts';
import { canaryFor } from '../support/canary.mts';
import type { TestContext } from '../support/useN8n.mts';

/** The credential test of n8n 1.x supports no rule for a status other than 401, and has its own messages. */
const SENTENCES = {
	'2.41.1': {
		forbidden: 'The API key is not allowed to list models on this server.',
		noModels:
			"The server has no list of models there. Check 'Base URL': on most servers it ends in /v1.",
		// This n8n does not let the package change the message.
		nobody: 'ECONNREFUSED',
	},
	'1.123.81': {
		forbidden: 'Forbidden - perhaps check your credentials?',
		noModels: 'The resource you are requesting could not be found',
		nobody: 'The service refused the connection - perhaps it is offline',
	},
};

/** The credential test and the model list of the editor. */
export function credential(context: TestContext): void {
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
		const sentences = SENTENCES[context.version];

		const test = async (baseUrl: string, apiKey = canaryFor(baseUrl).apiKey) => {
			const data = { apiKey, baseUrl };
			const { client } = context.instance;
			return await client.testCredential(await client.createCredential('Test', data), data);
		};
		const failed = (message: string) => ({ status: 'Error', message });

		it('passes with the right key, also with a base URL without path', async () => {
			const { baseUrl } = await context.startSandbox();
			const passed = { status: 'OK', message: 'Connection successful!' };
			expect(await test(baseUrl)).toEqual(passed);
			expect(await test(baseUrl.replace('/v1', ''))).toEqual(passed);
		});

		it('rejects a wrong key in a sentence, and sends it once', async () => {
			const { baseUrl, requests } = await context.startSandbox();
			expect(await test(baseUrl, 'wrong')).toEqual(
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
					"'Base URL' must be a full address that starts with http:// or https://, for example https://gateway.example.com/v1",
				),
			);
		});
	});
}
