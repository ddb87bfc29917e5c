import { setTimeout as sleep } from 'node:timers/promises';

import { median } from '../../statistics.mts';
import type { Carrier } from './clients.mts';
import { holdsNow, peakOf } from './processMemory.mts';

const WARM_UPS = 5;
/** What the last of them has left behind is put away meanwhile. */
const REST_MS = 2000;

export interface Cost {
	/** Median of all runs, in milliseconds. */
	ms: number;
	/** The most memory held over them all, above what it held before, in bytes. */
	growth: number;
}

/** A large file to carry so many times, and a small one to warm up with. */
export interface Load<What> {
	small: What;
	large: What;
	runs: number;
}

/** What it costs each contender, one after the other; `tell` hears of each at once. */
export async function costsOf<Name extends string, What>(
	contenders: Record<Name, () => Promise<Carrier<What>>>,
	load: Load<What>,
	tell: (name: Name, cost: Cost) => void,
): Promise<Record<Name, Cost>> {
	const costs: Array<[Name, Cost]> = [];
	for (const [name, start] of Object.entries<() => Promise<Carrier<What>>>(contenders)) {
		const cost = await costOf(start, load);
		costs.push([name as Name, cost]);
		tell(name as Name, cost);
	}
	return Object.fromEntries(costs) as Record<Name, Cost>;
}

/** What it costs a fresh carrier, warmed up, to carry the large file. */
async function costOf<What>(
	start: () => Promise<Carrier<What>>,
	{ small, large, runs }: Load<What>,
): Promise<Cost> {
	const carrier = await start();
	try {
		for (let run = 0; run < WARM_UPS; run++) await carrier.carry(small);
		await sleep(REST_MS);
		const before = await holdsNow(carrier.pid);
		const times: number[] = [];
		for (let run = 0; run < runs; run++) times.push(await carrier.carry(large));
		// The kernel counts in batches of pages: the peak can be a little below.
		return { ms: median(times), growth: Math.max(0, (await peakOf(carrier.pid)) - before) };
	} finally {
		await carrier.end();
	}
}
