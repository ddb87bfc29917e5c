import type { Benchmark } from './benchmark.mts';
import { download } from './files/download.mts';
import { packageSize } from './files/packageSize.mts';
import { upload } from './files/upload.mts';
import { growth } from './load/growth.mts';
import { queue } from './load/queue.mts';
import { batch } from './waiting/batch.mts';
import { pollingLatency } from './waiting/pollingLatency.mts';

/** In the order of docs/benchmarks.md. */
export const BENCHMARKS: Benchmark[] = [
	batch,
	pollingLatency,
	download,
	upload,
	growth,
	queue,
	packageSize,
];
