import { setTimeout as sleep } from 'node:timers/promises';

import { median } from '../../statistics.mts';
import type { TransferClient } from './clients.mts';
import { peakMemory, resetPeakMemory } from './processMemory.mts';

const WARM_UP_RUNS = 5;
/** Lets the garbage of the warm-up be collected. */
const SETTLE_MS = 2000;

export interface Cost {
	/** Median of all runs, in milliseconds. */
	durationMs: number;
	/** Peak memory over all runs minus the memory before them, in bytes. */
	memoryGrowth: number;
}

/** `large` is transferred `runs` times and measured; `small` is for the warm-up. */
interface Workload<Source> {
	small: Source;
	large: Source;
	runs: number;
}

/** Measures the candidates one after the other. */
export async function measureCosts<Name extends string, Source>(
	candidates: Record<Name, () => Promise<TransferClient<Source>>>,
	workload: Workload<Source>,
	onMeasured: (name: Name, cost: Cost) => void,
): Promise<Record<Name, Cost>> {
	const costs: Array<[Name, Cost]> = [];
	for (const [name, start] of Object.entries<() => Promise<TransferClient<Source>>>(candidates)) {
		const cost = await measureCost(start, workload);
		costs.push([name as Name, cost]);
		onMeasured(name as Name, cost);
	}
	return Object.fromEntries(costs) as Record<Name, Cost>;
}

async function measureCost<Source>(
	start: () => Promise<TransferClient<Source>>,
	{ small, large, runs }: Workload<Source>,
): Promise<Cost> {
	const client = await start();
	try {
		for (let run = 0; run < WARM_UP_RUNS; run++) await client.transfer(small);
		await sleep(SETTLE_MS);
		const before = await resetPeakMemory(client.pid);
		const times: number[] = [];
		for (let run = 0; run < runs; run++) times.push(await client.transfer(large));
		// The kernel counts in batches of pages, so the peak can be slightly below the start.
		return {
			durationMs: median(times),
			memoryGrowth: Math.max(0, (await peakMemory(client.pid)) - before),
		};
	} finally {
		await client.end();
	}
}
