/** How much is measured: `full` for docs/benchmarks.md, `small` so that it cannot rot unseen (half a minute at most each). */
export type Extent = 'full' | 'small';

/** What a benchmark found: Markdown without a heading of the first two levels. */
export interface Findings {
	markdown: string;
	/** Plots as SVG, by the file name under which the Markdown shows them: `![...](images/NAME.svg)`. */
	plots?: Record<string, string>;
}

/** One question, answered by contenders on the same server in one run. */
export interface Benchmark {
	/** As in `npm run bench -- NAME`. */
	name: string;
	/** The heading of its section. */
	title: string;
	run(extent: Extent, report: (line: string) => void): Promise<Findings>;
}
