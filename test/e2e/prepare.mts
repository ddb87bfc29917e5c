import { ensureN8n } from '../../scripts/n8n/install.mts';
import { VERSION } from './support/world.mts';

/** Runs before the tests: the first use installs n8n, which takes longer than any test may. */
ensureN8n(VERSION, console.log).catch((error: Error) => {
	console.error(`e2e: ${error.message}`);
	process.exitCode = 1;
});
