import { startN8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import type { Benchmark, BenchmarkSize } from '../benchmark.mts';
import { markdownTable, metOrNotMet } from '../table.mts';
import { CANDIDATE_NAMES, type CandidateName, candidatesIn } from './candidates.mts';
import { startObservedServer } from './observedServer.mts';
import { emptyWorkflow } from './workflows.mts';

const MAX_RATIO = 1.1;
const SIZES: Record<BenchmarkSize, { renderSeconds: number; counts: number[] }> = {
	full: { renderSeconds: 12, counts: [1, 10, 50] },
	small: { renderSeconds: 1, counts: [1] },
};
/** n8n's OpenAI node creates one video after the other: more would take a quarter of an hour and show nothing new. */
const MAX_SEQUENTIAL_VIDEOS = 10;
const LOWER_BOUND: CandidateName = 'the limit (`fetch`)';

export const batch: Benchmark = {
	name: 'batch',
	title: 'Many videos at once',
	async run(size, report) {
		const { renderSeconds, counts } = SIZES[size];
		const { sandbox, observations } = await startObservedServer({ renderSeconds });
		const world = await startN8nInstance();
		try {
			const { createWith, measure } = await candidatesIn(world, sandbox);
			// The first execution loads the nodes.
			await createWith['this node'](1);
			observations();
			const tableRows = [];
			let durations = new Map<CandidateName, number>();
			for (const count of counts) {
				durations = new Map();
				for (const name of CANDIDATE_NAMES) {
					if (name === "n8n's OpenAI node" && count > MAX_SEQUENTIAL_VIDEOS) continue;
					durations.set(name, await createWith[name](count));
					observations();
					report(`${count} items, ${name}: ${(durations.get(name)! / 1000).toFixed(1)} s`);
				}
				const limitMs = durations.get(LOWER_BOUND)!;
				tableRows.push([
					`${count} (${(limitMs / 1000).toFixed(1)} s)`,
					...CANDIDATE_NAMES.slice(0, -1).map((name) =>
						durations.has(name) ? (durations.get(name)! / limitMs).toFixed(2) : 'not run',
					),
				]);
			}
			const count = counts.at(-1)!;
			const last = {
				n8nMs: await measure(emptyWorkflow(count), 'Split', count),
				limitMs: durations.get(LOWER_BOUND)!,
				nodeMs: durations.get('this node')!,
			};
			return { markdown: renderMarkdown(renderSeconds, tableRows, count, last) };
		} finally {
			await world.end();
			await sandbox.close();
		}
	},
};

/** The times are those of the last count. */
function renderMarkdown(
	renderSeconds: number,
	tableRows: string[][],
	count: number,
	{ n8nMs, limitMs, nodeMs }: { n8nMs: number; limitMs: number; nodeMs: number },
): string {
	const ratio = (nodeMs - n8nMs) / limitMs;
	return `How long it takes from the first request to the last file, for videos of ${renderSeconds} s each, as a multiple of the limit:
one who asks with \`fetch\` for all of them at once, and knows when each is done. Of n8n, the time from the start to the end of
the execution counts; an execution of n8n with ${count} items and without videos took ${n8nMs} ms.

${markdownTable(['Items (the limit)', ...CANDIDATE_NAMES.slice(0, -1)], tableRows)}

n8n's OpenAI node makes one video after the other; more than ${MAX_SEQUENTIAL_VIDEOS} were not run. Aim: at most ${MAX_RATIO} with ${count} items, without
what n8n needs for itself. It is ${metOrNotMet(ratio <= MAX_RATIO)}: ${ratio.toFixed(2)}.`;
}
