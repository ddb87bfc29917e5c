import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import { tableUnder } from '../support/pages.mts';

/** What the code says: each of its texts, with … for what it fills in. */
function textsOf(source: string): string[] {
	const texts: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isStringLiteralLike(node)) texts.push(node.text);
		if (ts.isTemplateExpression(node)) {
			const { head, templateSpans } = node;
			texts.push([head.text, ...templateSpans.map(({ literal }) => literal.text)].join('…'));
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('', source, ts.ScriptTarget.Latest));
	return texts;
}

/** Without the quotes around an ID, and without what may be added at the end. */
const plain = (text: string) => text.replaceAll("'…'", '…').replace(/[\s…]+$/, '');

const nodes = path.join(PACKAGE_ROOT, 'nodes');
const said = new Set(
	readdirSync(nodes, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) => textsOf(readFileSync(path.join(nodes, file), 'utf8')))
		.map(plain),
);

const quoted = tableUnder('README.md', 'Troubleshooting').flatMap(([cell]) =>
	[...cell.matchAll(/\*([^*]+)\*/g)].map(([, sentence]) => sentence),
);

describe('the sentences under Troubleshooting', () => {
	it.each(quoted)('the node does say: %s', (sentence) => {
		expect(said).toContain(plain(sentence));
	});

	it('are each there once, and enough of them', () => {
		expect(new Set(quoted).size).toBe(quoted.length);
		expect(quoted.length).toBeGreaterThan(20);
	});
});
