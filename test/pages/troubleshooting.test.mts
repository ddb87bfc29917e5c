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

const nodes = path.join(PACKAGE_ROOT, 'nodes');
const messages = new Set(
	readdirSync(nodes, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) => stringsIn(readFileSync(path.join(nodes, file), 'utf8')))
		.map(normalize),
);

const quoted = tableUnder('README.md', 'Troubleshooting').flatMap(([cell]) =>
	[...cell.matchAll(/\*([^*]+)\*/g)].map(([, message]) => message),
);

describe('Troubleshooting in the README', () => {
	it.each(quoted)('quotes an error message of the node: %s', (message) => {
		expect(messages).toContain(normalize(message));
	});

	it('lists more than 20 error messages, each once', () => {
		expect(new Set(quoted).size).toBe(quoted.length);
		expect(quoted.length).toBeGreaterThan(20);
	});
});
