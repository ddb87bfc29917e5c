import { parseArgs } from 'node:util';

import { markdownTable } from './bench/table.mts';
import { type ProgressProfile, simulateWaits, type Strategy } from './simulation.mts';
import { mean } from './statistics.mts';

const HELP = `Shows how often the node polls for a video, and how soon it detects that the video is done,
compared with nodes that poll at a fixed interval. Time is simulated: no request is sent.

  npm run simulate -- [options]

  --markdown   as in docs/waiting.md
  --help       this text`;

const WAIT_COUNT = 300;
const VIDEO_SECONDS = {
	'10 s': 10,
	'30 s': 30,
	'60 s': 60,
	'2 min': 120,
	'5 min': 300,
	'10 min': 600,
	'20 min': 1200,
};
const PROFILES: ProgressProfile[] = ['smooth', 'stuck at 0', 'jumpy', 'stuck at 99'];
const UNEVEN_PROFILES: ProgressProfile[] = [
	'noisy',
	'steps of 4',
	'slow start',
	'slow end',
	'slow start and end',
];
const STRATEGIES: Strategy[] = ['this node', 'fixed 10 s', 'fixed 5 s', 'fixed 1 s'];

type Row = string[];

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { markdown: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return console.log(HELP);

	const format = values.markdown ? formatMarkdown : formatText;
	console.log(format(await compare(PROFILES, STRATEGIES)));
	console.log();
	console.log(format(await compare(UNEVEN_PROFILES, STRATEGIES.slice(0, 2))));
}

/** A head, and a row for each length and profile with the polls and latencies of each strategy. */
async function compare(profiles: ProgressProfile[], strategies: Strategy[]): Promise<Row[]> {
	const head = strategies.flatMap((name) => [`${name}: questions`, 'noticed after']);
	const rows = [['Video', 'Progress', ...head]];
	for (const [name, seconds] of Object.entries(VIDEO_SECONDS)) {
		for (const profile of profiles) {
			const row = [name, profile];
			for (const strategy of strategies) {
				const waits = await simulateWaits(profile, strategy, seconds * 1000, WAIT_COUNT);
				row.push(meanAndMax(waits.map(({ pollTimes }) => pollTimes.length)));
				row.push(
					`${meanAndMax(
						waits.map(({ latencyMs }) => latencyMs / 1000),
						1,
					)} s`,
				);
			}
			rows.push(row);
		}
	}
	return rows;
}

const meanAndMax = (numbers: number[], digits = 0): string =>
	`${mean(numbers).toFixed(1)} / ${Math.max(...numbers).toFixed(digits)}`;

const formatMarkdown = ([head, ...rows]: Row[]): string => markdownTable(head, rows, 2);

function formatText(rows: Row[]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	return rows
		.map((row) =>
			row
				.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

main().catch((error: Error) => {
	console.error(`simulate: ${error.message.split('\n')[0]}`);
	process.exitCode = 1;
});
