import { rememberCheck } from '../../nodes/OpenAiVideos/api/orders/checks.ts';
import type { Run } from '../../nodes/OpenAiVideos/api/orders/run.ts';

describe('what is remembered of the check of an item', () => {
	const remembered = (check: Promise<unknown>) => {
		const run = { checks: new Map() } as Run;
		rememberCheck(run, 0, check);
		return run.checks.get(0);
	};

	it('is not what was read: a file would stay in memory until the last item is done', async () => {
		expect(await remembered(Promise.resolve({ video: Buffer.alloc(10) }))).toBeUndefined();
	});

	it('is the complaint', async () => {
		await expect(remembered(Promise.reject(new Error('no')))).rejects.toThrow('no');
	});
});
