import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { ensureN8n, N8N_VERSIONS } from '../../scripts/n8n/install.mts';
import { packPackage } from '../../scripts/n8n/package.mts';
import { leftOut, RUN_ALL, TARBALL } from './environment.mts';

const ALL_FLAG = '--all';

/** Runs jest on the tests of this folder. Accepts `--all`, which leaves no case out, and jest's arguments. */
async function main(): Promise<void> {
	const jestArguments = process.argv.slice(2).filter((argument) => argument !== ALL_FLAG);
	const runsAll = process.argv.includes(ALL_FLAG);
	// The first use installs n8n, which takes longer than any test may.
	for (const version of N8N_VERSIONS) await ensureN8n(version, console.log);

	if (!runsAll) {
		const lines = leftOut.map((line) => `  ${line}`);
		console.log(`Left out, unless called with ${ALL_FLAG}:\n${lines.join('\n')}`);
	}
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-pack-'));
	const { file } = await packPackage(folder);
	const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
	const config = path.join(PACKAGE_ROOT, 'test/e2e/jest.config.cjs');
	const child = spawn(process.execPath, [jest, '--config', config, ...jestArguments], {
		stdio: 'inherit',
		env: { ...process.env, [TARBALL]: file, ...(runsAll && { [RUN_ALL]: 'true' }) },
	});
	const [code] = (await once(child, 'close')) as [number | null];
	await rm(folder, { recursive: true });
	process.exitCode = code ?? 1;
}

main().catch((error: Error) => {
	console.error(`e2e: ${error.message}`);
	process.exitCode = 1;
});
