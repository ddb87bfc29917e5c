import { createServer, type AddressInfo } from 'node:net';

import { mayHaveBeenAccepted } from '../../nodes/OpenAiVideos/responses/refusal.ts';
import { CREATE } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const node = testNode(CREATE);

/** Accepts connections and closes each at its first byte. */
async function startClosingServer() {
	const server = createServer((socket) => socket.once('data', () => socket.destroy()));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		close: async () => await new Promise((resolve) => server.close(resolve)),
	};
}

describe('A connection that was never made', () => {
	it('costs nothing if the TLS handshake breaks off', async () => {
		const server = await startClosingServer();
		const baseUrl = `https://127.0.0.1:${server.port}/v1`;
		const { error } = await node.run({}, { credentials: { apiKey: 'k', baseUrl } });
		await server.close();
		expect(error?.message).toMatch(/^No secure connection to https:/);
		expect(`${error?.message} ${error?.description}`).not.toMatch(/billed|pay twice/);
	});

	it('costs nothing if none of the addresses of a host can be reached', async () => {
		const { port, close } = await startClosingServer();
		await close();
		const baseUrl = `http://localhost:${port}/v1`;
		const { error } = await node.run({}, { credentials: { apiKey: 'k', baseUrl } });
		expect(error?.message).toBe(`The server at ${baseUrl} cannot be reached`);
		expect(error?.description).not.toMatch(/billed|pay twice/);
	});

	it.each([
		['ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:443'],
		['ETIMEDOUT', ''],
		[
			'ECONNRESET',
			'Client network socket disconnected before secure TLS connection was established',
		],
		['ECONNRESET', 'Proxy connection ended before receiving CONNECT response'],
		['EADDRNOTAVAIL', 'connect EADDRNOTAVAIL 10.0.0.1:443'],
		['', 'tunneling socket could not be established, statusCode=407'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'write EPROTO'],
	])('leaves no doubt: %s %s', (code, message) => {
		expect(mayHaveBeenAccepted({ code, message })).toBe(false);
	});

	it.each([
		['ETIMEDOUT', 'read ETIMEDOUT'],
		// The route may break in the middle of a connection, and TLS after its handshake.
		['EHOSTUNREACH', 'read EHOSTUNREACH'],
		['ENETUNREACH', 'write ENETUNREACH'],
		['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'decryption failed or bad record mac'],
		['ECONNABORTED', 'timeout of 300000ms exceeded'],
		['ECONNRESET', 'socket hang up'],
		['ECONNRESET', 'read ECONNRESET'],
		['EPIPE', 'write EPIPE'],
	])('is not meant by %s %s', (code, message) => {
		expect(mayHaveBeenAccepted({ code, message })).toBe(true);
	});
});
