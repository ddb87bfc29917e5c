import type { Benchmark } from './benchmark.mts';
import { download } from './files/download.mts';
import { weight } from './files/packageSize.mts';
import { upload } from './files/upload.mts';
import { growth } from './load/growth.mts';
import { queue } from './load/queue.mts';
import { batch } from './waiting/batch.mts';
import { noticing } from './waiting/pollingLatency.mts';

/** All that can be measured, in the order of docs/benchmarks.md. */
export const BENCHMARKS: Benchmark[] = [batch, noticing, download, upload, growth, queue, weight];
