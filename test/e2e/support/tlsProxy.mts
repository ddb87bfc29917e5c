import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';

import { certify } from './certificate.mts';

/** An address `https:` of a server, with a certificate that nobody trusts. */
interface TlsProxy {
	/** `https://127.0.0.1:PORT/v1` */
	baseUrl: string;
	close(): Promise<void>;
}

/** Starts it in front of a server at `http:`. */
export async function startTlsProxy(target: { baseUrl: string }): Promise<TlsProxy> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-tls-'));
	const { key, cert } = await certify(
		folder,
		'localhost',
		'-addext',
		'subjectAltName=IP:127.0.0.1',
	);
	await rm(folder, { recursive: true });
	const { port, hostname } = new URL(target.baseUrl);
	const open = new Set<Socket>();
	const server = createServer({ key, cert }, (client) => {
		const upstream = connect(Number(port), hostname);
		for (const [from, to] of [
			[client, upstream],
			[upstream, client],
		]) {
			open.add(from);
			from.pipe(to);
			// n8n closes connections as it likes.
			from.on('error', () => to.destroy());
			from.on('close', () => {
				open.delete(from);
				to.destroy();
			});
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		async close() {
			for (const socket of open) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
