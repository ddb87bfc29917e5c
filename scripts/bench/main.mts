import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { PACKAGE_ROOT } from '../engine.mts';
import type { Benchmark, BenchmarkResult, BenchmarkSize } from './benchmark.mts';
import { BENCHMARKS } from './benchmarks.mts';
import { renderSection, replaceSection } from './page.mts';

const DOCS_FOLDER = path.join(PACKAGE_ROOT, 'docs');
const PAGE_FILE = path.join(DOCS_FOLDER, 'benchmarks.md');

const HELP = `Compares this node with its alternatives in a real n8n, and writes docs/benchmarks.md.

  npm run bench -- [NAME ...] [options]

  --small    a short run that is printed and not written: checks that the benchmark still works
  --help     this text

Names (default: all)
${BENCHMARKS.map(({ name, title }) => `  ${name.padEnd(11)}${title}`).join('\n')}

The machine should be idle otherwise. The first run installs n8n, as npm run editor does.`;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { small: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return console.log(HELP);
	const selected = selectBenchmarks(positionals);
	const size: BenchmarkSize = values.small ? 'small' : 'full';
	for (const benchmark of selected) {
		const result = await benchmark.run(size, (line) => console.error(`${benchmark.name}: ${line}`));
		const section = await renderSection(benchmark, result);
		console.log(section);
		// Written at once, so that a later benchmark that fails does not lose this result.
		if (size === 'full') await writeDocs(benchmark, section, result);
	}
}

function selectBenchmarks(names: string[]): Benchmark[] {
	const unknown = names.find((name) => BENCHMARKS.every((benchmark) => benchmark.name !== name));
	if (unknown !== undefined) {
		const available = BENCHMARKS.map(({ name }) => name).join(', ');
		throw new Error(`there is no benchmark '${unknown}'; there are: ${available}`);
	}
	return BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function writeDocs({ title }: Benchmark, section: string, { plots = {} }: BenchmarkResult) {
	const images = path.join(DOCS_FOLDER, 'images');
	await mkdir(images, { recursive: true });
	for (const [file, svg] of Object.entries(plots)) await writeFile(path.join(images, file), svg);
	const page = await readFile(PAGE_FILE, 'utf8').catch(() => '');
	const titles = BENCHMARKS.map((benchmark) => benchmark.title);
	await writeFile(PAGE_FILE, await replaceSection(page, titles, title, section));
}

main().catch((error: Error) => {
	console.error(`bench: ${error.message}`);
	// Child processes would keep this process alive; they end with it.
	process.exit(1);
});
