import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';

import Fastify from 'fastify';

import { PACKAGE_ROOT } from '../../../scripts/engine.mts';
import { PACKAGE_NAME, packPackage } from '../../../scripts/n8n/package.mts';
import { certify } from './certificate.mts';

export interface Registry {
	/** Settings by which n8n and its npm use this registry instead of the public one. */
	env: NodeJS.ProcessEnv;
	/** How often the package was downloaded. */
	downloads(): number;
	end(): Promise<void>;
}

/**
 * A registry whose only package is the packed one. n8n accepts another registry only with a licence,
 * so this is a TLS-inspecting proxy that responds for every host, with certificates of an authority
 * that n8n trusts by a setting.
 */
export async function startRegistry(): Promise<Registry> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-registry-'));
	const { file, version, integrity, shasum } = await packPackage(folder);
	const manifest = JSON.parse(
		await readFile(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'),
	) as object;
	const { ca, contextFor } = await createAuthority(folder);
	let downloads = 0;

	const app = Fastify({
		https: {
			SNICallback: (host, done) =>
				void contextFor(host).then(
					(context) => done(null, context),
					(error: Error) => done(error),
				),
		},
	});
	const tarball = `/${PACKAGE_NAME}/-/${path.basename(file)}`;
	const describe = (host: string) => ({
		...manifest,
		dist: { integrity, shasum, tarball: `https://${host}${tarball}` },
	});
	app.get(`/${PACKAGE_NAME}`, ({ host }) => ({
		name: PACKAGE_NAME,
		'dist-tags': { latest: version },
		versions: { [version]: describe(host) },
	}));
	for (const known of [version, 'latest']) {
		app.get(`/${PACKAGE_NAME}/${known}`, ({ host }) => describe(host));
	}
	app.get(tarball, (_request, reply) => {
		downloads += 1;
		return reply.type('application/octet-stream').send(createReadStream(file));
	});
	await app.ready();

	const proxy = createServer().on('connect', (_request, socket) => {
		// n8n closes it when it is stopped.
		socket.on('error', () => {});
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		app.server.emit('connection', socket);
	});
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
	return {
		env: {
			HTTPS_PROXY: url,
			https_proxy: url,
			NODE_EXTRA_CA_CERTS: ca,
			// The npm settings of this machine would win over the variables above.
			npm_config_https_proxy: url,
			npm_config_cafile: ca,
			// Otherwise npm's cache would keep the package as one from the real registry.
			npm_config_cache: path.join(folder, 'cache'),
		},
		downloads: () => downloads,
		async end() {
			await new Promise((resolve) => proxy.close(resolve));
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** A certificate authority that issues a certificate for each host; its own is in the file `ca`. */
async function createAuthority(folder: string) {
	const authority = await certify(folder, 'authority');
	const issued = ['-CA', authority.file, '-CAkey', path.join(folder, 'authority.key')];
	const issue = async (host: string) =>
		createSecureContext(
			await certify(folder, host, ...issued, '-addext', `subjectAltName=DNS:${host}`),
		);
	const contexts = new Map<string, Promise<SecureContext>>();
	const contextFor = async (host: string) => {
		if (!contexts.has(host)) contexts.set(host, issue(host));
		return await contexts.get(host)!;
	};
	return { ca: authority.file, contextFor };
}
