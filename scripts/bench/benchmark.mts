/** `full` for docs/benchmarks.md; `small` only checks that the benchmark still works (at most half a minute). */
export type BenchmarkSize = 'full' | 'small';

/** `markdown` has no heading of the first two levels. */
export interface BenchmarkResult {
	markdown: string;
	/** SVG by the file name that the Markdown shows: `![...](images/NAME.svg)`. */
	plots?: Record<string, string>;
}

/** A comparison of candidates on the same server in one run. */
export interface Benchmark {
	/** As in `npm run bench -- NAME`. */
	name: string;
	/** The heading of its section. */
	title: string;
	run(size: BenchmarkSize, report: (line: string) => void): Promise<BenchmarkResult>;
}
