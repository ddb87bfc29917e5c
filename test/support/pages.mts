import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';

/** The Markdown pages, by path from the package's root. */
export const PAGES = ['.', 'docs'].flatMap((folder) =>
	readdirSync(path.join(PACKAGE_ROOT, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => path.posix.join(folder, name)),
);

export const readPage = (page: string): string =>
	readFileSync(path.join(PACKAGE_ROOT, page), 'utf8');

/** The rows of the table under a level-two heading, each as its cells. */
export function tableUnder(page: string, heading: string): string[][] {
	const section = readPage(page).split(`\n## ${heading}\n`)[1].split('\n## ')[0];
	const rows = section.split('\n').filter((line) => line.startsWith('| '));
	return rows.slice(2).map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
}

const FENCE = /^ *```(\w*)\n(.*?)^ *```$/gms;

/** Each line of the shell code blocks. */
export const shellLines = (page: string): string[] =>
	[...readPage(page).matchAll(FENCE)]
		.filter(([, language]) => language === 'sh')
		.flatMap(([, , block]) => block.trim().split('\n'));

/** The shell lines, and the commands in running text. */
export function commandsOn(page: string): string[] {
	const text = readPage(page).replace(FENCE, '');
	const inText = /`((?:[A-Z_]+=\S+ )?(?:npm|npx|node|git|docker|curl|mkdir|tar) [^`]+)`/g;
	return [...shellLines(page), ...[...text.matchAll(inText)].map(([, command]) => command)];
}

/** The URLs of links and images in a text. */
export const linksIn = (text: string): string[] =>
	[...text.replace(FENCE, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);

/** The anchors of a page's headings, as GitHub generates them. */
export function anchorsOn(page: string): string[] {
	const headings = readPage(page)
		.replace(FENCE, '')
		.matchAll(/^#+ (.+)$/gm);
	return [...headings].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replace(/\s/g, '-'),
	);
}
