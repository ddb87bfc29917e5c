export type Cell = string | number;

/** A Markdown table: the first `leftColumns` are aligned left, the others right. */
export const markdownTable = (head: string[], rows: Cell[][], leftColumns = 1): string =>
	[head, head.map((_, column) => (column < leftColumns ? '---' : '--:')), ...rows]
		.map((row) => `| ${row.join(' | ')} |`)
		.join('\n');

export const metOrNotMet = (isMet: boolean): string => (isMet ? 'met' : 'not met');
