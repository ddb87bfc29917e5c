import { ensureN8n } from '../../scripts/n8n/install.mts';
import { VERSION } from './support/world.mts';

/** The first use installs n8n, which takes longer than any test may. */
export default async function installN8n(): Promise<void> {
	await ensureN8n(VERSION, (line) => console.log(line));
}
