import { startN8nInstance, type N8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { type Chance, chanceFrom } from '../../chance.mts';
import { type Server, SERVERS, simulateWaits, varied } from '../../simulation.mts';
import { mean } from '../../statistics.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { plot } from '../plot.mts';
import { type Cell, table } from '../table.mts';
import { type ContenderName, contendersIn } from './contenders.mts';
import { startWatchedServer } from './server.mts';

/** Its progress moves evenly. The peers take no notice of progress, and are watched there only. */
const EVEN: Server = 'smooth';

const SIZES: Record<Extent, { lengths: number[]; count: number; servers: Server[] }> = {
	full: { lengths: [10, 60, 300], count: 10, servers: Object.keys(SERVERS) as Server[] },
	small: { lengths: [1], count: 2, servers: [EVEN, 'absent'] },
};
const SIMULATED_WAITS = 300;

const PEERS = [
	"n8n's OpenAI node",
	'HTTP Request, Wait, If',
	'`openai`, each second',
] as const satisfies ContenderName[];

const WATCHERS = ['this node', ...PEERS] as const;
type Watcher = (typeof WATCHERS)[number];

/** The means of what was seen of some videos. */
interface Seen {
	/** Seconds. */
	late: number;
	looks: number;
}

interface Found {
	/** Seconds that a video takes, about. */
	length: number;
	/** On a server whose progress moves evenly. */
	by: Record<Watcher, Seen>;
	/** This node, and what the simulation says of it, on servers with other ways of telling progress. */
	on: Array<{ server: Server; seen: Seen; simulated: Seen }>;
}

export const noticing: Benchmark = {
	name: 'noticing',
	title: 'How soon a finished video is noticed',
	async run(extent, report) {
		const { lengths, count, servers } = SIZES[extent];
		const world = await startN8nInstance();
		try {
			const all: Found[] = [];
			for (const length of lengths) {
				all.push(await find(world, length, count, servers));
				report(`videos of ${length} s: done`);
			}
			return { markdown: text(all, count), plots: { 'bench-noticing.svg': curves(all) } };
		} finally {
			await world.end();
		}
	},
};

/** All side by side, each on a server of its own: they do next to nothing but wait. */
async function find(
	world: N8nInstance,
	length: number,
	count: number,
	servers: Server[],
): Promise<Found> {
	const [by, on] = await Promise.all([
		Promise.all(
			PEERS.map(async (name) => [name, await watch(world, name, length, count, EVEN)] as const),
		),
		Promise.all(
			servers.map(async (server) => ({
				server,
				seen: await watch(world, 'this node', length, count, server),
				simulated: await simulated(server, length),
			})),
		),
	]);
	const own = on.find(({ server }) => server === EVEN)!.seen;
	return { length, by: { 'this node': own, ...Object.fromEntries(by) } as Found['by'], on };
}

async function watch(
	world: N8nInstance,
	name: Watcher,
	length: number,
	count: number,
	server: Server,
): Promise<Seen> {
	// The same lengths and the same progress for each watcher.
	const chance: Chance = chanceFrom(1);
	const { sandbox, watched } = await startWatchedServer({
		fateOf: () => ({
			renderMs: varied(length * 1000, chance),
			progressAt: SERVERS[server](chance),
		}),
	});
	try {
		const { all } = await contendersIn(world, sandbox);
		if (name === "n8n's OpenAI node") {
			// One after the other it takes what the others take for one; so each gets an execution.
			await Promise.all(Array.from({ length: count }, async () => await all[name](1)));
		} else {
			await all[name](count);
		}
		const found = watched();
		return {
			late: mean(found.map(({ late }) => late)) / 1000,
			looks: mean(found.map(({ looks }) => looks)),
		};
	} finally {
		await sandbox.close();
	}
}

async function simulated(server: Server, length: number): Promise<Seen> {
	const waits = await simulateWaits(server, 'this node', length * 1000, SIMULATED_WAITS);
	return {
		late: mean(waits.map(({ delay }) => delay)) / 1000,
		looks: mean(waits.map(({ asked }) => asked.length)),
	};
}

const cells = ({ late, looks }: Seen): Cell[] => [`${late.toFixed(1)} s`, looks.toFixed(1)];

const text = (
	all: Found[],
	count: number,
) => `How long after it is done the file of a video is asked for, and how often the video was looked at till it was seen to be done, on
average of ${count} videos side by side, each up to 5 % shorter or longer than the time given, so that no interval is lucky. n8n's
OpenAI node gets an execution for each.

${table(
	['Video', ...WATCHERS.flatMap((name) => [name, 'looks'])],
	all.map(({ length, by }) => [`${length} s`, ...WATCHERS.flatMap((name) => cells(by[name]))]),
)}

![How late a finished video is noticed, over its length](images/bench-noticing.svg)

That server's progress moves evenly, which only this node makes use of. This node on other servers, and what its simulation in
[waiting.md](waiting.md) says of them, where each kind of server is told but *absent*, which shows no progress at all:

${table(
	['Progress', ...all.flatMap(({ length }) => [`${length} s`, 'looks', 'simulated', 'looks'])],
	all[0].on.map(({ server }, index) => [
		server,
		...all.flatMap(({ on }) => [...cells(on[index].seen), ...cells(on[index].simulated)]),
	]),
)}`;

const curves = (all: Found[]): string =>
	plot({
		title: 'From done to noticed, on a server with even progress',
		x: 'length of the video, s',
		y: 's',
		lines: WATCHERS.map((name) => ({
			name: name.replaceAll('`', ''),
			points: all.map(({ length, by }): [number, number] => [length, by[name].late]),
		})),
		hasLogarithmicX: true,
	});
