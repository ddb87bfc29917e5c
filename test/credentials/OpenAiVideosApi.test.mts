import { createRequire } from 'node:module';

import type { ICredentialType, IHttpRequestOptions } from 'n8n-workflow';

import { FakeClock } from '../support/fakeClock.mts';
import { completedVideo } from '../support/fixtures.mts';
import { runNode, stopSharedEngine } from '../support/nodeRunner.mts';
import { type ScriptedServer, startScriptedServer } from '../support/scriptedServer.mts';

const requireBuilt = createRequire(import.meta.url);
const { OpenAiVideosApi } = requireBuilt(
	'../../dist/credentials/OpenAiVideosApi.credentials.js',
) as {
	OpenAiVideosApi: new () => ICredentialType;
};

let server: ScriptedServer;

const getStatus = async (credentials: Record<string, string | boolean>) =>
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

	it('sends the custom header only when it is switched on', async () => {
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
