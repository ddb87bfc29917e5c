import type { IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import { type Cluster, startCluster } from '../../../test/e2e/support/cluster.mts';
import { waitUntil } from '../../../test/e2e/support/waitUntil.mts';
import { type Published, publish } from '../../../test/e2e/support/webhook.mts';
import { mean } from '../../statistics.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { type Dates, spanOf } from '../run.mts';
import { table } from '../table.mts';
import { generateWith, loopWith } from '../waiting/workflows.mts';

/** How many executions n8n lets a worker carry out at a time, unless told otherwise. */
const PLACES = 10;
const SIZES: Record<Extent, { lengths: number[]; orders: number }> = {
	full: { lengths: [2, 6, 12], orders: 40 },
	small: { lengths: [1, 2], orders: 2 },
};
/** Milliseconds: all orders of a round, and little work for n8n meanwhile. */
const PATIENCE = { within: 1_200_000, every: 500 };

const CONTENDERS = {
	'this node': async ({ client }: Cluster, { apiKey, baseUrl }: Sandbox) =>
		generateWith(await client.createCredential('Own', { apiKey, baseUrl }), 1),
	'HTTP Request, Wait, If': async (_cluster: Cluster, sandbox: Sandbox) => loopWith(sandbox, 1),
} satisfies Record<string, (cluster: Cluster, sandbox: Sandbox) => Promise<IWorkflowBase>>;

type Contender = keyof typeof CONTENDERS;
const NAMES = Object.keys(CONTENDERS) as Contender[];

interface Found {
	workers: number;
	name: Contender;
	perMinute: number;
	/** The part of an execution's time, from 0 to 1, in which its video was done or not yet asked for. */
	notWaiting: number;
}

/** Videos of one length, and the server that makes them. */
interface Line {
	length: number;
	sandbox: Sandbox;
}

export const queue: Benchmark = {
	name: 'queue',
	title: 'Queue mode',
	async run(extent, report) {
		const { lengths, orders } = SIZES[extent];
		const lines = await Promise.all(
			lengths.map(async (length) => ({
				length,
				sandbox: await startSandbox({ renderSeconds: length }),
			})),
		);
		const cluster = await startCluster();
		try {
			const all: Found[] = [];
			for (const workers of [2, 1]) {
				if (workers === 1) await cluster.workers[1].stop();
				for (const name of NAMES) {
					const found = await carryOut(cluster, { name, workers }, lines, orders);
					report(`${workers} workers, ${name}: ${found.perMinute.toFixed(0)} a minute`);
					all.push(found);
				}
			}
			return { markdown: text(all, lengths, orders) };
		} finally {
			await cluster.end();
			for (const { sandbox } of lines) await sandbox.close();
		}
	},
};

/** Sends all orders at once, and waits until the last of them is carried out. */
async function carryOut(
	cluster: Cluster,
	{ name, workers }: Pick<Found, 'name' | 'workers'>,
	lines: Line[],
	orders: number,
): Promise<Found> {
	const services = await Promise.all(
		lines.map(async ({ length, sandbox }, index) => ({
			length,
			published: await publish(
				{ client: cluster.client, url: cluster.main.url },
				`${workers}-${NAMES.indexOf(name)}-${index}`,
				await CONTENDERS[name](cluster, sandbox),
			),
		})),
	);
	// The first execution of a worker loads its nodes.
	for (const { published } of services) await send(published, workers);
	await ended(cluster, services, workers);

	const start = Date.now();
	await Promise.all(services.map(async ({ published }) => await send(published, orders)));
	const all = (await ended(cluster, services, orders + workers)).filter((each) => each.end > start);
	if (all.length !== orders * lines.length) throw new Error(`${all.length} executions`);
	const minutes = (Math.max(...all.map(({ end }) => end)) - start) / 60_000;
	const spent = mean(all.map(({ took }) => took));
	return {
		workers,
		name,
		perMinute: all.length / minutes,
		notWaiting: 1 - (mean(all.map(({ length }) => length)) * 1000) / spent,
	};
}

async function send(published: Published, count: number): Promise<void> {
	await Promise.all(Array.from({ length: count }, async () => await published.send({})));
}

interface Ended {
	/** Seconds that its video took. */
	length: number;
	/** When it ended, and how long it lasted, in milliseconds. */
	end: number;
	took: number;
}

/** All executions, once so many of each service have ended well. */
async function ended(
	{ client }: Cluster,
	services: Array<{ length: number; published: Published }>,
	count: number,
): Promise<Ended[]> {
	const all = await Promise.all(
		services.map(async ({ length, published }) => {
			const executions = await waitUntil(
				`${count} executions end well`,
				async () => {
					const now = await published.executions();
					const failed = now.find(({ status }) => /error|crashed|canceled/.test(status));
					if (failed) throw new Error(`execution ${failed.id}: ${failed.status}`);
					return now.filter(({ status }) => status === 'success').length === count && now;
				},
				PATIENCE,
			);
			return executions.map(({ id }) => ({ id, length }));
		}),
	);
	return await Promise.all(
		all.flat().map(async ({ id, length }) => {
			const { data } = await client.call('GET', `/executions/${id}`);
			return { length, ...spanOf(data as Dates) };
		}),
	);
}

function text(all: Found[], lengths: number[], orders: number): string {
	const of = (name: Contender, workers: number) =>
		all.find((each) => each.name === name && each.workers === workers)!;
	const percent = (part: number) => `${(part * 100).toFixed(0)} %`;
	return `${orders * lengths.length} orders at once by webhook, as many of each for videos of ${lengths.join(', ')} s, at an n8n with Redis, PostgreSQL and one or two workers
of ${PLACES} places each; an execution makes one video and gets its file. With one worker, at most ${limitOf(lengths).toFixed(0)} a minute are possible: it
carries out ${PLACES} at a time, and each lasts as long as its video. What part of an execution's time was not waiting for a video that
is being made is n8n's, and the time till somebody sees that it is done.

${table(
	[
		'Executions a minute',
		'1 worker',
		'2 workers',
		'twice as many workers',
		'not waiting for the server',
	],
	NAMES.map((name) => {
		const [one, two] = [of(name, 1), of(name, 2)];
		return [
			name,
			one.perMinute.toFixed(0),
			two.perMinute.toFixed(0),
			`${(two.perMinute / one.perMinute).toFixed(2)} ×`,
			`${percent(one.notWaiting)}, ${percent(two.notWaiting)}`,
		];
	}),
)}`;
}

const limitOf = (lengths: number[]) => (PLACES * 60) / mean(lengths);
