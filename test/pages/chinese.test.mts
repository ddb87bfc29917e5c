import { linksIn, readPage, shellLines, tableUnder } from '../support/pages.mts';

const ENGLISH = 'README.md';
const CHINESE = 'README.zh-CN.md';

type Take = (row: string[]) => unknown;

const cells =
	(count: number): Take =>
	(row) =>
		row.slice(0, count);
const codeIn =
	(column: number): Take =>
	(row) =>
		[...row[column].matchAll(/`[^`]+`/g)].map(([code]) => code);

/** The tables of both READMEs, and what of each row must be the same in both. */
const TABLES: Array<[english: string, chinese: string, what: string, take: Take]> = [
	['The credential', '凭证', 'fields', cells(1)],
	['Servers', '支持哪些服务', 'addresses', codeIn(1)],
	['Examples', '示例', 'files', ([example]) => linksIn(example)],
	['Operations', '操作', 'operations', cells(1)],
	['Operations', '操作', 'requests', codeIn(1)],
	['Fields', '字段', 'fields, with their operations', cells(2)],
	['Trigger', '触发器', 'fields', cells(1)],
	['Troubleshooting', '常见报错', 'sentences', cells(1)],
	['Compatibility', '兼容性', 'versions', cells(2)],
];

describe('the Chinese README', () => {
	it.each(TABLES)('has under %s (%s) the same %s', (english, chinese, _what, take) => {
		expect(tableUnder(CHINESE, chinese).map(take)).toEqual(tableUnder(ENGLISH, english).map(take));
	});

	it('has the same commands and pictures, in the same order', () => {
		const pictures = (page: string) =>
			linksIn(readPage(page)).filter((link) => link.endsWith('.png'));
		expect(shellLines(CHINESE)).toEqual(shellLines(ENGLISH));
		expect(pictures(CHINESE)).toEqual(pictures(ENGLISH));
	});

	it('and the English one lead to each other', () => {
		expect(linksIn(readPage(CHINESE))[0]).toBe(ENGLISH);
		expect(linksIn(readPage(ENGLISH))[0]).toBe(CHINESE);
	});
});
