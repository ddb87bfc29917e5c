import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import { chain, itemsOf, videosNode } from '../../../test/e2e/support/workflow.mts';
import { startWorld, type World } from '../../../test/e2e/support/world.mts';
import { fit, median } from '../../statistics.mts';
import type { Benchmark, Extent } from '../benchmark.mts';
import { createAt } from '../create.mts';
import { plot } from '../plot.mts';
import { table, verdict } from '../table.mts';
import { cpuSecondsOf } from './cpu.mts';
import { loopDelays, watchLoop } from './loopDelay.mts';

const MOST_HEALTH_MS = 200;
const HEALTH_INTERVAL_MS = 100;

/** Seconds of a wait before it is measured, and for which it is. */
const SIZES: Record<Extent, { counts: number[]; before: number; seconds: number }> = {
	full: { counts: [1, 10, 50, 100, 250, 500], before: 20, seconds: 20 },
	small: { counts: [1, 20], before: 2, seconds: 3 },
};

interface Measured {
	count: number;
	/** Share of one processor. */
	cpu: number;
	requestsPerSecond: number;
	/** Milliseconds. */
	health: number[];
	loopDelay: number;
}

export const growth: Benchmark = {
	name: 'growth',
	title: 'Many waiting at once',
	async run(extent, report) {
		const { counts, before, seconds } = SIZES[extent];
		const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
		const loopFile = path.join(folder, 'loop');
		const sandbox = await startSandbox({ renderSeconds: 86_400 });
		const world = await startWorld({ env: watchLoop(loopFile) });
		try {
			// The first execution of an n8n loads its nodes.
			await measure(world, sandbox, loopFile, { count: 1, before: 2, seconds: 1 });
			const all: Measured[] = [];
			for (const count of counts) {
				const measured = await measure(world, sandbox, loopFile, { count, before, seconds });
				report(`${count} items: ${measured.requestsPerSecond.toFixed(1)} requests a second`);
				all.push(measured);
			}
			return { markdown: text(all, before, seconds), plots: { 'bench-growth.svg': curves(all) } };
		} finally {
			await world.end();
			await sandbox.close();
			await rm(folder, { recursive: true });
		}
	},
};

async function measure(
	{ client, n8n }: World,
	sandbox: Sandbox,
	loopFile: string,
	{ count, before, seconds }: { count: number; before: number; seconds: number },
): Promise<Measured> {
	const ids = await Promise.all(
		Array.from({ length: count }, async () => await createAt(sandbox, 'a day')),
	);
	const { apiKey, baseUrl } = sandbox;
	const credential = await client.createCredential('Own', { apiKey, baseUrl });
	const wait = { operation: 'waitUntilDone', videoId: '={{ $json.prompt }}' };
	const execution = await client.start(chain([...itemsOf(ids), videosNode(credential, wait)]));
	await sleep(before * 1000);

	const [start, cpu] = [performance.now(), await cpuSecondsOf(n8n.pid)];
	const noted = (await loopDelays(loopFile, n8n.pid)).length;
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
	if (requests === 0) throw new Error(`none of ${count} items asks for its video`);
	const measured = {
		count,
		cpu: ((await cpuSecondsOf(n8n.pid)) - cpu) / took,
		requestsPerSecond: requests / took,
		health,
		loopDelay: Math.max(...(await loopDelays(loopFile, n8n.pid)).slice(noted)),
	};
	await client.call('POST', `/executions/${execution}/stop`);
	await client.waitFor(execution);
	return measured;
}

function text(all: Measured[], before: number, seconds: number): string {
	const line = fit(all.map(({ count, cpu }) => [count, cpu * 100]));
	const last = all.at(-1)!;
	const worst = Math.max(...last.health);
	return `What one execution of Wait Until Done costs n8n while its items wait, from second ${before} to second ${before + seconds} of the wait; later
they ask less often. n8n's OpenAI node waits for one video at a time only.

${table(
	[
		'Items',
		'Requests a second',
		'Processor',
		'Health check, median',
		'worst',
		'Event loop, longest block',
	],
	all.map((each) => [
		each.count,
		each.requestsPerSecond.toFixed(1),
		`${(each.cpu * 100).toFixed(1)} %`,
		`${median(each.health).toFixed(1)} ms`,
		`${Math.max(...each.health).toFixed(0)} ms`,
		`${each.loopDelay.toFixed(0)} ms`,
	]),
)}

![Processor and requests over the number of waiting items](images/bench-growth.svg)

An item more costs ${line.slope.toFixed(3)} % of one processor; a straight line tells ${(line.r2 * 100).toFixed(0)} % of the differences. Aim: a health check in less
than ${MOST_HEALTH_MS} ms with ${last.count} items. It is ${verdict(worst < MOST_HEALTH_MS)}: ${worst.toFixed(0)} ms at worst.`;
}

const curves = (all: Measured[]): string =>
	plot({
		title: 'Waiting items in one n8n',
		x: 'items',
		y: '',
		lines: [
			{ name: 'processor, %', points: all.map(({ count, cpu }) => [count, cpu * 100]) },
			{
				name: 'requests a second',
				points: all.map(({ count, requestsPerSecond }) => [count, requestsPerSecond]),
			},
		],
	});
