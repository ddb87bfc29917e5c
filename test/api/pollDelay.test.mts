import { createRequire } from 'node:module';

const { pollDelay } = createRequire(import.meta.url)(
	'../../dist/nodes/OpenAiVideos/api/pollDelay.js',
) as { pollDelay: (elapsedMs: number) => number };

describe('when to ask next', () => {
	it.each([
		[0, 1_000],
		[9_999, 1_000],
		[60_000, 6_000],
		[299_999, 30_000],
		[3_600_000, 30_000],
	])('after %i ms is in %i ms', (elapsed, delay) => {
		expect(pollDelay(elapsed)).toBe(delay);
	});
});
