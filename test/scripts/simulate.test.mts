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
const MANY = 300;

const delays = (waits: SimulatedWait[]) => waits.map(({ latencyMs }) => latencyMs);
const questions = (waits: SimulatedWait[]) => waits.map(({ pollTimes }) => pollTimes.length);

const simulated = new Map<string, Promise<SimulatedWait[]>>();

/** Always the same for the same video: what several tests look at is simulated once. */
function node(server: ProgressProfile, seconds: number): Promise<SimulatedWait[]> {
	const key = `${server} ${seconds}`;
	const waits = simulated.get(key) ?? simulateWaits(server, 'this node', seconds * 1000, MANY);
	simulated.set(key, waits);
	return waits;
}

/** The waits in which a finished video went unnoticed for too long. */
const tooLate = (waits: SimulatedWait[]) =>
	waits.filter(
		({ lengthMs, latencyMs }) => latencyMs > Math.min(30_000, Math.max(1_500, lengthMs / 10)),
	);

/** The most questions within any 100 ms of the second minute. */
function biggestRush(waits: SimulatedWait[]): number {
	const asked = waits
		.flatMap((wait) => wait.pollTimes)
		.filter((at) => at >= MINUTE && at < 2 * MINUTE);
	return Math.max(
		...asked.map((from) => asked.filter((at) => at >= from && at < from + 100).length),
	);
}

describe('where progress is honest', () => {
	// Lengths beside the round ones too, so that the schedule is not made for those.
	it.each([60, 66, 75, 90, 100, 120, 150, 200, 240, 300, 400, 600, 1200])(
		'a video of %i s is noticed within 1.5 s, for at most 6 questions more than every 10 s',
		async (seconds) => {
			const waits = await node('smooth', seconds);
			const fixed = await simulateWaits('smooth', 'fixed 10 s', seconds * 1000, MANY);
			expect(mean(delays(waits))).toBeLessThanOrEqual(1_500);
			expect(mean(questions(waits))).toBeLessThanOrEqual(mean(questions(fixed)) + 6);
			expect(tooLate(waits)).toEqual([]);
		},
	);
});

describe.each<ProgressProfile>(['stuck at 0', 'absent', 'jumpy', 'stuck at 99'])(
	'where progress is %s',
	(server) => {
		it.each(ALL_LENGTHS)(
			'a video of %i s is noticed within 5 % of its time on average, and 10 % at worst',
			async (seconds) => {
				const waits = await node(server, seconds);
				const longest = Math.max(1_000, mean(waits.map(({ lengthMs }) => lengthMs)) / 20);
				expect(mean(delays(waits))).toBeLessThanOrEqual(longest);
				expect(tooLate(waits)).toEqual([]);
			},
		);

		it('a video of up to 20 minutes takes at most 80 questions', async () => {
			const waits = (await node(server, 1200)).filter(({ lengthMs }) => lengthMs <= 20 * MINUTE);
			expect(waits.length).toBeGreaterThan(MANY / 3);
			expect(Math.max(...questions(waits))).toBeLessThanOrEqual(80);
		});
	},
);

describe.each<ProgressProfile>([
	'noisy',
	'steps of 4',
	'slow start',
	'slow end',
	'slow start and end',
])('where progress moves, but not evenly (%s)', (server) => {
	it.each(ALL_LENGTHS)('a video of %i s is not noticed too late', async (seconds) => {
		expect(tooLate(await node(server, seconds))).toEqual([]);
	});
});

describe('any wait', () => {
	it.each<ProgressProfile>(['smooth', 'stuck at 0', 'jumpy', 'stuck at 99', 'noisy', 'slow end'])(
		'for a short video (%s) asks at once, then about each second, and notices within 1 s',
		async (server) => {
			for (const seconds of [10, 30]) {
				const waits = await node(server, seconds);
				expect(new Set(waits.map(({ pollTimes }) => pollTimes[0]))).toEqual(new Set([0]));
				expect(Math.max(...waits.map(({ pollTimes }) => pollTimes[1]))).toBeLessThanOrEqual(1_500);
				expect(mean(delays(waits))).toBeLessThanOrEqual(1_000);
				expect(Math.max(...questions(waits))).toBeLessThanOrEqual(seconds);
			}
		},
	);

	it('is not in step with 99 others that began at the same moment', async () => {
		const waits = await simulateWaits('stuck at 0', 'this node', 20 * MINUTE, 100);
		expect(biggestRush(waits)).toBeLessThanOrEqual(15);
		const inStep = await simulateWaits('stuck at 0', 'fixed 10 s', 20 * MINUTE, 100);
		expect(biggestRush(inStep)).toBe(100);
	});
});

describe('the command', () => {
	const simulate = (...args: string[]) =>
		spawnSync(process.execPath, ['--import', 'tsx', 'scripts/simulate.mts', ...args], {
			cwd: PACKAGE_ROOT,
			env: { ...process.env, NODE_ENV: '' },
			encoding: 'utf8',
		});

	it('prints the tables that docs/waiting.md shows', () => {
		const tables = simulate('--markdown').stdout.trim().split('\n\n');
		expect(tables).toHaveLength(2);
		const page = readFileSync(path.join(PACKAGE_ROOT, 'docs/waiting.md'), 'utf8');
		const shown = page
			.trim()
			.split('\n\n')
			.filter((block) => block.startsWith('| '));
		expect(shown).toEqual(tables);
	});

	it('lines the same up for the eye where Markdown is not wanted', () => {
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

	it('says in one line what is wrong with a wrong flag, and ends with 1', () => {
		const { status, stderr } = simulate('--markdwon');
		expect(stderr).toMatch(/^simulate: Unknown option '--markdwon'[^\n]*\n$/);
		expect(status).toBe(1);
	});
});
