import { addValidation, type RunState } from '../../nodes/OpenAiVideos/api/runState.ts';

describe('validation of an item', () => {
	const rememberedFrom = (validation: Promise<unknown>) => {
		const run = { validations: new Map() } as RunState;
		addValidation(run, 0, validation);
		return run.validations.get(0);
	};

	it('keeps no file in memory until the last item is done', async () => {
		expect(await rememberedFrom(Promise.resolve({ video: Buffer.alloc(10) }))).toBeUndefined();
	});

	it('keeps the validation error', async () => {
		await expect(rememberedFrom(Promise.reject(new Error('no')))).rejects.toThrow('no');
	});
});
