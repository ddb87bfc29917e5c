import { API_STYLES } from '../../nodes/OpenAiVideos/apiStyle.ts';
import {
	addValidation,
	countRefusal,
	idempotencyKey,
	type RunState,
	type VideoParams,
} from '../../nodes/OpenAiVideos/api/runState.ts';
import type { OperationContext } from '../../nodes/OpenAiVideos/types.ts';

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

describe('the idempotency key of a request', () => {
	const context = {
		getInstanceId: () => 'instance',
		getWorkflow: () => ({ id: 'workflow' }),
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
		getExecutionId: () => '7',
		getNode: () => ({ id: 'node' }),
		getItemIndex: () => 0,
	} as unknown as OperationContext;
	const newRun = () => ({ refusals: new Map() }) as RunState;
	const image = { bytes: Buffer.alloc(200_000, 1), fileName: 'a.png', mimeType: 'image/png' };
	const params: VideoParams = { model: 'm', prompt: 'a cat', size: '16:9', seconds: '4', image };
	const keyOf = (more: Partial<VideoParams> = {}, run = newRun(), style = API_STYLES.openai) =>
		idempotencyKey(context, run, { ...params, ...more }, style);

	it('is the same in a new process, as after a crash', () => {
		expect(keyOf({ image: { ...image, bytes: Buffer.from(image.bytes) } })).toBe(keyOf());
	});

	it.each<[what: string, more: Partial<VideoParams>]>([
		['prompt', { prompt: 'a dog' }],
		['model', { model: 'n' }],
		['size', { size: '9:16' }],
		['length', { seconds: '8' }],
		['field', { extra: { seed: 1 } }],
		['source video', { videoId: 'video_1' }],
		['image URL', { image: 'https://example.com/a.png' }],
		['image', { image: { ...image, bytes: Buffer.alloc(200_000, 2) } }],
		['end of the image', { image: { ...image, bytes: Buffer.concat([image.bytes, image.bytes]) } }],
		['source file', { video: image }],
		['extra file', { files: { last_frame: [image] } }],
	])('is another one with another %s', (_what, more) => {
		expect(keyOf(more)).not.toBe(keyOf());
	});

	it('is another one in another style, and after each refusal', () => {
		const run = newRun();
		const keys = [keyOf({}, run), keyOf({}, run, API_STYLES.openaiJson)];
		countRefusal(run, 0);
		keys.push(keyOf({}, run));
		countRefusal(run, 0);
		keys.push(keyOf({}, run));
		expect(new Set(keys).size).toBe(4);
	});
});
