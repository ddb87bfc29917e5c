import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY, PNG, itemWithFile, SORA } from '../support/fixtures.mts';
import { runNode, stopSharedEngine } from '../support/nodeRunner.mts';
import { openAiSpec } from '../support/openAiSpec.mts';
import { type Prism, startPrism } from '../support/prism.mts';

const JSON_BODY = 'POST /v1/videos application/json';

const asJson = (options = {}) => ({
	operation: 'create',
	model: SORA,
	prompt: 'Ein Kätzchen – 子猫 🐈',
	options: { bodyFormat: 'json', ...options },
});

let prism: Prism;

const run = async (parameters: Parameters<typeof runNode>[0], setup = {}) =>
	await runNode(parameters, {
		credentials: { apiKey: API_KEY, baseUrl: prism.baseUrl },
		...setup,
	});

beforeEach(async () => {
	new FakeClock();
	prism = await startPrism(await openAiSpec());
});

afterEach(async () => await prism.close());

afterAll(stopSharedEngine);

describe("JSON bodies validated against OpenAI's API spec", () => {
	const valid: Array<[string, Parameters<typeof run>]> = [
		['prompt, model, size and seconds', [asJson()]],
		['prompt and model alone', [{ ...asJson(), size: 'serverDefault', seconds: 'serverDefault' }]],
		[
			'an image from a binary field',
			[
				{ ...asJson(), referenceImage: 'binary', referenceBinaryField: 'data' },
				{ items: [itemWithFile(PNG)] },
			],
		],
		[
			'an image URL',
			[{ ...asJson(), referenceImage: 'url', referenceUrl: 'https://example.com/a.png' }],
		],
		[
			'an image file ID',
			[asJson({ extraFields: '{ "input_reference": { "file_id": "file-123" } }' })],
		],
	];

	it.each(valid)('Create sends a valid body with %s', async (_name, [parameters, setup]) => {
		const { items, error } = await run(parameters, setup);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(prism.validationErrors).toEqual([]);
		expect(prism.accepted).toEqual([JSON_BODY]);
	});

	it.each([
		['Edit', 'edit', '/edits'],
		['Extend', 'extend', '/extensions'],
	])('%s sends a valid body with the ID of a video', async (_name, operation, path) => {
		const { items, error } = await run({ operation, videoId: 'video_1', prompt: 'a cat' });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(prism.validationErrors).toEqual([]);
		expect(prism.accepted).toEqual([`POST /v1/videos${path} application/json`]);
	});

	// The spec's text also mentions 16 and 20 seconds, but its enum does not.
	it.each([
		[
			'Edit reports a field that is not listed',
			{ operation: 'edit', options: { extraFields: '{ "seconds": "4" }' } },
			"Request body must NOT have additional properties; found 'seconds'",
		],
		[
			'Extend reports a length that is not listed',
			{ operation: 'extend', seconds: '16' },
			'Request body property seconds must be equal to one of the allowed values: 4, 8, 12',
		],
		[
			'Extend reports a missing length',
			{ operation: 'extend', seconds: 'serverDefault' },
			"Request body must have required property 'seconds'",
		],
	])('%s', async (_name, parameters, validationError) => {
		const { error } = await run({ videoId: 'video_1', prompt: 'a cat', ...parameters });
		expect(prism.validationErrors[0]).toBe(validationError);
		expect(prism.received).toHaveLength(1);
		expect(error?.message).toMatch(/^The server did not (edit|extend) video 'video_1' \(422\): /);
	});

	it.each<[string, object, string]>([
		[
			'a length that is not listed',
			{ seconds: 'custom', customSeconds: '5' },
			'Request body property seconds must be equal to one of the allowed values: 4, 8, 12',
		],
		[
			'an extra field that is not listed',
			{ options: { bodyFormat: 'json', extraFields: '{ "seed": 7 }' } },
			"Request body must NOT have additional properties; found 'seed'",
		],
	])('Create reports %s, and does not retry', async (_name, more, validationError) => {
		const { error } = await run({ ...asJson(), ...more });
		expect(prism.validationErrors[0]).toBe(validationError);
		expect(prism.received).toEqual([JSON_BODY]);
		expect(prism.accepted).toEqual([]);
		expect(error?.message).toMatch(/^The server did not accept this video \(422\): /);
	});
});
