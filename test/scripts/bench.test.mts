import { plot } from '../../scripts/bench/plot.mts';
import { measureExecution } from '../../scripts/bench/measure.mts';
import { markdownTable } from '../../scripts/bench/table.mts';
import { linearFit, median } from '../../scripts/statistics.mts';
import type { Client } from '../e2e/support/client.mts';
import { chain } from '../e2e/support/workflow.mts';

describe('Benchmarks', () => {
	it('print their results as a Markdown table', () => {
		expect(markdownTable(['Items', 'This node'], [[1, '1.02']])).toBe(
			'| Items | This node |\n| --- | --: |\n| 1 | 1.02 |',
		);
	});

	it('take the lower middle value as the median', () => {
		expect(median([5, 1, 9])).toBe(5);
		expect(median([4, 3, 2, 1])).toBe(2);
		expect(median([3])).toBe(3);
	});

	it('fit a straight line and report how well it fits', () => {
		expect(
			linearFit([
				[1, 3],
				[2, 5],
				[4, 9],
			]),
		).toEqual({ slope: 2, r2: 1 });
		expect(
			linearFit([
				[0, 0],
				[1, 1],
				[2, 0],
			]),
		).toEqual({ slope: 0, r2: 0 });
	});

	it('draw each series with its name', () => {
		const svg = plot({
			title: 'Memory',
			x: 'items',
			y: 'MB',
			series: [
				{ name: 'this node', points: [[1, 2]] },
				{ name: 'fetch', points: [[1, 1]] },
			],
		});
		expect(svg).toMatch(/^<svg /);
		for (const text of ['Memory', 'items', 'MB', 'this node', 'fetch']) {
			expect(svg).toContain(`>${text}<`);
		}
	});

	it.each([
		['failed', 'error', 1],
		['returned fewer items', 'success', 0],
	])('reject a run that %s', async (_name, status, items) => {
		const run = [{ data: { main: [Array(items).fill({ json: {} })] } }];
		const execution = { status, data: { resultData: { runData: { Videos: run } } }, text: '{}' };
		const client = { start: async () => '1', waitFor: async () => execution };
		await expect(
			measureExecution(client as unknown as Client, chain([]), 'Videos', 1),
		).rejects.toThrow(`Videos: ${items} of 1 items, ${status}`);
	});
});
