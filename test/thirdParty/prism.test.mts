import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY, MP4, PNG, itemWithFile, SORA } from '../support/fixtures.mts';
import { runNode, stopSharedEngine } from '../support/nodeRunner.mts';
import { openAiSpec } from '../support/openAiSpec.mts';
import { type Prism, startPrism } from '../support/prism.mts';

const FORM = 'POST /v1/videos multipart/form-data';
const CREATE = { operation: 'create', model: SORA, prompt: 'Ein Kätzchen – 子猫 🐈' };

/** As in OpenAI's spec, nulls included; Prism rejects a response of another shape. */
const FINISHED = {
	id: 'video_1',
	object: 'video',
	model: 'sora-2',
	status: 'completed',
	progress: 100,
	created_at: 1741570283,
	completed_at: 1741570383,
	expires_at: null,
	prompt: null,
	size: '720x1280',
	seconds: '4',
	remixed_from_video_id: null,
	error: null,
};

let prism: Prism;
let time: FakeClock;

const run = async (parameters: Parameters<typeof runNode>[0], setup = {}) =>
	await runNode(parameters, {
		credentials: { apiKey: API_KEY, baseUrl: prism.baseUrl },
		items: [{ json: { id: 'video_1' } }],
		...setup,
	});

beforeEach(async () => {
	prism = await startPrism(await openAiSpec());
	time = new FakeClock();
});

afterEach(async () => await prism.close());

afterAll(stopSharedEngine);

describe("Requests validated against OpenAI's API spec", () => {
	afterEach(() => {
		expect(prism.validationErrors).toEqual([]);
		expect(prism.accepted).toEqual(prism.received);
	});

	it('Create sends a valid form', async () => {
		const { items, error } = await run(CREATE);
		expect(error).toBeUndefined();
		expect(prism.accepted).toEqual([FORM]);
		expect(items[0].json).toMatchObject({ id: 'string', status: 'pending' });
	});

	it('Create sends a valid form without size and seconds', async () => {
		const { error } = await run({ ...CREATE, size: 'serverDefault', seconds: 'serverDefault' });
		expect(error).toBeUndefined();
		expect(prism.accepted).toEqual([FORM]);
	});

	// Prism only reads the form fields it knows, all as text. The tests of Create show that there are no
	// other fields, and that the image is a file with its name, type and bytes.
	it('Create sends a valid form with an image', async () => {
		const { error } = await run(
			{ ...CREATE, referenceImage: 'binary', referenceBinaryField: 'data' },
			{ items: [itemWithFile(PNG)] },
		);
		expect(error).toBeUndefined();
		expect(prism.accepted).toEqual([FORM]);
	});

	it.each([
		['Edit', 'edit', '/edits'],
		['Extend', 'extend', '/extensions'],
	])('%s sends a valid form with a video file', async (_name, operation, path) => {
		const { items, error } = await run(
			{ operation, videoSource: 'binary', model: SORA, prompt: CREATE.prompt },
			{ items: [itemWithFile(MP4)] },
		);
		expect(error).toBeUndefined();
		expect(prism.accepted).toEqual([`POST /v1/videos${path} multipart/form-data`]);
		expect(items[0].json).toMatchObject({ id: 'string', status: 'pending' });
	});

	it('Get Status sends a valid request', async () => {
		const { error } = await run({ operation: 'getStatus', videoId: 'video_1' });
		expect(error).toBeUndefined();
		expect(prism.accepted).toEqual(['GET /v1/videos/video_1']);
	});

	it('Get Status encodes slashes and colons in a video ID', async () => {
		const { error } = await run({ operation: 'getStatus', videoId: 'sora-2:task/01k+=' });
		expect(error).toBeUndefined();
		expect(prism.accepted).toEqual(['GET /v1/videos/sora-2%3Atask%2F01k%2B%3D']);
	});

	it('Download sends valid requests for the video and its file, and rejects text as a file', async () => {
		await prism.close();
		prism = await startPrism(await openAiSpec(FINISHED));
		const { items, error } = await run({ operation: 'download', videoId: 'video_1' });
		// Prism has no video file: its response to /content is the JSON text "string".
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/instead of the file of video 'video_1'/);
		expect(new Set(prism.accepted)).toEqual(
			new Set(['GET /v1/videos/video_1', 'GET /v1/videos/video_1/content']),
		);
	});

	it('Wait Until Done returns a completed video whose error is null without an error', async () => {
		await prism.close();
		prism = await startPrism(await openAiSpec(FINISHED));
		const { items } = await run({ operation: 'waitUntilDone', videoId: 'video_1' });
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'completed', seconds: '4' });
		expect(items[0].json).not.toHaveProperty('error');
		expect(time.pauses).toEqual([]);
	});
});

describe('A queued video with an error object', () => {
	const created = { items: [{ json: { id: 'string' } }] };

	it('is returned as pending and without the error by Get Status', async () => {
		const { items } = await run({ operation: 'getStatus', videoId: '={{ $json.id }}' }, created);
		expect(items[0].json).toMatchObject({ id: 'string', status: 'pending' });
		expect(items[0].json).not.toHaveProperty('error');
	});

	it('is polled by Wait Until Done until the timeout, and the error says that it is not lost', async () => {
		const { items, error } = await run(
			{ operation: 'waitUntilDone', videoId: '={{ $json.id }}', timeoutMinutes: 5 },
			created,
		);
		expect(items).toEqual([]);
		expect(error?.message).toMatch(
			/^Video 'string' was not finished within 5 minutes \(last state: queued/,
		);
		expect(error?.description).toMatch(/not lost/);
		expect(time.waited).toBe(300_000);
		expect(prism.validationErrors).toEqual([]);
	});

	it('is reported as not finished by Download', async () => {
		const { error } = await run({ operation: 'download', videoId: '={{ $json.id }}' }, created);
		expect(error?.message).toMatch(/^Video 'string' is not finished yet \(queued/);
	});
});

describe("Create with values outside OpenAI's API spec", () => {
	const invalid = {
		'a length that is not listed': [
			{ seconds: 'custom', customSeconds: '5' },
			'Request body property seconds must be equal to one of the allowed values: 4, 8, 12',
		],
		'a size that is not listed': [
			{ size: 'custom', customSize: '640x480' },
			'Request body property size must be equal to one of the allowed values: 720x1280, 1280x720, 1024x1792, 1792x1024',
		],
		'a prompt of more than 32,000 characters': [
			{ prompt: 'a'.repeat(32_001) },
			'Request body property prompt must NOT have more than 32000 characters',
		],
	} satisfies Record<string, [object, string]>;

	it.each(Object.entries(invalid))(
		'reports that the server rejected %s, and does not retry',
		async (_name, [parameters, validationError]) => {
			const { error } = await run({ ...CREATE, ...parameters });
			expect(prism.validationErrors[0]).toBe(validationError);
			expect(prism.received).toEqual([FORM]);
			expect(prism.accepted).toEqual([]);
			expect(error?.message).toMatch(/^The server did not accept this video \(422\): /);
		},
	);

	it('reports the API key when it is missing', async () => {
		const { error } = await run(CREATE, { credentials: { apiKey: '', baseUrl: prism.baseUrl } });
		expect(prism.received).toEqual([FORM]);
		expect(error?.message).toMatch(/^The server did not accept the API key \(401\)/);
	});
});
