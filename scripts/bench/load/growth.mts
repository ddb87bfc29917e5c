import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import type { Client } from '../../../test/e2e/support/client.mts';
import { startN8nInstance, type N8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { fit, median } from '../../statistics.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { plot } from '../plot.mts';
import { table, verdict } from '../table.mts';
import { generateWith, loopWith } from '../waiting/workflows.mts';
import { cpuSecondsOf } from './cpu.mts';
import { type Inside, watchInside } from './inside.mts';

const MOST_HEALTH_MS = 200;
const HEALTH_INTERVAL_MS = 100;

/** Seconds of a wait before it is measured, and for which it is. */
const SIZES: Record<Extent, { counts: number[]; before: number; seconds: number }> = {
	full: { counts: [1, 50, 100, 250, 500], before: 20, seconds: 20 },
	small: { counts: [1, 20], before: 2, seconds: 3 },
};

const WARM_UP = { before: 3, seconds: 1 };

const CONTENDERS = {
	'This node': async (client, { apiKey, baseUrl }, count) =>
		generateWith(await client.createCredential('Own', { apiKey, baseUrl }), count),
	'HTTP Request, Wait, If': async (_client, sandbox, count) => loopWith(sandbox, count),
} satisfies Record<string, WorkflowFor>;

type WorkflowFor = (client: Client, sandbox: Sandbox, count: number) => Promise<IWorkflowBase>;

interface Measured {
	count: number;
	/** Share of one processor. */
	cpu: number;
	/** Bytes in use above those of the same n8n before. */
	memory: number;
	requestsPerSecond: number;
	/** Milliseconds. */
	health: number[];
	loopDelay: number;
}

interface Found {
	name: string;
	all: Measured[];
}

export const growth: Benchmark = {
	name: 'growth',
	title: 'Many waiting at once',
	async run(extent, report) {
		const { counts, ...times } = SIZES[extent];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const inside = watchInside(path.join(folder, 'n8n'));
		const sandbox = await startSandbox({ renderSeconds: 86_400 });
		const found: Found[] = [];
		try {
			for (const [name, workflowFor] of Object.entries(CONTENDERS)) {
				const world = await startN8nInstance({ env: inside.env });
				try {
					const measureFor = async (count: number, during: typeof times) => {
						const workflow = await workflowFor(world.client, sandbox, count);
						return { count, ...(await measure(world, sandbox, inside, workflow, during)) };
					};
					// The first executions of an n8n load its nodes, and much else once.
					for (const count of [1, counts[1]]) await measureFor(count, WARM_UP);
					const all: Measured[] = [];
					for (const count of counts) {
						all.push(await measureFor(count, times));
						report(`${name}, ${count} items: ${rowOf(all.at(-1)!).join(' | ')}`);
					}
					found.push({ name, all });
				} finally {
					await world.end();
				}
			}
			return {
				markdown: text(found, times.before, times.seconds),
				plots: {
					'bench-growth.svg': curves(found, 'processor, %', ({ cpu }) => cpu * 100),
					'bench-growth-memory.svg': curves(found, 'memory, MB', ({ memory }) => memory / 1e6),
				},
			};
		} finally {
			await sandbox.close();
			await rm(folder, { recursive: true });
		}
	},
};

async function measure(
	{ client, n8n }: N8nInstance,
	sandbox: Sandbox,
	inside: Inside,
	workflow: IWorkflowBase,
	{ before, seconds }: { before: number; seconds: number },
): Promise<Omit<Measured, 'count'>> {
	const idle = await inside.bytesInUseAtRest(n8n.pid);
	const execution = await client.start(workflow);
	await sleep(before * 1000);

	const [start, cpu] = [performance.now(), await cpuSecondsOf(n8n.pid)];
	const noted = (await inside.loopDelays(n8n.pid)).length;
	sandbox.requests.length = 0;
	const health: number[] = [];
	while (performance.now() - start < seconds * 1000) {
		const asked = performance.now();
		const { ok } = await fetch(`${n8n.url}/healthz`);
		if (!ok) throw new Error('n8n is not well');
		health.push(performance.now() - asked);
		await sleep(HEALTH_INTERVAL_MS);
	}
	const took = (performance.now() - start) / 1000;
	const requests = sandbox.requests.filter(({ statusCode }) => statusCode === 200).length;
	const measured = {
		cpu: ((await cpuSecondsOf(n8n.pid)) - cpu) / took,
		requestsPerSecond: requests / took,
		health,
		loopDelay: Math.max(...(await inside.loopDelays(n8n.pid)).slice(noted)),
		memory: (await inside.bytesInUseAtRest(n8n.pid)) - idle,
	};
	await client.call('POST', `/executions/${execution}/stop`);
	await client.waitFor(execution);
	return measured;
}

const HEAD = [
	'Items',
	'Requests a second',
	'Processor',
	'Memory',
	'Health check, median',
	'worst',
	'Event loop, longest block',
];

const rowOf = ({ count, requestsPerSecond, cpu, memory, health, loopDelay }: Measured) => [
	count,
	requestsPerSecond.toFixed(1),
	`${(cpu * 100).toFixed(1)} %`,
	`${(memory / 1e6).toFixed(1)} MB`,
	`${median(health).toFixed(1)} ms`,
	`${Math.max(...health).toFixed(0)} ms`,
	`${loopDelay.toFixed(0)} ms`,
];

function text(found: Found[], before: number, seconds: number): string {
	const last = found[0].all.at(-1)!;
	const worst = Math.max(...last.health);
	return `What one execution costs n8n while its items wait, from second ${before} to second ${before + seconds} after its start; later this node asks less
often. Memory is what is in use after all garbage is put away, above that of the same n8n without the execution. n8n's OpenAI
node waits for one video at a time only.

${found
	.map(({ name, all }) => {
		const cpu = fit(all.map((each) => [each.count, each.cpu * 100]));
		const memory = fit(all.map((each) => [each.count, each.memory / 1000]));
		return `${name}: an item more costs ${cpu.slope.toFixed(3)} % of one processor (a straight line tells ${(cpu.r2 * 100).toFixed(0)} % of the differences) and ${
			memory.r2 > 0.5
				? `${memory.slope.toFixed(1)} kB (${(memory.r2 * 100).toFixed(0)} %)`
				: "less memory than n8n's own comings and goings"
		}.

${table(HEAD, all.map(rowOf))}`;
	})
	.join('\n\n')}

![Processor over the number of waiting items](images/bench-growth.svg)

![Memory over the number of waiting items](images/bench-growth-memory.svg)

Aim: a health check in less than ${MOST_HEALTH_MS} ms with ${last.count} items of this node. It is ${verdict(worst < MOST_HEALTH_MS)}: ${worst.toFixed(0)} ms at worst.`;
}

const curves = (found: Found[], what: string, of: (measured: Measured) => number): string =>
	plot({
		title: `Waiting items in one n8n: ${what}`,
		x: 'items',
		y: '',
		lines: found.map(({ name, all }) => ({
			name,
			points: all.map((each): [number, number] => [each.count, of(each)]),
		})),
	});
