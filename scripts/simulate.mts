import { parseArgs } from 'node:util';

import { table } from './bench/table.mts';
import { type Contender, type Server, simulateWaits } from './simulation.mts';
import { mean } from './statistics.mts';

const HELP = `Shows how often the node asks for a video, and how late it notices that the video is done,
beside nodes that ask at a fixed interval. Time is simulated: nothing is sent, and nobody waits.

  npm run simulate -- [options]

  --markdown   as in docs/waiting.md
  --help       this text`;

const WAITS = 300;
const LENGTHS = {
	'10 s': 10,
	'30 s': 30,
	'60 s': 60,
	'2 min': 120,
	'5 min': 300,
	'10 min': 600,
	'20 min': 1200,
};
const SERVERS: Server[] = ['smooth', 'stuck at 0', 'jumpy', 'stuck at 99'];
const UNEVEN: Server[] = ['noisy', 'steps of 4', 'slow start', 'slow end', 'slow start and end'];
const CONTENDERS: Contender[] = ['this node', 'fixed 10 s', 'fixed 5 s', 'fixed 1 s'];

type Row = string[];

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { markdown: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return console.log(HELP);

	const print = values.markdown ? asMarkdown : asText;
	console.log(print(await compare(SERVERS, CONTENDERS)));
	console.log();
	console.log(print(await compare(UNEVEN, CONTENDERS.slice(0, 2))));
}

/** A head and a row for each length and server: questions and delays of each contender. */
async function compare(servers: Server[], contenders: Contender[]): Promise<Row[]> {
	const head = contenders.flatMap((name) => [`${name}: questions`, 'noticed after']);
	const rows = [['Video', 'Progress', ...head]];
	for (const [name, seconds] of Object.entries(LENGTHS)) {
		for (const server of servers) {
			const row = [name, server];
			for (const contender of contenders) {
				const waits = await simulateWaits(server, contender, seconds * 1000, WAITS);
				row.push(meanAndMost(waits.map(({ asked }) => asked.length)));
				row.push(
					`${meanAndMost(
						waits.map(({ delay }) => delay / 1000),
						1,
					)} s`,
				);
			}
			rows.push(row);
		}
	}
	return rows;
}

const meanAndMost = (numbers: number[], digits = 0): string =>
	`${mean(numbers).toFixed(1)} / ${Math.max(...numbers).toFixed(digits)}`;

const asMarkdown = ([head, ...rows]: Row[]): string => table(head, rows, 2);

function asText(rows: Row[]): string {
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
