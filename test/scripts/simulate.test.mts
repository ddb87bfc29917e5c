import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PACKAGE_ROOT } from '../../scripts/engine.mts';
import {
	type ProgressProfile,
	simulateWaits,
	type SimulatedWait,
} from '../../scripts/simulation.mts';
import { mean } from '../../scripts/statistics.mts';

const MINUTE = 60_000;
const ALL_LENGTHS = [10, 20, 30, 45, 60, 90, 120, 300, 600, 1200];
const WAIT_COUNT = 300;

const latencies = (waits: SimulatedWait[]) => waits.map(({ latencyMs }) => latencyMs);
const pollCounts = (waits: SimulatedWait[]) => waits.map(({ pollTimes }) => pollTimes.length);

const cachedWaits = new Map<string, Promise<SimulatedWait[]>>();

/** Cached, because several tests use the same waits. */
function simulateNode(profile: ProgressProfile, seconds: number): Promise<SimulatedWait[]> {
	const key = `${profile} ${seconds}`;
	const waits =
		cachedWaits.get(key) ?? simulateWaits(profile, 'this node', seconds * 1000, WAIT_COUNT);
	cachedWaits.set(key, waits);
	return waits;
}

/** The waits that detected the finished video too late. */
const lateWaits = (waits: SimulatedWait[]) =>
	waits.filter(
		({ lengthMs, latencyMs }) => latencyMs > Math.min(30_000, Math.max(1_500, lengthMs / 10)),
	);

/** The most polls within any 100 ms of the second minute. */
function maxConcurrentPolls(waits: SimulatedWait[]): number {
	const pollTimes = waits
		.flatMap((wait) => wait.pollTimes)
		.filter((at) => at >= MINUTE && at < 2 * MINUTE);
	return Math.max(
		...pollTimes.map((from) => pollTimes.filter((at) => at >= from && at < from + 100).length),
	);
}

describe('Wait Until Done with even progress', () => {
	// Odd lengths too, so that the schedule is not tuned to round ones.
	it.each([60, 66, 75, 90, 100, 120, 150, 200, 240, 300, 400, 600, 1200])(
		'detects a video of %i s within 1.5 s, with at most 6 polls more than every 10 s',
		async (seconds) => {
			const waits = await simulateNode('smooth', seconds);
			const fixed = await simulateWaits('smooth', 'fixed 10 s', seconds * 1000, WAIT_COUNT);
			expect(mean(latencies(waits))).toBeLessThanOrEqual(1_500);
			expect(mean(pollCounts(waits))).toBeLessThanOrEqual(mean(pollCounts(fixed)) + 6);
			expect(lateWaits(waits)).toEqual([]);
		},
	);
});

describe.each<ProgressProfile>(['stuck at 0', 'absent', 'jumpy', 'stuck at 99'])(
	'Wait Until Done with progress %s',
	(profile) => {
		it.each(ALL_LENGTHS)(
			'detects a video of %i s within 5 % of its length on average, and 10 % at worst',
			async (seconds) => {
				const waits = await simulateNode(profile, seconds);
				const maxMean = Math.max(1_000, mean(waits.map(({ lengthMs }) => lengthMs)) / 20);
				expect(mean(latencies(waits))).toBeLessThanOrEqual(maxMean);
				expect(lateWaits(waits)).toEqual([]);
			},
		);

		it('polls at most 80 times for a video of up to 20 minutes', async () => {
			const waits = (await simulateNode(profile, 1200)).filter(
				({ lengthMs }) => lengthMs <= 20 * MINUTE,
			);
			expect(waits.length).toBeGreaterThan(WAIT_COUNT / 3);
			expect(Math.max(...pollCounts(waits))).toBeLessThanOrEqual(80);
		});
	},
);

describe.each<ProgressProfile>([
	'noisy',
	'steps of 4',
	'slow start',
	'slow end',
	'slow start and end',
])('Wait Until Done with uneven progress (%s)', (profile) => {
	it.each(ALL_LENGTHS)('detects a video of %i s within 10 % of its length', async (seconds) => {
		expect(lateWaits(await simulateNode(profile, seconds))).toEqual([]);
	});
});

describe('Wait Until Done', () => {
	it.each<ProgressProfile>(['smooth', 'stuck at 0', 'jumpy', 'stuck at 99', 'noisy', 'slow end'])(
		'polls a short video (%s) at once, then about every second, and detects it within 1 s',
		async (profile) => {
			for (const seconds of [10, 30]) {
				const waits = await simulateNode(profile, seconds);
				expect(new Set(waits.map(({ pollTimes }) => pollTimes[0]))).toEqual(new Set([0]));
				expect(Math.max(...waits.map(({ pollTimes }) => pollTimes[1]))).toBeLessThanOrEqual(1_500);
				expect(mean(latencies(waits))).toBeLessThanOrEqual(1_000);
				expect(Math.max(...pollCounts(waits))).toBeLessThanOrEqual(seconds);
			}
		},
	);

	it('spreads the polls of 100 videos that were started together', async () => {
		const waits = await simulateWaits('stuck at 0', 'this node', 20 * MINUTE, 100);
		expect(maxConcurrentPolls(waits)).toBeLessThanOrEqual(15);
		const fixedInterval = await simulateWaits('stuck at 0', 'fixed 10 s', 20 * MINUTE, 100);
		expect(maxConcurrentPolls(fixedInterval)).toBe(100);
	});
});

describe('npm run simulate', () => {
	const simulate = (...args: string[]) =>
		spawnSync(process.execPath, ['--import', 'tsx', 'scripts/simulate.mts', ...args], {
			cwd: PACKAGE_ROOT,
			env: { ...process.env, NODE_ENV: '' },
			encoding: 'utf8',
		});

	it('prints the tables of docs/waiting.md with --markdown', () => {
		const tables = simulate('--markdown').stdout.trim().split('\n\n');
		expect(tables).toHaveLength(2);
		const page = readFileSync(path.join(PACKAGE_ROOT, 'docs/waiting.md'), 'utf8');
		const shown = page
			.trim()
			.split('\n\n')
			.filter((block) => block.startsWith('| '));
		expect(shown).toEqual(tables);
	});

	it('prints the same tables in aligned columns without --markdown', () => {
		const cells = (text: string, between: RegExp) =>
			text
				.split('\n')
				.filter((line) => line !== '' && !line.startsWith('| ---'))
				.map((line) => line.replace(/^\| | \|$/g, '').split(between));
		const shown = simulate().stdout;
		expect(cells(shown, / {2,}/)).toEqual(cells(simulate('--markdown').stdout, / \| /));
		const [head, first] = shown.split('\n');
		expect(first).toHaveLength(head.length);
	});

	it('prints one line about an unknown flag and exits with 1', () => {
		const { status, stderr } = simulate('--markdwon');
		expect(stderr).toMatch(/^simulate: Unknown option '--markdwon'[^\n]*\n$/);
		expect(status).toBe(1);
	});
});
