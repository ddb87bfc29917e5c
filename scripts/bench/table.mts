export type Cell = string | number;

/** A Markdown table; its first `left` columns stand to the left, numbers to the right. */
export const table = (head: string[], rows: Cell[][], left = 1): string =>
	[head, head.map((_, column) => (column < left ? '---' : '--:')), ...rows]
		.map((row) => `| ${row.join(' | ')} |`)
		.join('\n');

/** How a section says whether an aim is met. */
export const verdict = (isMet: boolean): string => (isMet ? 'met' : 'not met');
