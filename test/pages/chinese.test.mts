import { linksIn, readPage, shellLines, tableUnder } from '../support/pages.mts';

const ENGLISH = 'README.md';
const CHINESE = 'README.zh-CN.md';

type Select = (row: string[]) => unknown;

const cells =
	(count: number): Select =>
	(row) =>
		row.slice(0, count);
const codeIn =
	(column: number): Select =>
	(row) =>
		[...row[column].matchAll(/`[^`]+`/g)].map(([code]) => code);

/** The tables of both READMEs, and what must be the same in each row. */
const TABLES: Array<[english: string, chinese: string, what: string, select: Select]> = [
	['The credential', '凭证', 'fields', cells(1)],
	['Servers', '支持哪些服务', 'base URLs', codeIn(1)],
	['Examples', '示例', 'files', ([example]) => linksIn(example)],
	['Operations', '操作', 'operations', cells(1)],
	['Operations', '操作', 'requests', codeIn(1)],
	['Fields', '字段', 'fields, with their operations', cells(2)],
	['Trigger', '触发器', 'fields', cells(1)],
	['Troubleshooting', '常见报错', 'error messages', cells(1)],
	['Compatibility', '兼容性', 'versions', cells(2)],
];

describe('The Chinese README', () => {
	it.each(TABLES)(
		'has in %s (%s) the same %s as the English README',
		(english, chinese, _what, select) => {
			expect(tableUnder(CHINESE, chinese).map(select)).toEqual(
				tableUnder(ENGLISH, english).map(select),
			);
		},
	);

	it('has on its page of errors the same messages, servers and words of servers', () => {
		const [english, chinese] = ['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'];
		// Several tables, each with a header of its own in the page's language.
		const messagesUnder = (page: string, heading: string) =>
			tableUnder(page, heading).map(([says]) => (says.startsWith('*') ? says : ''));
		const messages = messagesUnder(english, 'What the node says');
		expect(messages.length).toBeGreaterThan(60);
		expect(messagesUnder(chinese, '节点的报错')).toEqual(messages);
		const serverAndWords: Select = (row) => [row[0].split(/, |、/), codeIn(1)(row)];
		expect(tableUnder(chinese, '各服务自己的报错').map(serverAndWords)).toEqual(
			tableUnder(english, 'What single servers say').map(serverAndWords),
		);
	});

	it('has the same commands and images as the English README, in the same order', () => {
		const images = (page: string) =>
			linksIn(readPage(page)).filter((link) => link.endsWith('.png'));
		expect(shellLines(CHINESE)).toEqual(shellLines(ENGLISH));
		expect(images(CHINESE)).toEqual(images(ENGLISH));
	});

	it('links to the English README, which links back', () => {
		expect(linksIn(readPage(CHINESE))[0]).toBe(ENGLISH);
		expect(linksIn(readPage(ENGLISH))[0]).toBe(CHINESE);
	});
});
