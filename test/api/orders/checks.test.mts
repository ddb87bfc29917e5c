import { createRequire } from 'node:module';

interface Run {
	checks: Map<number, Promise<void>>;
}

const { rememberCheck } = createRequire(import.meta.url)(
	'../../../dist/nodes/OpenAiVideos/api/orders/checks.js',
) as { rememberCheck: (run: Run, item: number, check: Promise<unknown>) => void };

describe('what is remembered of the check of an item', () => {
	const remembered = (check: Promise<unknown>) => {
		const run: Run = { checks: new Map() };
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
