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
import { table, verdict } from '../table.mts';

const MOST_KB = 60;
const MOST_MS = 20;

/**
 * Loads the package with n8n's loader, and prints how many ms that took. Before, as in n8n, its own modules
 * and a package (an empty one, in the folder given) have been loaded.
 */
const LOAD = `
require('n8n-workflow');
const { PackageDirectoryLoader } = require('n8n-core');
const load = async (folder) => await new PackageDirectoryLoader(folder).loadAll();
load(process.argv[1]).then(async () => {
	const start = performance.now();
	await load(process.cwd());
	console.log(performance.now() - start);
});`;

/** The least that so many files take: with nothing in them, required by one more. */
const LOAD_EMPTY = `
const start = performance.now();
require(process.argv[1]);
console.log(performance.now() - start);`;

export const weight: Benchmark = {
	name: 'weight',
	title: 'Weight',
	async run(extent) {
		const run = promisify(execFile);
		const options = { cwd: PACKAGE_ROOT };
		const { size, unpackedSize, files } = await packed();
		const { node } = await ensureN8n(VERSION);
		const empty = await mkdtemp(path.join(tmpdir(), 'openai-videos-empty-'));
		const manifest = { name: 'empty', n8n: { nodes: [], credentials: [] } };
		await writeFile(path.join(empty, 'package.json'), JSON.stringify(manifest));
		const scripts = files.filter((file) => file.path.endsWith('.js'));
		const all = scripts.map((_file, index) => `${index}.js`);
		for (const name of all) await writeFile(path.join(empty, name), '');
		const index = path.join(empty, 'index.js');
		await writeFile(index, all.map((name) => `require('./${name}');`).join('\n'));
		const [times, least]: [number[], number[]] = [[], []];
		for (let time = 0; time < (extent === 'full' ? 11 : 3); time++) {
			times.push(Number((await run(node, ['-e', LOAD, empty], options)).stdout));
			least.push(Number((await run(node, ['-e', LOAD_EMPTY, index], options)).stdout));
		}
		await rm(empty, { recursive: true });
		const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
		const papers = files
			.filter((file) => file.path.endsWith('.md'))
			.reduce((sum, file) => sum + file.size, 0);
		return {
			markdown: `What is fetched and loaded. The package has neither source maps nor declarations; of what is unpacked, ${kB(papers)} are the
READMEs, which npm always packs.

${table(
	['', 'This package', 'Aim'],
	[
		['Tarball', kB(size), `${MOST_KB} kB: ${verdict(size <= MOST_KB * 1000)}`],
		['Unpacked', `${kB(unpackedSize)} in ${files.length} files`, ''],
		[
			`Loaded by n8n's own loader, median of ${times.length}`,
			`${median(times).toFixed(1)} ms`,
			`${MOST_MS} ms: ${verdict(median(times) <= MOST_MS)}`,
		],
		[
			`As many empty files (${scripts.length}), by \`require\` alone`,
			`${median(least).toFixed(1)} ms`,
			'',
		],
	],
)}`,
		};
	},
};
