import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { PACKAGE_ROOT } from '../engine.mts';
import type { Benchmark, Extent, Findings } from './benchmark.mts';
import { BENCHMARKS } from './benchmarks.mts';
import { sectionOf, withSections } from './page.mts';

const DOCS = path.join(PACKAGE_ROOT, 'docs');
const PAGE = path.join(DOCS, 'benchmarks.md');

const HELP = `Measures this node beside what one would take instead, in a real n8n, and writes docs/benchmarks.md.

  npm run bench -- [NAME ...] [options]

  --small    little of each, printed and not written: whether the benchmark still works
  --help     this text

Names (default: all)
${BENCHMARKS.map(({ name, title }) => `  ${name.padEnd(11)}${title}`).join('\n')}

The machine should do nothing else meanwhile. The first run installs n8n, as npm run editor does.`;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { small: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return console.log(HELP);
	const chosen = choose(positionals);
	const extent: Extent = values.small ? 'small' : 'full';
	for (const benchmark of chosen) {
		const findings = await benchmark.run(extent, (line) =>
			console.error(`${benchmark.name}: ${line}`),
		);
		const section = await sectionOf(benchmark, findings);
		console.log(section);
		// At once: a later one that fails takes nothing with it.
		if (extent === 'full') await write(benchmark, section, findings);
	}
}

function choose(names: string[]): Benchmark[] {
	const unknown = names.find((name) => BENCHMARKS.every((benchmark) => benchmark.name !== name));
	if (unknown !== undefined) {
		const known = BENCHMARKS.map(({ name }) => name).join(', ');
		throw new Error(`there is no benchmark '${unknown}'; there are: ${known}`);
	}
	return BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function write({ title }: Benchmark, section: string, { plots = {} }: Findings) {
	const images = path.join(DOCS, 'images');
	await mkdir(images, { recursive: true });
	for (const [file, svg] of Object.entries(plots)) await writeFile(path.join(images, file), svg);
	const page = await readFile(PAGE, 'utf8').catch(() => '');
	const titles = BENCHMARKS.map((benchmark) => benchmark.title);
	await writeFile(PAGE, await withSections(page, titles, title, section));
}

main().catch((error: Error) => {
	console.error(`bench: ${error.message}`);
	// What it had started would keep this process alive; with it, that ends too.
	process.exit(1);
});
