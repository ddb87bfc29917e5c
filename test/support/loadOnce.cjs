/**
 * jest loads every module anew for each test file, which takes n8n's engine seconds: these are loaded by Node,
 * once per process. `createRequire` has to be Node's too: it gets the engine's own copies.
 */
for (const name of ['n8n-core', 'n8n-workflow', 'fastify', '@fastify/multipart', 'node:module']) {
	jest.mock(name, () => globalThis.requireOnce(name));
}
