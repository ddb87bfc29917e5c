import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY, PNG, rowWithFile, SORA } from '../support/fixtures.mts';
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

describe("JSON bodies held against OpenAI's own description", () => {
	const allowed: Array<[string, Parameters<typeof run>]> = [
		['prompt, model, size and seconds', [asJson()]],
		['prompt and model alone', [{ ...asJson(), size: 'serverDefault', seconds: 'serverDefault' }]],
		[
			'a picture of the item',
			[
				{ ...asJson(), referenceImage: 'binary', referenceBinaryField: 'data' },
				{ items: [rowWithFile(PNG)] },
			],
		],
		[
			'a picture on the web',
			[{ ...asJson(), referenceImage: 'url', referenceUrl: 'https://example.com/a.png' }],
		],
		[
			'a picture that the server already has',
			[asJson({ extraFields: '{ "input_reference": { "file_id": "file-123" } }' })],
		],
	];

	it.each(allowed)('Create sends %s as described', async (_name, [parameters, setup]) => {
		const { items, error } = await run(parameters, setup);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(prism.complaints).toEqual([]);
		expect(prism.accepted).toEqual([JSON_BODY]);
	});

	it.each([
		['Edit', 'edit', '/edits'],
		['Extend', 'extend', '/extensions'],
	])('%s sends the ID of a video as described', async (_name, operation, path) => {
		const { items, error } = await run({ operation, videoId: 'video_1', prompt: 'a cat' });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(prism.complaints).toEqual([]);
		expect(prism.accepted).toEqual([`POST /v1/videos${path} application/json`]);
	});

	// The text beside the list names 16 and 20 seconds, too.
	it.each([
		[
			'an edit with a field that it does not list',
			{ operation: 'edit', options: { extraFields: '{ "seconds": "4" }' } },
			"Request body must NOT have additional properties; found 'seconds'",
		],
		[
			'an extension by a length it does not list',
			{ operation: 'extend', seconds: '16' },
			'Request body property seconds must be equal to one of the allowed values: 4, 8, 12',
		],
		[
			'an extension by no length',
			{ operation: 'extend', seconds: 'serverDefault' },
			"Request body must have required property 'seconds'",
		],
	])('%s is refused', async (_name, parameters, complaint) => {
		const { error } = await run({ videoId: 'video_1', prompt: 'a cat', ...parameters });
		expect(prism.complaints[0]).toBe(complaint);
		expect(prism.received).toHaveLength(1);
		expect(error?.message).toMatch(/^The server did not (edit|extend) video 'video_1' \(422\): /);
	});

	it.each<[string, object, string]>([
		[
			'a length it does not list',
			{ seconds: 'custom', customSeconds: '5' },
			'Request body property seconds must be equal to one of the allowed values: 4, 8, 12',
		],
		[
			'a further field that it does not list',
			{ options: { bodyFormat: 'json', extraFields: '{ "seed": 7 }' } },
			"Request body must NOT have additional properties; found 'seed'",
		],
	])('%s is refused, and Create tells so without sending it again', async (_name, more, words) => {
		const { error } = await run({ ...asJson(), ...more });
		expect(prism.complaints[0]).toBe(words);
		expect(prism.received).toEqual([JSON_BODY]);
		expect(prism.accepted).toEqual([]);
		expect(error?.message).toMatch(/^The server did not accept this video \(422\): /);
	});
});
