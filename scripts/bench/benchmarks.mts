import type { Benchmark } from './benchmark.mts';

/** All that can be measured, in the order of docs/benchmarks.md. */
export const BENCHMARKS: Benchmark[] = [];
