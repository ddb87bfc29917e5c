import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { tableUnder } from '../support/pages.mts';

/** Every string of the code, with … for each inserted value. */
function stringsIn(source: string): string[] {
	const strings: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isStringLiteralLike(node)) strings.push(node.text);
		if (ts.isTemplateExpression(node)) {
			const { head, templateSpans } = node;
			strings.push([head.text, ...templateSpans.map(({ literal }) => literal.text)].join('…'));
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('', source, ts.ScriptTarget.Latest));
	return strings;
}

/** Without the quotes around an ID, and without a value at the end. */
const normalize = (text: string) => text.replaceAll("'…'", '…').replace(/[\s…]+$/, '');

/** The strings in all source files of a folder. */
function stringsOf(folder: string): string[] {
	const root = path.join(PACKAGE_ROOT, folder);
	return readdirSync(root, { recursive: true, encoding: 'utf8' })
		.filter((file) => /\.m?ts$/.test(file))
		.flatMap((file) => stringsIn(readFileSync(path.join(root, file), 'utf8')));
}

const messages = new Set(stringsOf('nodes').map(normalize));
const PAGE = 'docs/troubleshooting.md';

/** What the code inserts into some messages, and the page spells out. */
const INSERTED = ['an object', 'a list', "is 'undefined'"];

const quotedIn = (page: string, heading: string) =>
	tableUnder(page, heading).flatMap(([cell]) =>
		[...cell.matchAll(/\*([^*]+)\*/g)].map(([, message]) => message),
	);
const quoted = quotedIn(PAGE, 'What the node says');

describe('The page on troubleshooting', () => {
	it.each(quoted)('quotes an error message of the node: %s', (message) => {
		const forms = [message, ...INSERTED.map((value) => message.replace(value, '…'))];
		expect(forms.filter((form) => messages.has(normalize(form)))).not.toEqual([]);
	});

	it('lists more than 60 error messages, each once', () => {
		expect(new Set(quoted).size).toBe(quoted.length);
		expect(quoted.length).toBeGreaterThan(60);
	});

	it('has the messages that the README picks out', () => {
		const picked = quotedIn('README.md', 'Troubleshooting');
		expect(picked).toHaveLength(3);
		expect(quoted).toEqual(expect.arrayContaining(picked));
	});

	it('quotes of each server what the sandbox answers in its place', () => {
		const answers = stringsOf('sandbox').join('\n');
		const words = tableUnder(PAGE, 'What single servers say').flatMap(([, seen]) =>
			[...seen.matchAll(/`([^`]+)`/g)].map(([, text]) => text),
		);
		const own = words.filter((text) => !['/console', 'prisma'].includes(text));
		const parts = own.flatMap((text) => text.split('…').map((part) => part.trim()));
		expect(own.length).toBeGreaterThan(40);
		expect(parts.filter((part) => !answers.includes(part))).toEqual([]);
	});
});
