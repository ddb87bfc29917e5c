import { startWorld, type World } from '../../../test/e2e/support/world.mts';
import { simulateWaits } from '../../simulation.mts';
import { mean } from '../../statistics.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { plot } from '../plot.mts';
import { type Cell, table } from '../table.mts';
import { type ContenderName, contendersIn } from './contenders.mts';
import { startWatchedServer, type Watched } from './server.mts';

const LENGTHS: Record<Extent, number[]> = { full: [10, 60, 300], small: [1] };
const SIMULATED_WAITS = 300;

/** How many videos each watches; n8n's own node would take them one after the other. */
const COUNTS = {
	'this node': 10,
	"n8n's OpenAI node": 1,
	'HTTP Request, Wait, If': 10,
	'`openai`, each second': 10,
} satisfies Partial<Record<ContenderName, number>>;

type Watcher = keyof typeof COUNTS;
const WATCHERS = Object.keys(COUNTS) as Watcher[];

interface Found {
	/** Seconds that a video takes. */
	length: number;
	by: Record<Watcher, Watched[]>;
	/** What the simulation says of this node. */
	simulated: { late: number; looks: number };
}

export const noticing: Benchmark = {
	name: 'noticing',
	title: 'How soon a finished video is noticed',
	async run(extent, report) {
		const world = await startWorld();
		try {
			const all: Found[] = [];
			for (const length of LENGTHS[extent]) {
				all.push(await find(world, length));
				report(`videos of ${length} s: done`);
			}
			return { markdown: text(all), plots: { 'bench-noticing.svg': curves(all) } };
		} finally {
			await world.end();
		}
	},
};

/** All side by side, each on a server of its own: they do next to nothing but wait. */
async function find(world: World, length: number): Promise<Found> {
	const by = await Promise.all(
		WATCHERS.map(async (name) => {
			const { sandbox, watched } = await startWatchedServer(length);
			try {
				const { all } = await contendersIn(world, sandbox);
				await all[name](COUNTS[name]);
				return [name, watched()] as const;
			} finally {
				await sandbox.close();
			}
		}),
	);
	const waits = await simulateWaits('smooth', 'this node', length * 1000, SIMULATED_WAITS);
	return {
		length,
		by: Object.fromEntries(by) as Found['by'],
		simulated: {
			late: mean(waits.map(({ delay }) => delay)),
			looks: mean(waits.map(({ asked }) => asked.length)),
		},
	};
}

const lateOf = (watched: Watched[]) => mean(watched.map(({ late }) => late)) / 1000;

const cells = (late: number, looks: number): Cell[] => [`${late.toFixed(1)} s`, looks.toFixed(1)];

const text = (
	all: Found[],
) => `How long after it is done a video is seen to be done, and how often it was looked at till then, on average, on a server whose
progress moves evenly. Each watches ${COUNTS['this node']} videos side by side, n8n's OpenAI node one. The simulation is that of
[waiting.md](waiting.md), of this node and such a server; there, other servers are told, too.

${table(
	['Video', ...[...WATCHERS, 'this node, simulated'].flatMap((name) => [name, 'looks'])],
	all.map(({ length, by, simulated }) => [
		`${length} s`,
		...WATCHERS.flatMap((name) =>
			cells(lateOf(by[name]), mean(by[name].map(({ looks }) => looks))),
		),
		...cells(simulated.late / 1000, simulated.looks),
	]),
)}

![How late a finished video is noticed, over its length](images/bench-noticing.svg)

The lengths are multiples of 10 s, which is luck for whoever looks each 10 s; [waiting.md](waiting.md) tells of lengths in
between. Not counted: n8n's OpenAI node goes on only 10 s after the look that showed it.`;

const curves = (all: Found[]): string =>
	plot({
		title: 'From done to noticed',
		x: 'length of the video, s',
		y: 's',
		lines: [
			...WATCHERS.map((name) => ({
				name: name.replaceAll('`', ''),
				points: all.map(({ length, by }): [number, number] => [length, lateOf(by[name])]),
			})),
			{
				name: 'this node, simulated',
				points: all.map(({ length, simulated }): [number, number] => [
					length,
					simulated.late / 1000,
				]),
			},
		],
		logarithmic: { x: true },
	});
