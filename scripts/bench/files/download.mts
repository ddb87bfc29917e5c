import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chain, videosNode } from '../../../test/e2e/support/workflow.mts';
import type { Benchmark, BenchmarkSize } from '../benchmark.mts';
import { createVideo } from '../createVideo.mts';
import { httpDownloadNode } from '../httpRequestNodes.mts';
import { markdownTable, metOrNotMet } from '../table.mts';
import { fetchClient, n8nClient } from './clients.mts';
import { type Cost, measureCosts } from './cost.mts';
import { type SandboxProcess, startSandboxProcess } from './sandboxProcess.mts';

const MIN_SPEED = 0.95;
const MAX_MEMORY_GROWTH = 16_000_000;
const SIZES: Record<BenchmarkSize, { megabytes: number[]; runs: number }> = {
	full: { megabytes: [10, 300, 1000], runs: 3 },
	small: { megabytes: [10], runs: 1 },
};
const WARM_UP_MEGABYTES = 1;
/** V8 then collects young garbage often. */
const SMALL_YOUNG_GENERATION = { NODE_OPTIONS: '--max-semi-space-size=2' };

/** A finished video on a server. */
interface StoredVideo {
	server: SandboxProcess;
	id: string;
}

const thisNodeClient = async (env?: NodeJS.ProcessEnv) =>
	await n8nClient<StoredVideo>(async ({ server: { apiKey, baseUrl }, id }, client) => {
		const credential = await client.createCredential('Own', { apiKey, baseUrl });
		return chain([videosNode(credential, { operation: 'download', videoId: id })]);
	}, env);

const httpRequestClient = async (env?: NodeJS.ProcessEnv) =>
	await n8nClient<StoredVideo>(
		async ({ server, id }) => chain([httpDownloadNode(server, 'Videos', id)]),
		env,
	);

const candidatesFor = (folder: string) => ({
	fetch: async () =>
		await fetchClient<StoredVideo>(({ server: { apiKey, baseUrl }, id }) => ({
			kind: 'download',
			url: `${baseUrl}/videos/${id}/content`,
			headers: { authorization: `Bearer ${apiKey}` },
			file: path.join(folder, 'video.mp4'),
		})),
	'this node': async () => await thisNodeClient(),
	'HTTP Request': async () => await httpRequestClient(),
	'this node, small young generation': async () => await thisNodeClient(SMALL_YOUNG_GENERATION),
	'HTTP Request, the same': async () => await httpRequestClient(SMALL_YOUNG_GENERATION),
});

type CandidateName = keyof ReturnType<typeof candidatesFor>;

interface SizeResult {
	megabytes: number;
	costs: Record<CandidateName, Cost>;
}

export const download: Benchmark = {
	name: 'download',
	title: 'Getting large videos',
	async run(size, report) {
		const { megabytes, runs } = SIZES[size];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const small = await storeVideo(WARM_UP_MEGABYTES);
		const results: SizeResult[] = [];
		try {
			for (const each of megabytes) {
				const large = await storeVideo(each);
				try {
					const workload = { small, large, runs };
					const costs = await measureCosts(
						candidatesFor(folder),
						workload,
						(name, { durationMs, memoryGrowth }) =>
							report(
								`${each} MB, ${name}: ${durationMs.toFixed(0)} ms, ${formatMegabytes(memoryGrowth)}`,
							),
					);
					results.push({ megabytes: each, costs });
				} finally {
					await large.server.stop();
				}
			}
			return { markdown: renderMarkdown(results, runs) };
		} finally {
			await small.server.stop();
			await rm(folder, { recursive: true });
		}
	},
};

async function storeVideo(megabytes: number): Promise<StoredVideo> {
	const server = await startSandboxProcess(megabytes);
	const id = await createVideo(server, 'a video');
	// The sandbox renders the file on the first request for it.
	const headers = { authorization: `Bearer ${server.apiKey}` };
	await (await fetch(`${server.baseUrl}/videos/${id}/content`, { headers })).arrayBuffer();
	return { server, id };
}

const formatMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

function renderMarkdown(results: SizeResult[], runs: number): string {
	const relativeSpeed = ({ costs }: SizeResult, name: CandidateName) =>
		costs.fetch.durationMs / costs[name].durationMs;
	const names = Object.keys(results[0].costs) as CandidateName[];
	const others = names.slice(1);
	const minSpeed = Math.min(...results.map((result) => relativeSpeed(result, 'this node')));
	const maxExtraMemory = Math.max(
		...results.map(({ costs }) => costs['this node'].memoryGrowth - costs.fetch.memoryGrowth),
	);
	const largest = results.at(-1)!;
	const formatSpeed = (name: CandidateName) => relativeSpeed(largest, name).toFixed(2);
	return `The step Download alone, for a video that is done, as a share of the speed of \`fetch\` into a file, on the same Node; and by how
much the process grew at most, each a fresh one that had got ${WARM_UP_MEGABYTES} MB a few times. Of ${runs} downloads the median, and the most memory of all.

${markdownTable(
	['File (`fetch`)', ...others],
	results.map((result) => [
		`${result.megabytes} MB (${((result.megabytes / result.costs.fetch.durationMs) * 1000).toFixed(0)} MB/s)`,
		...others.map((name) => relativeSpeed(result, name).toFixed(2)),
	]),
)}

${markdownTable(
	['Memory', ...names],
	results.map(({ megabytes, costs }) => [
		`${megabytes} MB`,
		...names.map((name) => formatMegabytes(costs[name].memoryGrowth)),
	]),
)}

Aims: ${MIN_SPEED} of the speed of \`fetch\`, ${metOrNotMet(minSpeed >= MIN_SPEED)}: ${minSpeed.toFixed(2)}; and at most ${formatMegabytes(MAX_MEMORY_GROWTH)} more memory than \`fetch\` takes,
${metOrNotMet(maxExtraMemory <= MAX_MEMORY_GROWTH)}: ${formatMegabytes(maxExtraMemory)}.

What is missing to \`fetch\` is spent on garbage: while a file comes in, V8 goes through n8n's whole memory again and again, because
it lets the pieces that are already stored lie about for long. n8n's HTTP Request node pays the same. With a small young
generation, the setting in [scaling.md](scaling.md#files), ${largest.megabytes} MB came at ${formatSpeed('this node, small young generation')} of the speed of \`fetch\`, and by HTTP
Request at ${formatSpeed('HTTP Request, the same')}.`;
}
