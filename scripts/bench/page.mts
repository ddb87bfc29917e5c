import { format, resolveConfig } from 'prettier';

import { PACKAGE_ROOT } from '../engine.mts';
import type { Benchmark, BenchmarkResult } from './benchmark.mts';
import { describeEnvironment } from './environment.mts';

const INTRODUCTION = `# Benchmarks

This node beside what one would take instead, on the same server in one run: n8n's own OpenAI node, a loop of n8n's HTTP
Request, Wait and If nodes, the \`openai\` package outside of n8n, and bare \`fetch\` as the limit of what is possible. The
server is the [sandbox](sandbox.md), on the same machine. Read the ratios: times are those of one machine.

\`\`\`sh
npm run bench
npm run bench -- --help
\`\`\`

measure again and write this page, or only the sections whose names follow the command; the machine should do nothing else
meanwhile. The last line of a section is its name.
`;

/** A section of the page: the result, the benchmark's name and the environment. */
export async function renderSection(
	{ name, title }: Benchmark,
	{ markdown }: BenchmarkResult,
): Promise<string> {
	return await formatMarkdown(
		`## ${title}\n\n${markdown}\n\n\`${name}\`, ${describeEnvironment()}\n`,
	);
}

/** The page with the section of this title replaced or added, in the order of `titles`. */
export async function replaceSection(
	page: string,
	titles: string[],
	title: string,
	section: string,
): Promise<string> {
	const sectionsByTitle = new Map(
		page
			.split(/^(?=## )/m)
			.filter((part) => part.startsWith('## '))
			.map((part) => [part.slice(3, part.indexOf('\n')), part.trim()]),
	);
	sectionsByTitle.set(title, section.trim());
	const sections = titles.flatMap((each) => sectionsByTitle.get(each) ?? []);
	return await formatMarkdown([INTRODUCTION, ...sections].join('\n\n'));
}

const formatMarkdown = async (text: string): Promise<string> =>
	await format(text, { ...(await resolveConfig(`${PACKAGE_ROOT}/README.md`)), parser: 'markdown' });
