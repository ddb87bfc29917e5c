import { rememberCheck } from '../../nodes/OpenAiVideos/api/orders/checks.ts';
import type { Run } from '../../nodes/OpenAiVideos/api/orders/run.ts';

describe('validation of an item', () => {
	const rememberedFrom = (validation: Promise<unknown>) => {
		const run = { checks: new Map() } as Run;
		rememberCheck(run, 0, validation);
		return run.checks.get(0);
	};

	it('keeps no file in memory until the last item is done', async () => {
		expect(await rememberedFrom(Promise.resolve({ video: Buffer.alloc(10) }))).toBeUndefined();
	});

	it('keeps the validation error', async () => {
		await expect(rememberedFrom(Promise.reject(new Error('no')))).rejects.toThrow('no');
	});
});
