import { startN8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { table, verdict } from '../table.mts';
import { type ContenderName, CONTENDERS, contendersIn } from './contenders.mts';
import { startWatchedServer } from './server.mts';
import { nothing } from './workflows.mts';

const AIM = 1.1;
const SIZES: Record<Extent, { renderSeconds: number; counts: number[] }> = {
	full: { renderSeconds: 12, counts: [1, 10, 50] },
	small: { renderSeconds: 1, counts: [1] },
};
/** It makes one video after the other: more of them take a quarter of an hour and tell nothing new. */
const MOST_ONE_BY_ONE = 10;
const LIMIT: ContenderName = 'the limit (`fetch`)';

export const batch: Benchmark = {
	name: 'batch',
	title: 'Many videos at once',
	async run(extent, report) {
		const { renderSeconds, counts } = SIZES[extent];
		const { sandbox, watched } = await startWatchedServer({ renderSeconds });
		const world = await startN8nInstance();
		try {
			const { all, run } = await contendersIn(world, sandbox);
			// The first execution of an n8n loads its nodes.
			await all['this node'](1);
			watched();
			const rows = [];
			let took = new Map<ContenderName, number>();
			for (const count of counts) {
				took = new Map();
				for (const name of CONTENDERS) {
					if (name === "n8n's OpenAI node" && count > MOST_ONE_BY_ONE) continue;
					took.set(name, await all[name](count));
					watched();
					report(`${count} items, ${name}: ${(took.get(name)! / 1000).toFixed(1)} s`);
				}
				const least = took.get(LIMIT)!;
				rows.push([
					`${count} (${(least / 1000).toFixed(1)} s)`,
					...CONTENDERS.slice(0, -1).map((name) =>
						took.has(name) ? (took.get(name)! / least).toFixed(2) : 'not run',
					),
				]);
			}
			const count = counts.at(-1)!;
			const last = {
				own: await run(nothing(count), 'Split', count),
				least: took.get(LIMIT)!,
				withNode: took.get('this node')!,
			};
			return { markdown: text(renderSeconds, rows, count, last) };
		} finally {
			await world.end();
			await sandbox.close();
		}
	},
};

/** The times, in ms, are those of the last row. */
function text(
	renderSeconds: number,
	rows: string[][],
	count: number,
	{ own, least, withNode }: { own: number; least: number; withNode: number },
): string {
	const ratio = (withNode - own) / least;
	return `How long it takes from the first request to the last file, for videos of ${renderSeconds} s each, as a multiple of the limit:
one who asks with \`fetch\` for all of them at once, and knows when each is done. Of n8n, the time from the start to the end of
the execution counts; an execution of n8n with ${count} items and without videos took ${own} ms.

${table(['Items (the limit)', ...CONTENDERS.slice(0, -1)], rows)}

n8n's OpenAI node makes one video after the other; more than ${MOST_ONE_BY_ONE} were not run. Aim: at most ${AIM} with ${count} items, without
what n8n needs for itself. It is ${verdict(ratio <= AIM)}: ${ratio.toFixed(2)}.`;
}
