import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { encodePng } from '../../../sandbox/png.mts';
import { chain, type NodeSketch, videosNode } from '../../../test/e2e/support/workflow.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { httpCreate } from '../httpRequestNodes.mts';
import { table, verdict } from '../table.mts';
import { MODEL } from '../waiting/workflows.mts';
import { fetchCarrier, n8nCarrier } from './clients.mts';
import { type Cost, costsOf } from './cost.mts';
import { type OwnServer, startOwnServer } from './sandboxProcess.mts';

const MOST_PICTURES = 3;
const SIZES: Record<Extent, { megabytes: number; runs: number }> = {
	full: { megabytes: 20, runs: 5 },
	small: { megabytes: 2, runs: 1 },
};
const PROMPT = 'this picture, in motion';

/** A picture on disk, and the server that shall have it. */
interface Picture {
	file: string;
	server: OwnServer;
}

/** Puts it where n8n keeps files, a piece at a time. */
const read = (file: string, name = 'Read'): NodeSketch => ({
	name,
	type: 'n8n-nodes-base.readWriteFile',
	parameters: { operation: 'read', fileSelector: file, options: {} },
});

const FILE = {
	parameterType: 'formBinaryData',
	name: 'input_reference',
	inputDataFieldName: 'data',
};

const contendersWith = (env: NodeJS.ProcessEnv) => ({
	fetch: async () =>
		await fetchCarrier<Picture>(({ file, server: { apiKey, baseUrl } }) => ({
			kind: 'upload',
			url: `${baseUrl}/videos`,
			headers: { authorization: `Bearer ${apiKey}` },
			fields: { model: 'sora-2', prompt: PROMPT },
			file,
		})),
	'this node': async () =>
		await n8nCarrier<Picture>(async ({ file, server: { apiKey, baseUrl } }, client) => {
			const credential = await client.createCredential('Own', { apiKey, baseUrl });
			const create = {
				operation: 'create',
				model: MODEL,
				prompt: PROMPT,
				referenceImage: 'binary',
			};
			return chain([read(file), videosNode(credential, create)]);
		}, env),
	'HTTP Request': async () =>
		await n8nCarrier<Picture>(
			async ({ file, server }) => chain([read(file), httpCreate(server, 'Videos', PROMPT, [FILE])]),
			env,
		),
	'nothing but reading': async () =>
		await n8nCarrier<Picture>(async ({ file }) => chain([read(file, 'Videos')]), env),
});

type Contender = keyof ReturnType<typeof contendersWith>;

export const upload: Benchmark = {
	name: 'upload',
	title: 'Sending a large picture',
	async run(extent, report) {
		const { megabytes, runs } = SIZES[extent];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const server = await startOwnServer(0);
		const env = { N8N_RESTRICT_FILE_ACCESS_TO: folder };
		try {
			const small = { file: await paint(folder, 0.1), server };
			const large = { file: await paint(folder, megabytes), server };
			const by = await costsOf(contendersWith(env), { small, large, runs }, (name, cost) =>
				report(`${name}: ${cost.ms.toFixed(0)} ms, ${times(cost.growth, megabytes)}`),
			);
			return { markdown: text(by, megabytes, runs) };
		} finally {
			await server.stop();
			await rm(folder, { recursive: true });
		}
	},
};

/** A picture of at least so many megabytes: behind its end stands nothing. */
async function paint(folder: string, megabytes: number): Promise<string> {
	const file = path.join(folder, `${megabytes}.png`);
	const picture = encodePng(720, 1280, Buffer.alloc(720 * 1280 * 3));
	await writeFile(file, Buffer.concat([picture, Buffer.alloc(megabytes * 1e6)]));
	return file;
}

const times = (bytes: number, megabytes: number) => `${(bytes / 1e6 / megabytes).toFixed(1)} ×`;

function text(by: Record<Contender, Cost>, megabytes: number, runs: number): string {
	const names = Object.keys(by) as Contender[];
	const reading = by['nothing but reading'].growth;
	const growth = (by['this node'].growth - reading) / 1e6 / megabytes;
	return `A Create with a picture of ${megabytes} MB that n8n keeps on disk: the time of this step, and by how much the process grew at most, in
pictures, each a fresh process that had sent small ones. Of ${runs} runs the median, and the most memory of all. The last column
is n8n's own node that brings the picture into n8n; all of n8n's memory has that in it.

${table(
	['', ...names],
	[
		['Time', ...names.map((name) => `${by[name].ms.toFixed(0)} ms`)],
		['Memory', ...names.map((name) => times(by[name].growth, megabytes))],
	],
)}

Aim: at most ${MOST_PICTURES} pictures more than n8n takes to read it; ${verdict(growth <= MOST_PICTURES)}: ${growth.toFixed(1)}.`;
}
