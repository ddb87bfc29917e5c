import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { PACKAGE_ROOT } from '../scripts/engine.mts';
import { readPage } from './support/pages.mts';

const page = readPage('CONTRIBUTING.md');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text);
const foldersIn = (folder: string) =>
	readdirSync(path.join(PACKAGE_ROOT, folder), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name);

describe('CONTRIBUTING', () => {
	it('names only files and folders that there are', () => {
		const paths = inCode.filter(
			(text) => /^[\w.]+(\/[\w.]+)+$/.test(text) && !text.includes('NAME'),
		);
		expect(paths.length).toBeGreaterThan(20);
		for (const each of paths) {
			expect([each, existsSync(path.join(PACKAGE_ROOT, each))]).toEqual([each, true]);
		}
	});

	it('has every folder in its tables', () => {
		for (const folder of foldersIn('.').filter(
			(name) => !/^(\.|node_modules|dist|output|coverage)/.test(name),
		)) {
			expect(page).toMatch(new RegExp(`^\\| \`${folder}[/\`]`, 'm'));
		}
		for (const folder of foldersIn('nodes/OpenAiVideos')) {
			expect(page).toMatch(new RegExp(`^\\| \`${folder}[/\`]`, 'm'));
		}
	});

	it('names only commands that there are, and each of those for people', () => {
		const { scripts } = JSON.parse(
			readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'),
		) as { scripts: Record<string, string> };
		const named = inCode.flatMap((text) => /^npm (?:run )?(\S+)$/.exec(text)?.[1] ?? []);
		const forPeople = Object.keys(scripts).filter((name) => name !== 'build');
		expect([...new Set(named)].filter((name) => name !== 'ci').sort()).toEqual(forPeople.sort());
	});

	it('shows the example of a server as it is in the code', () => {
		const code = ['nodes/OpenAiVideos/apiStyle.ts', 'sandbox/dialects/deepinfra.mts']
			.map((file) => readFileSync(path.join(PACKAGE_ROOT, file), 'utf8'))
			.join('\n');
		const shown = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, block]) =>
			block.split('\n').map((line) => line.trim()),
		);
		expect(shown.length).toBeGreaterThan(10);
		for (const line of shown.filter((each) => each !== '// …')) expect(code).toContain(line);
		const row = /^\tdeepinfra: {\n.*?^\t},$/ms.exec(code)?.[0].replaceAll('\n\t', '\n').trim();
		expect(page).toContain(row);
	});

	it('calls functions by names that the code has', () => {
		const called = inCode.filter((text) => /^\w+\(\)$/.test(text)).map((text) => text.slice(0, -2));
		const errors = readFileSync(
			path.join(PACKAGE_ROOT, 'nodes/OpenAiVideos/errors/nodeError.ts'),
			'utf8',
		);
		expect(called.length).toBeGreaterThan(0);
		for (const name of called) expect(errors).toContain(`function ${name}(`);
	});
});
