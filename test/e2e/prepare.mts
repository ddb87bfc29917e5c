import { ensureN8n, N8N_VERSIONS } from '../../scripts/n8n/install.mts';

/** Runs before the tests: the first use installs n8n, which takes longer than any test may. */
async function prepare(): Promise<void> {
	for (const version of N8N_VERSIONS) await ensureN8n(version, console.log);
}

prepare().catch((error: Error) => {
	console.error(`e2e: ${error.message}`);
	process.exitCode = 1;
});
