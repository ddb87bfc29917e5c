import { format, resolveConfig } from 'prettier';

import { PACKAGE_ROOT } from '../engine.mts';
import type { Benchmark, Findings } from './benchmark.mts';
import { setting } from './environment.mts';

const INTRODUCTION = `# Benchmarks

This node beside what one would take instead, on the same server in one run: n8n's own OpenAI node, a loop of n8n's HTTP
Request, Wait and If nodes, the \`openai\` package outside of n8n, and bare \`fetch\` as the limit of what is possible. The
server is the [sandbox](sandbox.md), on the same machine. Read the ratios: times are those of one machine.

\`\`\`sh
npm run bench
npm run bench -- --help
\`\`\`

measure again and write this page, all of it or what is named behind it; the machine should do nothing else meanwhile. A
section's last line tells its name.
`;

/** A section of the page: what was found, how it was found again, and on what it was measured. */
export async function sectionOf(
	{ name, title }: Benchmark,
	{ markdown }: Findings,
): Promise<string> {
	return await pretty(`## ${title}\n\n${markdown}\n\n\`${name}\`, ${setting()}\n`);
}

/** The page with this section in place of an earlier one of its title, in the order of `titles`. */
export async function withSections(
	page: string,
	titles: string[],
	title: string,
	section: string,
): Promise<string> {
	const found = new Map(
		page
			.split(/^(?=## )/m)
			.filter((part) => part.startsWith('## '))
			.map((part) => [part.slice(3, part.indexOf('\n')), part.trim()]),
	);
	found.set(title, section.trim());
	const sections = titles.flatMap((each) => found.get(each) ?? []);
	return await pretty([INTRODUCTION, ...sections].join('\n\n'));
}

const pretty = async (text: string): Promise<string> =>
	await format(text, { ...(await resolveConfig(`${PACKAGE_ROOT}/README.md`)), parser: 'markdown' });
