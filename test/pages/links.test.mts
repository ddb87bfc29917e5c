import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { anchorsOn, linksIn, PAGES, readPage } from '../support/pages.mts';

const { homepage } = createRequire(import.meta.url)('../../package.json') as { homepage: string };

/** The file and the anchor of a link; the file is relative to the package's root. */
function targetOf(link: string, page: string): { file: string; anchor?: string } {
	const [file, anchor] = decodeURI(link).split('#');
	return { file: file ? path.posix.join(path.posix.dirname(page), file) : page, anchor };
}

function isBroken(link: string, page: string): boolean {
	const { file, anchor } = targetOf(link, page);
	if (!existsSync(path.join(PACKAGE_ROOT, file))) return true;
	return anchor !== undefined && !anchorsOn(file).includes(anchor);
}

const isLocal = (link: string) => !/^[a-z]+:/.test(link);

describe('Links in the Markdown pages', () => {
	it.each(PAGES)('lead from %s to files and headings that exist', (page) => {
		const links = linksIn(readPage(page)).filter(isLocal);
		expect(links.filter((link) => isBroken(link, page))).toEqual([]);
	});

	it('are reported when they are broken', () => {
		expect(linksIn(readPage('README.md')).filter(isLocal).length).toBeGreaterThan(30);
		expect(isBroken('docs/waiting.md#who-decides', 'README.md')).toBe(false);
		expect(isBroken('docs/waiting.md#missing', 'README.md')).toBe(true);
		expect(isBroken('waiting.md', 'README.md')).toBe(true);
		expect(isBroken('#missing', 'README.md')).toBe(true);
	});

	it('shown as "Docs" in n8n lead to a heading of the README', () => {
		const shown = [
			'credentials/OpenAiVideosApi.credentials.ts',
			'nodes/OpenAiVideos/OpenAiVideos.node.json',
			'nodes/OpenAiVideosTrigger/OpenAiVideosTrigger.node.json',
		].flatMap((file) => {
			const text = readFileSync(path.join(PACKAGE_ROOT, file), 'utf8');
			return [...text.matchAll(/https:[^'"]+#([^'"]+)/g)].filter(([url]) =>
				url.startsWith(homepage),
			);
		});
		expect(shown).toHaveLength(5);
		// GitHub adds #readme, which leads to the top.
		const anchors = ['readme', ...anchorsOn('README.md')];
		expect(shown.filter(([, anchor]) => !anchors.includes(anchor))).toEqual([]);
	});
});
