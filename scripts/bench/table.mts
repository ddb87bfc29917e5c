export type Cell = string | number;

/** A Markdown table; its first column stands to the left, numbers to the right. */
export const table = (head: string[], rows: Cell[][]): string =>
	[head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]
		.map((row) => `| ${row.join(' | ')} |`)
		.join('\n');

export const median = (numbers: number[]): number => quantile(numbers, 0.5);

/** The smallest number that `part` (0 to 1) of all are not above. */
export function quantile(numbers: number[], part: number): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}
