import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import type { Client } from '../../../test/e2e/support/client.mts';
import { startN8nInstance, type N8nInstance } from '../../../test/e2e/support/n8nInstance.mts';
import { linearFit, median } from '../../statistics.mts';
import type { Benchmark, BenchmarkSize } from '../benchmark.mts';
import { plot } from '../plot.mts';
import { markdownTable, metOrNotMet } from '../table.mts';
import { generateWorkflow, httpLoopWorkflow } from '../waiting/workflows.mts';
import { cpuSecondsOf } from './cpu.mts';
import { collectMetrics, type ProcessMetrics } from './processMetrics.mts';

const MAX_HEALTH_MS = 200;
const HEALTH_INTERVAL_MS = 100;

/** The measurement starts `startSeconds` after the execution and takes `durationSeconds`. */
const SIZES: Record<
	BenchmarkSize,
	{ counts: number[]; startSeconds: number; durationSeconds: number }
> = {
	full: { counts: [1, 50, 100, 250, 500], startSeconds: 20, durationSeconds: 20 },
	small: { counts: [1, 20], startSeconds: 2, durationSeconds: 3 },
};

const WARM_UP = { startSeconds: 3, durationSeconds: 1 };

const CANDIDATES = {
	'This node': async (client, { apiKey, baseUrl }, count) =>
		generateWorkflow(await client.createCredential('Own', { apiKey, baseUrl }), count),
	'HTTP Request, Wait, If': async (_client, sandbox, count) => httpLoopWorkflow(sandbox, count),
} satisfies Record<string, WorkflowBuilder>;

type WorkflowBuilder = (client: Client, sandbox: Sandbox, count: number) => Promise<IWorkflowBase>;

interface Measurement {
	count: number;
	/** Of one processor. */
	cpuFraction: number;
	/** In bytes, compared with the same n8n before the execution. */
	memoryGrowth: number;
	requestsPerSecond: number;
	healthMs: number[];
	eventLoopDelayMs: number;
}

interface CandidateResult {
	name: string;
	measurements: Measurement[];
}

export const growth: Benchmark = {
	name: 'growth',
	title: 'Many waiting at once',
	async run(size, report) {
		const { counts, ...period } = SIZES[size];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const metrics = collectMetrics(path.join(folder, 'n8n'));
		const sandbox = await startSandbox({ renderSeconds: 86_400 });
		const results: CandidateResult[] = [];
		try {
			for (const [name, buildWorkflow] of Object.entries(CANDIDATES)) {
				const world = await startN8nInstance({ env: metrics.env });
				try {
					const measureCount = async (count: number, when: typeof period) => {
						const workflow = await buildWorkflow(world.client, sandbox, count);
						return { count, ...(await measure(world, sandbox, metrics, workflow, when)) };
					};
					// The first executions load the nodes and do other one-time work.
					for (const count of [1, counts[1]]) await measureCount(count, WARM_UP);
					const measurements: Measurement[] = [];
					for (const count of counts) {
						measurements.push(await measureCount(count, period));
						report(`${name}, ${count} items: ${tableRow(measurements.at(-1)!).join(' | ')}`);
					}
					results.push({ name, measurements });
				} finally {
					await world.end();
				}
			}
			return {
				markdown: renderMarkdown(results, period.startSeconds, period.durationSeconds),
				plots: {
					'bench-growth.svg': renderPlot(
						results,
						'processor, %',
						({ cpuFraction }) => cpuFraction * 100,
					),
					'bench-growth-memory.svg': renderPlot(
						results,
						'memory, MB',
						({ memoryGrowth }) => memoryGrowth / 1e6,
					),
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
	metrics: ProcessMetrics,
	workflow: IWorkflowBase,
	{ startSeconds, durationSeconds }: { startSeconds: number; durationSeconds: number },
): Promise<Omit<Measurement, 'count'>> {
	const idleBytes = await metrics.bytesInUseWhenIdle(n8n.pid);
	const execution = await client.start(workflow);
	await sleep(startSeconds * 1000);

	const [start, cpuSeconds] = [performance.now(), await cpuSecondsOf(n8n.pid)];
	const previousDelayCount = (await metrics.eventLoopDelays(n8n.pid)).length;
	sandbox.requests.length = 0;
	const healthMs: number[] = [];
	while (performance.now() - start < durationSeconds * 1000) {
		const sentAt = performance.now();
		const { ok } = await fetch(`${n8n.url}/healthz`);
		if (!ok) throw new Error('n8n is not healthy');
		healthMs.push(performance.now() - sentAt);
		await sleep(HEALTH_INTERVAL_MS);
	}
	const elapsedSeconds = (performance.now() - start) / 1000;
	const requests = sandbox.requests.filter(({ statusCode }) => statusCode === 200).length;
	const measurement = {
		cpuFraction: ((await cpuSecondsOf(n8n.pid)) - cpuSeconds) / elapsedSeconds,
		requestsPerSecond: requests / elapsedSeconds,
		healthMs,
		eventLoopDelayMs: Math.max(
			...(await metrics.eventLoopDelays(n8n.pid)).slice(previousDelayCount),
		),
		memoryGrowth: (await metrics.bytesInUseWhenIdle(n8n.pid)) - idleBytes,
	};
	await client.call('POST', `/executions/${execution}/stop`);
	await client.waitFor(execution);
	return measurement;
}

const COLUMNS = [
	'Items',
	'Requests a second',
	'Processor',
	'Memory',
	'Health check, median',
	'worst',
	'Event loop, longest block',
];

const tableRow = ({
	count,
	requestsPerSecond,
	cpuFraction,
	memoryGrowth,
	healthMs,
	eventLoopDelayMs,
}: Measurement) => [
	count,
	requestsPerSecond.toFixed(1),
	`${(cpuFraction * 100).toFixed(1)} %`,
	`${(memoryGrowth / 1e6).toFixed(1)} MB`,
	`${median(healthMs).toFixed(1)} ms`,
	`${Math.max(...healthMs).toFixed(0)} ms`,
	`${eventLoopDelayMs.toFixed(0)} ms`,
];

function renderMarkdown(
	results: CandidateResult[],
	startSeconds: number,
	durationSeconds: number,
): string {
	const last = results[0].measurements.at(-1)!;
	const worst = Math.max(...last.healthMs);
	return `What one execution costs n8n while its items wait, from second ${startSeconds} to second ${startSeconds + durationSeconds} after its start; later this node asks less
often. Memory is what is in use after all garbage is put away, above that of the same n8n without the execution. n8n's OpenAI
node waits for one video at a time only.

${results
	.map(({ name, measurements }) => {
		const cpu = linearFit(measurements.map((each) => [each.count, each.cpuFraction * 100]));
		const memory = linearFit(measurements.map((each) => [each.count, each.memoryGrowth / 1000]));
		return `${name}: an item more costs ${cpu.slope.toFixed(3)} % of one processor (a straight line tells ${(cpu.r2 * 100).toFixed(0)} % of the differences) and ${
			memory.r2 > 0.5
				? `${memory.slope.toFixed(1)} kB (${(memory.r2 * 100).toFixed(0)} %)`
				: "less memory than n8n's own comings and goings"
		}.

${markdownTable(COLUMNS, measurements.map(tableRow))}`;
	})
	.join('\n\n')}

![Processor over the number of waiting items](images/bench-growth.svg)

![Memory over the number of waiting items](images/bench-growth-memory.svg)

Aim: a health check in less than ${MAX_HEALTH_MS} ms with ${last.count} items of this node. It is ${metOrNotMet(worst < MAX_HEALTH_MS)}: ${worst.toFixed(0)} ms at worst.`;
}

const renderPlot = (
	results: CandidateResult[],
	quantity: string,
	valueOf: (measurement: Measurement) => number,
): string =>
	plot({
		title: `Waiting items in one n8n: ${quantity}`,
		x: 'items',
		y: '',
		series: results.map(({ name, measurements }) => ({
			name,
			points: measurements.map((each): [number, number] => [each.count, valueOf(each)]),
		})),
	});
