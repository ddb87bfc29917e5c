import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chain, videosNode } from '../../../test/e2e/support/workflow.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { createAt } from '../createVideo.mts';
import { httpDownload } from '../httpRequestNodes.mts';
import { table, verdict } from '../table.mts';
import { fetchCarrier, n8nCarrier } from './clients.mts';
import { type Cost, costsOf } from './cost.mts';
import { type OwnServer, startOwnServer } from './sandboxProcess.mts';

const LEAST_SPEED = 0.95;
const MOST_GROWTH = 16_000_000;
const SIZES: Record<Extent, { megabytes: number[]; runs: number }> = {
	full: { megabytes: [10, 300, 1000], runs: 3 },
	small: { megabytes: [10], runs: 1 },
};
const SMALL_MEGABYTES = 1;
/** Young garbage is then collected often. */
const SMALL_YOUNG = { NODE_OPTIONS: '--max-semi-space-size=2' };

/** A finished video and the server that has it. */
interface Held {
	server: OwnServer;
	id: string;
}

const thisNode = async (env?: NodeJS.ProcessEnv) =>
	await n8nCarrier<Held>(async ({ server: { apiKey, baseUrl }, id }, client) => {
		const credential = await client.createCredential('Own', { apiKey, baseUrl });
		return chain([videosNode(credential, { operation: 'download', videoId: id })]);
	}, env);

const withHttpRequest = async (env?: NodeJS.ProcessEnv) =>
	await n8nCarrier<Held>(
		async ({ server, id }) => chain([httpDownload(server, 'Videos', id)]),
		env,
	);

const contendersFor = (folder: string) => ({
	fetch: async () =>
		await fetchCarrier<Held>(({ server: { apiKey, baseUrl }, id }) => ({
			kind: 'download',
			url: `${baseUrl}/videos/${id}/content`,
			headers: { authorization: `Bearer ${apiKey}` },
			file: path.join(folder, 'video.mp4'),
		})),
	'this node': async () => await thisNode(),
	'HTTP Request': async () => await withHttpRequest(),
	'this node, small young generation': async () => await thisNode(SMALL_YOUNG),
	'HTTP Request, the same': async () => await withHttpRequest(SMALL_YOUNG),
});

type Contender = keyof ReturnType<typeof contendersFor>;

interface Found {
	megabytes: number;
	by: Record<Contender, Cost>;
}

export const download: Benchmark = {
	name: 'download',
	title: 'Getting large videos',
	async run(extent, report) {
		const { megabytes, runs } = SIZES[extent];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const small = await heldBy(SMALL_MEGABYTES);
		const all: Found[] = [];
		try {
			for (const each of megabytes) {
				const large = await heldBy(each);
				try {
					const load = { small, large, runs };
					const by = await costsOf(contendersFor(folder), load, (name, { ms, growth }) =>
						report(`${each} MB, ${name}: ${ms.toFixed(0)} ms, ${mega(growth)}`),
					);
					all.push({ megabytes: each, by });
				} finally {
					await large.server.stop();
				}
			}
			return { markdown: text(all, runs) };
		} finally {
			await small.server.stop();
			await rm(folder, { recursive: true });
		}
	},
};

async function heldBy(megabytes: number): Promise<Held> {
	const server = await startOwnServer(megabytes);
	const id = await createAt(server, 'a film');
	// The sandbox makes the film when it is asked for it first.
	const headers = { authorization: `Bearer ${server.apiKey}` };
	await (await fetch(`${server.baseUrl}/videos/${id}/content`, { headers })).arrayBuffer();
	return { server, id };
}

const mega = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

function text(all: Found[], runs: number): string {
	const speed = ({ by }: Found, name: Contender) => by.fetch.ms / by[name].ms;
	const names = Object.keys(all[0].by) as Contender[];
	const others = names.slice(1);
	const slowest = Math.min(...all.map((found) => speed(found, 'this node')));
	const most = Math.max(...all.map(({ by }) => by['this node'].growth - by.fetch.growth));
	const largest = all.at(-1)!;
	const share = (name: Contender) => speed(largest, name).toFixed(2);
	return `The step Download alone, for a video that is done, as a share of the speed of \`fetch\` into a file, on the same Node; and by how
much the process grew at most, each a fresh one that had got ${SMALL_MEGABYTES} MB a few times. Of ${runs} downloads the median, and the most memory of all.

${table(
	['File (`fetch`)', ...others],
	all.map((found) => [
		`${found.megabytes} MB (${((found.megabytes / found.by.fetch.ms) * 1000).toFixed(0)} MB/s)`,
		...others.map((name) => speed(found, name).toFixed(2)),
	]),
)}

${table(
	['Memory', ...names],
	all.map(({ megabytes, by }) => [
		`${megabytes} MB`,
		...names.map((name) => mega(by[name].growth)),
	]),
)}

Aims: ${LEAST_SPEED} of the speed of \`fetch\`, ${verdict(slowest >= LEAST_SPEED)}: ${slowest.toFixed(2)}; and at most ${mega(MOST_GROWTH)} more memory than \`fetch\` takes,
${verdict(most <= MOST_GROWTH)}: ${mega(most)}.

What is missing to \`fetch\` is spent on garbage: while a file comes in, V8 goes through n8n's whole memory again and again, because
it lets the pieces that are already stored lie about for long. n8n's HTTP Request node pays the same. With a small young
generation, the setting in [scaling.md](scaling.md#files), ${largest.megabytes} MB came at ${share('this node, small young generation')} of the speed of \`fetch\`, and by HTTP
Request at ${share('HTTP Request, the same')}.`;
}
