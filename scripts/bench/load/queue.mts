import type { IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import { type Cluster, startCluster } from '../../../test/e2e/support/cluster.mts';
import { type Published, publish } from '../../../test/e2e/support/webhook.mts';
import { waitUntil } from '../../../test/support/waitUntil.mts';
import { mean } from '../../statistics.mts';
import type { Benchmark, BenchmarkSize } from '../benchmark.mts';
import { type ExecutionDates, executionTimes } from '../measure.mts';
import { markdownTable } from '../table.mts';
import { generateWorkflow, httpLoopWorkflow } from '../waiting/workflows.mts';

/** n8n's default number of parallel executions per worker. */
const WORKER_CONCURRENCY = 10;
const SIZES: Record<BenchmarkSize, { lengths: number[]; requests: number }> = {
	full: { lengths: [2, 6, 12], requests: 40 },
	small: { lengths: [1, 2], requests: 2 },
};
/** In ms: enough for all executions of a round, without much load from asking n8n. */
const WAIT_OPTIONS = { within: 1_200_000, every: 500 };

const CANDIDATES = {
	'this node': async ({ client }: Cluster, { apiKey, baseUrl }: Sandbox) =>
		generateWorkflow(await client.createCredential('Own', { apiKey, baseUrl }), 1),
	'HTTP Request, Wait, If': async (_cluster: Cluster, sandbox: Sandbox) =>
		httpLoopWorkflow(sandbox, 1),
} satisfies Record<string, (cluster: Cluster, sandbox: Sandbox) => Promise<IWorkflowBase>>;

type CandidateName = keyof typeof CANDIDATES;
const CANDIDATE_NAMES = Object.keys(CANDIDATES) as CandidateName[];

interface CandidateResult {
	workers: number;
	name: CandidateName;
	perMinute: number;
	/** The part of an execution's time, from 0 to 1, in which the server was not rendering its video. */
	overheadFraction: number;
}

/** A server whose videos all take the same time. */
interface VideoServer {
	videoSeconds: number;
	sandbox: Sandbox;
}

export const queue: Benchmark = {
	name: 'queue',
	title: 'Queue mode',
	async run(size, report) {
		const { lengths, requests } = SIZES[size];
		const servers = await Promise.all(
			lengths.map(async (videoSeconds) => ({
				videoSeconds,
				sandbox: await startSandbox({ renderSeconds: videoSeconds }),
			})),
		);
		const cluster = await startCluster();
		try {
			const results: CandidateResult[] = [];
			for (const workers of [2, 1]) {
				if (workers === 1) await cluster.workers[1].stop();
				for (const name of CANDIDATE_NAMES) {
					const result = await measureThroughput(cluster, { name, workers }, servers, requests);
					report(`${workers} workers, ${name}: ${result.perMinute.toFixed(0)} a minute`);
					results.push(result);
				}
			}
			return { markdown: renderMarkdown(results, lengths, requests) };
		} finally {
			await cluster.end();
			for (const { sandbox } of servers) await sandbox.close();
		}
	},
};

/** Sends all requests at once and waits for the last execution. */
async function measureThroughput(
	cluster: Cluster,
	{ name, workers }: Pick<CandidateResult, 'name' | 'workers'>,
	servers: VideoServer[],
	requests: number,
): Promise<CandidateResult> {
	const webhooks = await Promise.all(
		servers.map(async ({ videoSeconds, sandbox }, index) => ({
			videoSeconds,
			webhook: await publish(
				{ client: cluster.client, url: cluster.main.url },
				`${workers}-${CANDIDATE_NAMES.indexOf(name)}-${index}`,
				await CANDIDATES[name](cluster, sandbox),
			),
		})),
	);
	// The first execution of a worker loads its nodes.
	for (const { webhook } of webhooks) await send(webhook, workers);
	await waitForExecutions(cluster, webhooks, workers);

	const start = Date.now();
	await Promise.all(webhooks.map(async ({ webhook }) => await send(webhook, requests)));
	const results = (await waitForExecutions(cluster, webhooks, requests + workers)).filter(
		(each) => each.endedAt > start,
	);
	if (results.length !== requests * servers.length) throw new Error(`${results.length} executions`);
	const minutes = (Math.max(...results.map(({ endedAt }) => endedAt)) - start) / 60_000;
	const meanDurationMs = mean(results.map(({ durationMs }) => durationMs));
	return {
		workers,
		name,
		perMinute: results.length / minutes,
		overheadFraction:
			1 - (mean(results.map(({ videoSeconds }) => videoSeconds)) * 1000) / meanDurationMs,
	};
}

async function send(webhook: Published, count: number): Promise<void> {
	await Promise.all(Array.from({ length: count }, async () => await webhook.send({})));
}

interface FinishedExecution {
	videoSeconds: number;
	endedAt: number;
	durationMs: number;
}

/** All executions, once `count` of each webhook have succeeded. */
async function waitForExecutions(
	{ client }: Cluster,
	webhooks: Array<{ videoSeconds: number; webhook: Published }>,
	count: number,
): Promise<FinishedExecution[]> {
	const results = await Promise.all(
		webhooks.map(async ({ videoSeconds, webhook }) => {
			const executions = await waitUntil(
				`${count} executions succeed`,
				async () => {
					const now = await webhook.executions();
					const failed = now.find(({ status }) => /error|crashed|canceled/.test(status));
					if (failed) throw new Error(`execution ${failed.id}: ${failed.status}`);
					return now.filter(({ status }) => status === 'success').length === count && now;
				},
				WAIT_OPTIONS,
			);
			return executions.map(({ id }) => ({ id, videoSeconds }));
		}),
	);
	return await Promise.all(
		results.flat().map(async ({ id, videoSeconds }) => {
			const { data } = await client.call('GET', `/executions/${id}`);
			return { videoSeconds, ...executionTimes(data as ExecutionDates) };
		}),
	);
}

function renderMarkdown(results: CandidateResult[], lengths: number[], requests: number): string {
	const resultOf = (name: CandidateName, workers: number) =>
		results.find((each) => each.name === name && each.workers === workers)!;
	const percent = (part: number) => `${(part * 100).toFixed(0)} %`;
	return `${requests * lengths.length} orders at once by webhook, as many of each for videos of ${lengths.join(', ')} s, at an n8n with Redis, PostgreSQL and one or two workers
of ${WORKER_CONCURRENCY} places each; an execution makes one video and gets its file. With one worker, at most ${maxPerMinute(lengths).toFixed(0)} a minute are possible: it
carries out ${WORKER_CONCURRENCY} at a time, and each lasts as long as its video. What part of an execution's time was not waiting for a video that
is being made is n8n's, and the time till somebody sees that it is done.

${markdownTable(
	[
		'Executions a minute',
		'1 worker',
		'2 workers',
		'twice as many workers',
		'not waiting for the server',
	],
	CANDIDATE_NAMES.map((name) => {
		const [one, two] = [resultOf(name, 1), resultOf(name, 2)];
		return [
			name,
			one.perMinute.toFixed(0),
			two.perMinute.toFixed(0),
			`${(two.perMinute / one.perMinute).toFixed(2)} ×`,
			`${percent(one.overheadFraction)}, ${percent(two.overheadFraction)}`,
		];
	}),
)}`;
}

const maxPerMinute = (lengths: number[]) => (WORKER_CONCURRENCY * 60) / mean(lengths);
