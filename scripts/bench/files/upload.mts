import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { encodePng } from '../../../sandbox/png.mts';
import { chain, type NodeSketch, videosNode } from '../../../test/e2e/support/workflow.mts';
import type { Benchmark, BenchmarkSize } from '../benchmark.mts';
import { httpCreateNode } from '../httpRequestNodes.mts';
import { markdownTable, metOrNotMet } from '../table.mts';
import { MODEL } from '../waiting/workflows.mts';
import { fetchClient, n8nClient } from './clients.mts';
import { type Cost, measureCosts } from './cost.mts';
import { type SandboxProcess, startSandboxProcess } from './sandboxProcess.mts';

const MAX_IMAGES = 3;
const SIZES: Record<BenchmarkSize, { megabytes: number; runs: number }> = {
	full: { megabytes: 20, runs: 5 },
	small: { megabytes: 2, runs: 1 },
};
const PROMPT = 'this image, in motion';

/** An image on disk and the server to send it to. */
interface LocalImage {
	file: string;
	server: SandboxProcess;
}

/** n8n's node that streams a file into n8n's binary data. */
const readFileNode = (file: string, name = 'Read'): NodeSketch => ({
	name,
	type: 'n8n-nodes-base.readWriteFile',
	parameters: { operation: 'read', fileSelector: file, options: {} },
});

const FILE_PARAMETER = {
	parameterType: 'formBinaryData',
	name: 'input_reference',
	inputDataFieldName: 'data',
};

const candidatesWith = (env: NodeJS.ProcessEnv) => ({
	fetch: async () =>
		await fetchClient<LocalImage>(({ file, server: { apiKey, baseUrl } }) => ({
			kind: 'upload',
			url: `${baseUrl}/videos`,
			headers: { authorization: `Bearer ${apiKey}` },
			fields: { model: 'sora-2', prompt: PROMPT },
			file,
		})),
	'this node': async () =>
		await n8nClient<LocalImage>(async ({ file, server: { apiKey, baseUrl } }, client) => {
			const credential = await client.createCredential('Own', { apiKey, baseUrl });
			const create = {
				operation: 'create',
				model: MODEL,
				prompt: PROMPT,
				referenceImage: 'binary',
			};
			return chain([readFileNode(file), videosNode(credential, create)]);
		}, env),
	'HTTP Request': async () =>
		await n8nClient<LocalImage>(
			async ({ file, server }) =>
				chain([readFileNode(file), httpCreateNode(server, 'Videos', PROMPT, [FILE_PARAMETER])]),
			env,
		),
	'nothing but reading': async () =>
		await n8nClient<LocalImage>(async ({ file }) => chain([readFileNode(file, 'Videos')]), env),
});

type CandidateName = keyof ReturnType<typeof candidatesWith>;

export const upload: Benchmark = {
	name: 'upload',
	title: 'Sending a large picture',
	async run(size, report) {
		const { megabytes, runs } = SIZES[size];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const server = await startSandboxProcess(0);
		const env = { N8N_RESTRICT_FILE_ACCESS_TO: folder };
		try {
			const small = { file: await writeImage(folder, 0.1), server };
			const large = { file: await writeImage(folder, megabytes), server };
			const costs = await measureCosts(candidatesWith(env), { small, large, runs }, (name, cost) =>
				report(
					`${name}: ${cost.durationMs.toFixed(0)} ms, ${formatMultiple(cost.memoryGrowth, megabytes)}`,
				),
			);
			return { markdown: renderMarkdown(costs, megabytes, runs) };
		} finally {
			await server.stop();
			await rm(folder, { recursive: true });
		}
	},
};

/** An image of at least this size: it is padded with zeros after its end. */
async function writeImage(folder: string, megabytes: number): Promise<string> {
	const file = path.join(folder, `${megabytes}.png`);
	const image = encodePng(720, 1280, Buffer.alloc(720 * 1280 * 3));
	await writeFile(file, Buffer.concat([image, Buffer.alloc(megabytes * 1e6)]));
	return file;
}

const formatMultiple = (bytes: number, megabytes: number) =>
	`${(bytes / 1e6 / megabytes).toFixed(1)} ×`;

function renderMarkdown(
	costs: Record<CandidateName, Cost>,
	megabytes: number,
	runs: number,
): string {
	const names = Object.keys(costs) as CandidateName[];
	const reading = costs['nothing but reading'].memoryGrowth;
	const growth = (costs['this node'].memoryGrowth - reading) / 1e6 / megabytes;
	return `A Create with a picture of ${megabytes} MB that n8n keeps on disk: the time of this step, and by how much the process grew at most, in
pictures, each a fresh process that had sent small ones. Of ${runs} runs the median, and the most memory of all. The last column
is n8n's own node that brings the picture into n8n; all of n8n's memory has that in it.

${markdownTable(
	['', ...names],
	[
		['Time', ...names.map((name) => `${costs[name].durationMs.toFixed(0)} ms`)],
		['Memory', ...names.map((name) => formatMultiple(costs[name].memoryGrowth, megabytes))],
	],
)}

Aim: at most ${MAX_IMAGES} pictures more than n8n takes to read it; ${metOrNotMet(growth <= MAX_IMAGES)}: ${growth.toFixed(1)}.`;
}
