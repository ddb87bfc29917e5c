import { pollDelay, type Sighting } from '../../nodes/OpenAiVideos/api/waiting/pollDelay.ts';

const SECOND = 1000;

/** Looks every `step` seconds up to `until`, each showing what `progressAt` says of its second. */
const looks = (
	until: number,
	progressAt: (second: number) => number | undefined,
	step = 10,
): Sighting[] =>
	Array.from({ length: until / step + 1 }, (_, i) => ({
		at: i * step * SECOND,
		progress: progressAt(i * step),
	}));

/** A video of 200 s that waits for 20 s before it begins. */
const honest = (second: number) => Math.max(0, Math.floor((second - 20) / 1.8));

describe('when to ask next', () => {
	it.each([
		[10, 1_350],
		[20, 1_680],
		[100, 9_400],
		[1000, 29_800],
	])('is by the time waited where progress is unknown: after %i s', (second, delay) => {
		expect(
			pollDelay(
				looks(second, () => undefined),
				0,
			),
		).toBe(delay);
		expect(
			pollDelay(
				looks(second, () => 0),
				0,
			),
		).toBe(delay);
	});

	it.each([
		['stuck at 99', (second: number) => Math.min(99, second)],
		['stuck in the middle', (second: number) => Math.min(40, second)],
		['going down', (second: number) => 100 - Math.floor(second / 3)],
		['absent again', (second: number) => (second < 150 ? 30 : undefined)],
		['not a number', () => NaN],
	])('is by the time waited where progress is %s', (_name, progressAt) => {
		expect(pollDelay(looks(200, progressAt), 0)).toBe(18_800);
	});

	it('is seldom while honest progress is far from its end', () => {
		expect(pollDelay(looks(100, honest), 0)).toBe(29_800);
	});

	it('is shortly before or after the predicted end when that is near', () => {
		const delay = pollDelay(looks(180, honest), 0);
		expect(180 * SECOND + delay).toBeGreaterThan(197 * SECOND);
		expect(180 * SECOND + delay).toBeLessThan(203 * SECOND);
	});

	it('is soon when uneven progress may be at its end soon', () => {
		const seen = looks(190, (second) => Math.floor(100 * (second / 200) ** 2));
		expect(pollDelay(seen, 0)).toBeLessThan(15_000);
	});

	it('is not long after progress has only just begun to move', () => {
		const seen = looks(24, (second) => Math.max(0, second - 20), 1);
		expect(pollDelay(seen, 0)).toBeLessThanOrEqual(4 * SECOND);
	});

	it('is spread by chance: over a second at first, slightly later', () => {
		const first = looks(0, () => undefined);
		expect([pollDelay(first, 0), pollDelay(first, 1)]).toEqual([1_350, 350]);
		const later = looks(1000, () => undefined);
		expect([pollDelay(later, 0), pollDelay(later, 1)]).toEqual([29_800, 29_204]);
	});

	it.each([
		['all at one moment', () => 0],
		['on a clock that was set back', (i: number) => -i * SECOND],
	])('is never at once, even for looks %s', (_name, at) => {
		const seen = Array.from({ length: 20 }, (_, i) => ({ at: at(i), progress: i * 5 }));
		for (let count = 1; count <= seen.length; count++) {
			expect(pollDelay(seen.slice(0, count), 1)).toBeGreaterThanOrEqual(300);
		}
	});

	it('leaves the history as it was', () => {
		const seen = looks(100, honest);
		const before = structuredClone(seen);
		pollDelay(seen, 0.5);
		expect(seen).toEqual(before);
	});
});
