import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { PACKAGE_ROOT } from '../../engine.mts';
import { ensureN8n, VERSION } from '../../n8n/install.mts';
import { packed } from '../../n8n/package.mts';
import { median } from '../../statistics.mts';
import type { Benchmark } from '../benchmark.mts';
import { markdownTable, metOrNotMet } from '../table.mts';

const MAX_KB = 60;
const MAX_LOAD_MS = 20;

/**
 * Prints how many ms n8n's loader takes for the package. As in n8n, n8n's own modules and another package
 * (the empty one in the given folder) have been loaded before.
 */
const LOAD_SCRIPT = `
require('n8n-workflow');
const { PackageDirectoryLoader } = require('n8n-core');
const load = async (folder) => await new PackageDirectoryLoader(folder).loadAll();
load(process.argv[1]).then(async () => {
	const start = performance.now();
	await load(process.cwd());
	console.log(performance.now() - start);
});`;

/** The lower bound for the same number of files: empty ones, required by one more. */
const LOAD_EMPTY_SCRIPT = `
const start = performance.now();
require(process.argv[1]);
console.log(performance.now() - start);`;

export const packageSize: Benchmark = {
	name: 'weight',
	title: 'Weight',
	async run(benchmarkSize) {
		const run = promisify(execFile);
		const options = { cwd: PACKAGE_ROOT };
		const { size, unpackedSize, files } = await packed();
		const { node } = await ensureN8n(VERSION);
		const emptyFolder = await mkdtemp(path.join(tmpdir(), 'openai-videos-empty-'));
		const manifest = { name: 'empty', n8n: { nodes: [], credentials: [] } };
		await writeFile(path.join(emptyFolder, 'package.json'), JSON.stringify(manifest));
		const scripts = files.filter((file) => file.path.endsWith('.js'));
		const emptyFiles = scripts.map((_file, index) => `${index}.js`);
		for (const name of emptyFiles) await writeFile(path.join(emptyFolder, name), '');
		const index = path.join(emptyFolder, 'index.js');
		await writeFile(index, emptyFiles.map((name) => `require('./${name}');`).join('\n'));
		const [times, baselines]: [number[], number[]] = [[], []];
		for (let round = 0; round < (benchmarkSize === 'full' ? 11 : 3); round++) {
			times.push(Number((await run(node, ['-e', LOAD_SCRIPT, emptyFolder], options)).stdout));
			baselines.push(Number((await run(node, ['-e', LOAD_EMPTY_SCRIPT, index], options)).stdout));
		}
		await rm(emptyFolder, { recursive: true });
		const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
		const readmeBytes = files
			.filter((file) => file.path.endsWith('.md'))
			.reduce((sum, file) => sum + file.size, 0);
		return {
			markdown: `What is fetched and loaded. The package has neither source maps nor declarations; of what is unpacked, ${kB(readmeBytes)} are the
READMEs, which npm always packs.

${markdownTable(
	['', 'This package', 'Aim'],
	[
		['Tarball', kB(size), `${MAX_KB} kB: ${metOrNotMet(size <= MAX_KB * 1000)}`],
		['Unpacked', `${kB(unpackedSize)} in ${files.length} files`, ''],
		[
			`Loaded by n8n's own loader, median of ${times.length}`,
			`${median(times).toFixed(1)} ms`,
			`${MAX_LOAD_MS} ms: ${metOrNotMet(median(times) <= MAX_LOAD_MS)}`,
		],
		[
			`As many empty files (${scripts.length}), by \`require\` alone`,
			`${median(baselines).toFixed(1)} ms`,
			'',
		],
	],
)}`,
		};
	},
};
