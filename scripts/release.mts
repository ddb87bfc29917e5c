import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PACKAGE_ROOT } from './engine.mts';
import { releaseNotes } from './releaseNotes.mts';

/** Prints the release notes for the given tag; fails if the release is not ready. */
async function main([tag = '(none)']: string[]): Promise<void> {
	const read = async (name: string) => await readFile(path.join(PACKAGE_ROOT, name), 'utf8');
	const { version } = JSON.parse(await read('package.json')) as { version: string };
	console.log(releaseNotes(await read('CHANGELOG.md'), version, tag));
}

main(process.argv.slice(2)).catch((error: Error) => {
	console.error(`release: ${error.message}`);
	process.exitCode = 1;
});
