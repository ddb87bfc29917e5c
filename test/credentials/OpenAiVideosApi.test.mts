import { createRequire } from 'node:module';

import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { FakeClock } from '../support/fakeClock.mts';
import { completedVideo, CREATE } from '../support/fixtures.mts';
import { runNode, stopSharedEngine } from '../support/nodeRunner.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';
import { startUntrustedServer } from '../support/untrustedServer.mts';

const requireBuilt = createRequire(import.meta.url);
const { OpenAiVideosApi } = requireBuilt(
	'../../dist/credentials/OpenAiVideosApi.credentials.js',
) as {
	OpenAiVideosApi: new () => ICredentialType;
};

let server: ScriptedServer;

const getStatus = async (credentials: ICredentialDataDecryptedObject) =>
	await runNode({ operation: 'getStatus', videoId: 'a' }, { credentials });

beforeEach(async () => {
	server = await startScriptedServer();
	new FakeClock();
});

afterEach(async () => {
	await server.close();
	server.verify();
});

afterAll(stopSharedEngine);

describe('credential', () => {
	it('sends the key as a bearer token, without spaces pasted with it', async () => {
		server.respondTo('GET /v1/videos/a', { json: completedVideo('a') });
		await getStatus({ apiKey: ' sk-1\n', baseUrl: server.baseUrl });
		expect(server.received[0].headers.authorization).toBe('Bearer sk-1');
	});

	it('sends no Authorization header when the key is empty', async () => {
		server.respondTo('GET /v1/videos/a', { json: completedVideo('a') });
		await getStatus({ apiKey: '', baseUrl: server.baseUrl });
		expect(server.received[0].headers).not.toHaveProperty('authorization');
	});

	it('forgives a pasted "Bearer " before the key', async () => {
		server.respondTo('GET /v1/videos/a', { json: completedVideo('a') });
		await getStatus({ apiKey: 'bearer  sk-1', baseUrl: server.baseUrl });
		expect(server.received[0].headers.authorization).toBe('Bearer sk-1');
	});

	it('sends any number of headers, and forgives a colon behind their names', async () => {
		server.respondTo('GET /v1/videos/a', { json: completedVideo('a') });
		const values = [
			{ name: 'x-one', value: ' 1 ' },
			{ name: 'X-Two:', value: 'a:b' },
			{ name: '', value: '' },
		];
		await getStatus({ apiKey: 'k', baseUrl: server.baseUrl, headers: { values } });
		expect(server.received[0].headers).toMatchObject({ 'x-one': '1', 'x-two': 'a:b' });
	});

	it.each(['create', 'generate', 'getStatus', 'waitUntilDone', 'download', 'getAll', 'delete'])(
		'with a header that cannot be sent is told by %s, before anything is sent',
		async (operation) => {
			const values = [{ name: 'Authorization', value: 'Bearer sk-1' }];
			const credentials = { apiKey: 'k', baseUrl: server.baseUrl, headers: { values } };
			const parameters = { ...CREATE, operation, videoId: 'a' };
			const { error } = await runNode(parameters, { credentials });
			expect(error?.message).toContain("The header 'Authorization' cannot be set here");
			expect(error?.description).toContain("Enter the key as 'API Key'");
			expect(server.received).toHaveLength(0);
		},
	);

	it.each([
		['a cookie', { name: 'cookie', value: 'session=abc123def456; a=b' }, 'abc123def456'],
		[
			'a key inside JSON',
			{ name: 'x-portkey-config', value: '{"provider":"openai","api_key":"sk-upstream-1"}' },
			'sk-upstream-1',
		],
		[
			'basic authentication',
			{ name: 'x-auth', value: `Basic ${Buffer.from('me:pass-word-1').toString('base64')}` },
			'pass-word-1',
		],
	])('shows nothing of %s that the server repeats', async (_name, header, secret) => {
		const message = `Wrong: ${secret}`;
		server.respondTo('GET /v1/videos/a', { status: 400, json: { error: { message } } });
		const headers = { values: [header] };
		const { error } = await getStatus({ apiKey: 'k', baseUrl: server.baseUrl, headers });
		expect(error?.message).toContain('Wrong: ***');
	});

	it('shows nothing of a key in the query of the base URL that the server repeats', async () => {
		const secret = 'azure-function-secret';
		server.respondTo(`GET /v1/videos/a?code=${secret}`, {
			status: 400,
			json: { error: { message: `Wrong: ${secret}` } },
		});
		const { error } = await getStatus({ apiKey: 'k', baseUrl: `${server.baseUrl}?code=${secret}` });
		expect(error?.message).toContain('Wrong: ***');
	});

	it('shows nothing of a key whose end was cut off with a long message', async () => {
		const apiKey = 'sk-secret-of-the-tests';
		const message = `${'x'.repeat(485)} ${apiKey}`;
		server.respondTo('GET /v1/videos/a', { status: 400, json: { error: { message } } });
		const { error } = await getStatus({ apiKey, baseUrl: server.baseUrl });
		expect(error?.message).toContain('xxx *** …');
		expect(error?.message).not.toContain('sk-');
	});

	it('shows no value of a header that the server repeats', async () => {
		const value = 'Bearer secret-of-the-header';
		server.respondTo('GET /v1/videos/a', {
			status: 400,
			json: { error: { message: 'Bad secret-of-the-header' } },
		});
		const headers = { values: [{ name: 'x-gateway-key', value }] };
		const { error } = await getStatus({ apiKey: 'k', baseUrl: server.baseUrl, headers });
		expect(error?.message).toContain('Bad ***');
	});

	it('sends the custom header of an older credential only when it is switched on', async () => {
		server.respondTo('GET /v1/videos/a', ...Array(2).fill({ json: completedVideo('a') }));
		const credentials = {
			apiKey: 'k',
			baseUrl: server.baseUrl,
			headerName: 'x-a',
			headerValue: 'b',
		};
		await getStatus({ ...credentials, header: true });
		await getStatus({ ...credentials, header: false });
		expect(server.received.map(({ headers }) => headers['x-a'])).toEqual(['b', undefined]);
	});

	it('can reach a server whose certificate nobody has signed, if it may', async () => {
		const untrusted = await startUntrustedServer(completedVideo('a'));
		const credentials = { apiKey: 'k', baseUrl: untrusted.baseUrl };
		const refused = await getStatus(credentials);
		const accepted = await getStatus({ ...credentials, allowUnauthorizedCerts: true });
		await untrusted.close();
		expect(refused.error?.description).toContain("'Ignore SSL Issues (Insecure)'");
		expect(accepted.items[0].json.id).toBe('a');
	});

	it('asks for the list of models where the server has it', async () => {
		const { authenticate } = new OpenAiVideosApi();
		if (typeof authenticate !== 'function') throw new Error('It has no authenticate()');
		const urlFor = async (baseUrl: string) =>
			(await authenticate({ apiKey: 'k', baseUrl }, { url: '/models' })).url;
		expect(await urlFor('https://gateway.example.com/v1')).toBe('/models');
		expect(await urlFor('https://api.x.ai/v1')).toBe('/models');
		expect(await urlFor('https://api.together.ai/v2')).toBe('/../v1/models');
	});

	it('is tested with the certificate setting that the node has', async () => {
		const { authenticate } = new OpenAiVideosApi();
		if (typeof authenticate !== 'function') throw new Error('It has no authenticate()');
		const ignores = async (allowUnauthorizedCerts: boolean) => {
			const credentials = { apiKey: 'k', baseUrl: server.baseUrl, allowUnauthorizedCerts };
			const request = await authenticate(credentials, { url: '/models' });
			return request.skipSslCertificateValidation === true;
		};
		expect([await ignores(true), await ignores(false)]).toEqual([true, false]);
	});

	it('says that a passed test does not prove the key everywhere', () => {
		const apiKey = new OpenAiVideosApi().properties.find(({ name }) => name === 'apiKey');
		expect(apiKey?.description).toContain('it passes with any key');
	});

	it('reports a rejected key after a 401, instead of sending the same key again', async () => {
		const { authenticate } = new OpenAiVideosApi();
		if (typeof authenticate !== 'function') throw new Error('It has no authenticate()');
		const credentials = { apiKey: 'sk-1', baseUrl: server.baseUrl };
		const request: IHttpRequestOptions = { url: '/models' };

		const sent = await authenticate(credentials, request);
		// Another request with the same options is not a retry.
		await authenticate(credentials, request);
		await expect(authenticate(credentials, sent)).rejects.toThrow(
			/^The server did not accept the API key\. Check 'API Key' and 'Base URL'\.$/,
		);
	});
});
