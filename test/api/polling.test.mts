import { pollDelay, type PollSample } from '../../nodes/OpenAiVideos/api/polling.ts';

const SECOND = 1000;

/** One poll sample every `step` seconds up to `until`, each with the progress at its second. */
const samplesOf = (
	until: number,
	progressAt: (second: number) => number | undefined,
	step = 10,
): PollSample[] =>
	Array.from({ length: until / step + 1 }, (_, i) => ({
		elapsedMs: i * step * SECOND,
		progress: progressAt(i * step),
	}));

/** A video of 200 s that is queued for 20 s. */
const steady = (second: number) => Math.max(0, Math.floor((second - 20) / 1.8));

describe('poll interval', () => {
	it.each([
		[10, 1_350],
		[20, 1_680],
		[100, 9_400],
		[1000, 29_800],
	])('depends on the time waited when progress is unknown: after %i s', (second, delay) => {
		expect(
			pollDelay(
				samplesOf(second, () => undefined),
				0,
			),
		).toBe(delay);
		expect(
			pollDelay(
				samplesOf(second, () => 0),
				0,
			),
		).toBe(delay);
	});

	it.each([
		['stuck at 99', (second: number) => Math.min(99, second)],
		['stuck in the middle', (second: number) => Math.min(40, second)],
		['going down', (second: number) => 100 - Math.floor(second / 3)],
		['missing again', (second: number) => (second < 150 ? 30 : undefined)],
		['not a number', () => NaN],
	])('depends on the time waited when progress is %s', (_name, progressAt) => {
		expect(pollDelay(samplesOf(200, progressAt), 0)).toBe(18_800);
	});

	it('is long while steady progress is far from complete', () => {
		expect(pollDelay(samplesOf(100, steady), 0)).toBe(29_800);
	});

	it('ends close to the predicted completion when that is near', () => {
		const delay = pollDelay(samplesOf(180, steady), 0);
		expect(180 * SECOND + delay).toBeGreaterThan(197 * SECOND);
		expect(180 * SECOND + delay).toBeLessThan(203 * SECOND);
	});

	it('is short when uneven progress may complete soon', () => {
		const samples = samplesOf(190, (second) => Math.floor(100 * (second / 200) ** 2));
		expect(pollDelay(samples, 0)).toBeLessThan(15_000);
	});

	it('is short when progress has only just started', () => {
		const samples = samplesOf(24, (second) => Math.max(0, second - 20), 1);
		expect(pollDelay(samples, 0)).toBeLessThanOrEqual(4 * SECOND);
	});

	it('is randomized: by a second at first, slightly later', () => {
		const first = samplesOf(0, () => undefined);
		expect([pollDelay(first, 0), pollDelay(first, 1)]).toEqual([1_350, 350]);
		const later = samplesOf(1000, () => undefined);
		expect([pollDelay(later, 0), pollDelay(later, 1)]).toEqual([29_800, 29_204]);
	});

	it.each([
		['taken at the same moment', () => 0],
		['taken while the clock is set back', (i: number) => -i * SECOND],
	])('is at least 300 ms, even for poll samples %s', (_name, elapsedAt) => {
		const samples = Array.from({ length: 20 }, (_, i) => ({
			elapsedMs: elapsedAt(i),
			progress: i * 5,
		}));
		for (let count = 1; count <= samples.length; count++) {
			expect(pollDelay(samples.slice(0, count), 1)).toBeGreaterThanOrEqual(300);
		}
	});

	it('does not change the poll samples', () => {
		const samples = samplesOf(100, steady);
		const before = structuredClone(samples);
		pollDelay(samples, 0.5);
		expect(samples).toEqual(before);
	});
});
