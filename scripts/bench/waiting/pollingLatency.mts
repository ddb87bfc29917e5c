import { startN8nInstance, type N8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { type Random, seededRandom } from '../../random.mts';
import {
	PROGRESS_PROFILES,
	type ProgressProfile,
	simulateWaits,
	varyLength,
} from '../../simulation.mts';
import { mean } from '../../statistics.mts';
import type { Benchmark, BenchmarkSize } from '../benchmark.mts';
import { plot } from '../plot.mts';
import { type Cell, markdownTable } from '../table.mts';
import { type CandidateName, candidatesIn } from './candidates.mts';
import { startObservedServer } from './observedServer.mts';

/** The alternatives ignore progress, so they are measured with this profile only. */
const EVEN_PROFILE: ProgressProfile = 'smooth';

const SIZES: Record<
	BenchmarkSize,
	{ lengths: number[]; count: number; profiles: ProgressProfile[] }
> = {
	full: {
		lengths: [10, 60, 300],
		count: 10,
		profiles: Object.keys(PROGRESS_PROFILES) as ProgressProfile[],
	},
	small: { lengths: [1], count: 2, profiles: [EVEN_PROFILE, 'absent'] },
};
const SIMULATED_WAITS = 300;

const ALTERNATIVES = [
	"n8n's OpenAI node",
	'HTTP Request, Wait, If',
	'`openai`, each second',
] as const satisfies CandidateName[];

const COMPARED = ['this node', ...ALTERNATIVES] as const;
type ComparedName = (typeof COMPARED)[number];

/** Means over several videos. */
interface PollStatistics {
	latencySeconds: number;
	polls: number;
}

interface LengthResult {
	/** The mean length. */
	videoSeconds: number;
	/** With {@link EVEN_PROFILE}. */
	byCandidate: Record<ComparedName, PollStatistics>;
	/** This node, measured and simulated. */
	byProfile: Array<{
		profile: ProgressProfile;
		measured: PollStatistics;
		simulated: PollStatistics;
	}>;
}

export const pollingLatency: Benchmark = {
	name: 'noticing',
	title: 'How soon a finished video is noticed',
	async run(size, report) {
		const { lengths, count, profiles } = SIZES[size];
		const world = await startN8nInstance();
		try {
			const results: LengthResult[] = [];
			for (const videoSeconds of lengths) {
				results.push(await measureLength(world, videoSeconds, count, profiles));
				report(`videos of ${videoSeconds} s: done`);
			}
			return {
				markdown: renderMarkdown(results, count),
				plots: { 'bench-noticing.svg': renderPlot(results) },
			};
		} finally {
			await world.end();
		}
	},
};

/** Everything runs at the same time, each on its own server: they do little but wait. */
async function measureLength(
	world: N8nInstance,
	videoSeconds: number,
	count: number,
	profiles: ProgressProfile[],
): Promise<LengthResult> {
	const [byCandidate, byProfile] = await Promise.all([
		Promise.all(
			ALTERNATIVES.map(
				async (name) =>
					[name, await measureCandidate(world, name, videoSeconds, count, EVEN_PROFILE)] as const,
			),
		),
		Promise.all(
			profiles.map(async (profile) => ({
				profile,
				measured: await measureCandidate(world, 'this node', videoSeconds, count, profile),
				simulated: await simulate(profile, videoSeconds),
			})),
		),
	]);
	const thisNode = byProfile.find(({ profile }) => profile === EVEN_PROFILE)!.measured;
	return {
		videoSeconds,
		byCandidate: {
			'this node': thisNode,
			...Object.fromEntries(byCandidate),
		} as LengthResult['byCandidate'],
		byProfile,
	};
}

async function measureCandidate(
	world: N8nInstance,
	name: ComparedName,
	videoSeconds: number,
	count: number,
	profile: ProgressProfile,
): Promise<PollStatistics> {
	// The same lengths and the same progress for each candidate.
	const random: Random = seededRandom(1);
	const { sandbox, observations } = await startObservedServer({
		outcomeFor: () => ({
			renderMs: varyLength(videoSeconds * 1000, random),
			progressAt: PROGRESS_PROFILES[profile](random),
		}),
	});
	try {
		const { createWith } = await candidatesIn(world, sandbox);
		if (name === "n8n's OpenAI node") {
			// It handles items one after the other, so each video gets its own execution.
			await Promise.all(Array.from({ length: count }, async () => await createWith[name](1)));
		} else {
			await createWith[name](count);
		}
		const videos = observations();
		return {
			latencySeconds: mean(videos.map(({ latencyMs }) => latencyMs)) / 1000,
			polls: mean(videos.map(({ polls }) => polls)),
		};
	} finally {
		await sandbox.close();
	}
}

async function simulate(profile: ProgressProfile, videoSeconds: number): Promise<PollStatistics> {
	const waits = await simulateWaits(profile, 'this node', videoSeconds * 1000, SIMULATED_WAITS);
	return {
		latencySeconds: mean(waits.map(({ latencyMs }) => latencyMs)) / 1000,
		polls: mean(waits.map(({ pollTimes }) => pollTimes.length)),
	};
}

const formatStatistics = ({ latencySeconds, polls }: PollStatistics): Cell[] => [
	`${latencySeconds.toFixed(1)} s`,
	polls.toFixed(1),
];

const renderMarkdown = (
	results: LengthResult[],
	count: number,
) => `How long after it is done the file of a video is asked for, and how often the video was looked at till it was seen to be done, on
average of ${count} videos side by side, each up to 5 % shorter or longer than the time given, so that no interval is lucky. n8n's
OpenAI node gets an execution for each.

${markdownTable(
	['Video', ...COMPARED.flatMap((name) => [name, 'looks'])],
	results.map(({ videoSeconds, byCandidate }) => [
		`${videoSeconds} s`,
		...COMPARED.flatMap((name) => formatStatistics(byCandidate[name])),
	]),
)}

![How late a finished video is noticed, over its length](images/bench-noticing.svg)

That server's progress moves evenly, which only this node makes use of. This node on other servers, and what its simulation in
[waiting.md](waiting.md) says of them, where each kind of server is told but *absent*, which shows no progress at all:

${markdownTable(
	[
		'Progress',
		...results.flatMap(({ videoSeconds }) => [`${videoSeconds} s`, 'looks', 'simulated', 'looks']),
	],
	results[0].byProfile.map(({ profile }, index) => [
		profile,
		...results.flatMap(({ byProfile }) => [
			...formatStatistics(byProfile[index].measured),
			...formatStatistics(byProfile[index].simulated),
		]),
	]),
)}`;

const renderPlot = (results: LengthResult[]): string =>
	plot({
		title: 'From done to noticed, on a server with even progress',
		x: 'length of the video, s',
		y: 's',
		series: COMPARED.map((name) => ({
			name: name.replaceAll('`', ''),
			points: results.map(({ videoSeconds, byCandidate }): [number, number] => [
				videoSeconds,
				byCandidate[name].latencySeconds,
			]),
		})),
		hasLogarithmicX: true,
	});
