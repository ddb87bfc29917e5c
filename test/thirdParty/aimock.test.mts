import { renderClip } from '../../sandbox/clip.mts';
import {
	type Aimock,
	GOOD_PROMPT,
	REJECTED_PROMPT,
	REJECTION,
	startAimock,
} from '../support/aimock.mts';
import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY, SORA } from '../support/fixtures.mts';
import { runNode, sharedEngine, stopSharedEngine } from '../support/nodeRunner.mts';

const GET_STATUS = { operation: 'getStatus', videoId: '={{ $json.id }}' };
const WAIT = { operation: 'waitUntilDone', videoId: '={{ $json.id }}', timeoutMinutes: 5 };
const DOWNLOAD = { operation: 'download', videoId: '={{ $json.id }}' };

let videoFile: Buffer;
let aimock: Aimock;
let time: FakeClock;

const credentials = () => ({ apiKey: API_KEY, baseUrl: aimock.baseUrl });

/** aimock injects the fault that a header names; here it is the credential's custom header. */
const withFaultHeader = (headerName: string) => ({
	...credentials(),
	header: true,
	headerName,
	headerValue: '1',
});

const run = async (
	parameters: Parameters<typeof runNode>[0],
	setup: Partial<Parameters<typeof runNode>[1]> = {},
) => await runNode(parameters, { credentials: credentials(), ...setup });

const create = async (prompt = GOOD_PROMPT) =>
	await run(
		{ operation: 'create', model: SORA, prompt },
		{ credentials: { ...credentials(), apiStyle: 'openrouter' } },
	);

const withId = (id: string) => ({ items: [{ json: { id } }] });

const count = (exchange: string) => aimock.exchanges().filter((one) => one === exchange).length;

const downloadedBytes = async ({ items }: Awaited<ReturnType<typeof run>>) =>
	await (await sharedEngine()).readFile(items[0].binary!.data);

beforeAll(async () => {
	videoFile = await renderClip('720x1280', '4');
});

beforeEach(async () => {
	aimock = await startAimock(videoFile);
	time = new FakeClock();
});

afterEach(async () => await aimock.stop());

afterAll(stopSharedEngine);

describe("A video on aimock's OpenRouter", () => {
	it('is polled by Wait Until Done until it is completed, and downloaded unchanged', async () => {
		const id = await aimock.submit();
		const waited = await run(WAIT, withId(id));
		expect(waited.items[0].json).toMatchObject({ id, status: 'completed', usage: { cost: 0.25 } });
		expect(count(`GET /api/v1/videos/${id} 200`)).toBe(4);
		expect(time.pauses).toHaveLength(3);

		const downloaded = await run(DOWNLOAD, { items: waited.items });
		expect(downloaded.items[0].binary!.data).toMatchObject({
			mimeType: 'video/mp4',
			fileExtension: 'mp4',
		});
		expect((await downloadedBytes(downloaded)).equals(videoFile)).toBe(true);
	});

	it('has its current status in Get Status', async () => {
		const id = await aimock.submit();
		const statuses: unknown[] = [];
		for (let poll = 0; poll < 4; poll++) {
			statuses.push((await run(GET_STATUS, withId(id))).items[0].json.status);
		}
		expect(statuses).toEqual(['pending', 'in_progress', 'in_progress', 'completed']);
	});

	it('is reported as not finished by Download while it is pending', async () => {
		const id = await aimock.submit();
		const { error } = await run(DOWNLOAD, withId(id));
		expect(error?.message).toBe(`Video '${id}' is not finished yet (pending)`);
	});

	it("is reported with the server's error message when it does not exist", async () => {
		const { error } = await run(WAIT, withId('nope'));
		expect(error?.message).toBe(
			"The server does not know video 'nope' (404): Video job nope not found",
		);
	});

	it.each(['', 'sk-another-key'])(
		'is not accessible with the API key "%s", and every operation says so',
		async (apiKey) => {
			const id = await aimock.submit();
			for (const parameters of [GET_STATUS, WAIT, DOWNLOAD]) {
				const { error } = await run(parameters, {
					...withId(id),
					credentials: { ...credentials(), apiKey },
				});
				expect(error?.message).toMatch(
					/^The server did not accept the API key .*\(401\): Invalid API key$/,
				);
				expect(error?.message).toContain(id);
			}
			expect(time.pauses).toEqual([]);
		},
	);

	it('is reported with the reason by Wait Until Done and Download when it is rejected', async () => {
		const created = await create(REJECTED_PROMPT);
		const { id } = created.items[0].json;
		const { error } = await run(WAIT, { items: created.items });
		expect(error?.message).toBe(`The server could not make video '${id}': ${REJECTION}`);
		const downloaded = await run(DOWNLOAD, { items: created.items });
		expect(downloaded.error?.message).toContain(REJECTION);
	});

	it('is returned as failed by Wait Until Done with "Return the Failed Video"', async () => {
		const { items } = await run(
			{ ...WAIT, options: { onFailedVideo: 'return' } },
			{ items: (await create(REJECTED_PROMPT)).items },
		);
		expect(items[0].json).toMatchObject({ status: 'failed', error: { message: REJECTION } });
	});
});

describe("Create on aimock's OpenRouter, which accepts JSON only", () => {
	it('sends one request for a video that Wait Until Done and Download then finish', async () => {
		const created = await create();
		expect(created.items[0].json).toMatchObject({ object: 'video', status: 'pending' });
		const waited = await run(WAIT, { items: created.items });
		expect(waited.items[0].json).toMatchObject({ status: 'completed', usage: { cost: 0.25 } });
		const downloaded = await run(DOWNLOAD, { items: waited.items });

		expect(downloaded.items[0].json.id).toBe(created.items[0].json.id);
		expect((await downloadedBytes(downloaded)).equals(videoFile)).toBe(true);
		expect(aimock.exchanges().filter((one) => one.startsWith('POST'))).toEqual([
			'POST /api/v1/videos 200',
		]);
	});

	it('learns from the refused form that the server wants JSON', async () => {
		const { items } = await run({ operation: 'create', model: SORA, prompt: GOOD_PROMPT });
		expect(items[0].json).toMatchObject({ status: 'pending' });
		expect(aimock.exchanges()).toEqual(['POST /api/v1/videos 400', 'POST /api/v1/videos 200']);
	});

	it('suggests the style for JSON if the form was chosen', async () => {
		const { error } = await run(
			{ operation: 'create', model: SORA, prompt: GOOD_PROMPT },
			{ credentials: { ...credentials(), apiStyle: 'openai' } },
		);
		expect(error?.message).toMatch(/^The server did not accept this video \(400\): Malformed JSON/);
		expect(error?.description).toContain("'OpenAI (JSON)'");
		expect(aimock.exchanges()).toEqual(['POST /api/v1/videos 400']);
	});

	it('is retried after rate limits and creates one video', async () => {
		aimock.faultsFor(2, { rateLimitRate: 1 }, time);
		const { items } = await create();
		expect(items).toHaveLength(1);
		expect(aimock.exchanges()).toEqual([
			'POST /api/v1/videos 429',
			'POST /api/v1/videos 429',
			'POST /api/v1/videos 200',
		]);
	});

	it.each([
		['a server error', { dropRate: 1 }, 500],
		['a broken connection', { disconnectRate: 1 }, 0],
		['a malformed response', { malformedRate: 1 }, 200],
	])('is not retried after %s, because the video may be billed', async (_name, faults, status) => {
		aimock.faultsFor(1, faults, time);
		const { items, error } = await create();
		expect(items).toEqual([]);
		expect(`${error?.message} ${error?.description}`).toMatch(/may exist.* and be billed/);
		expect(aimock.exchanges()).toEqual([`POST /api/v1/videos ${status}`]);
	});
});

describe('After faults that aimock injects', () => {
	const temporaryFaults = {
		'broken connections': { disconnectRate: 1 },
		'rate limits': { rateLimitRate: 1 },
		'server errors': { dropRate: 1 },
	};

	it.each(Object.entries(temporaryFaults))('Wait Until Done retries: %s', async (_name, faults) => {
		const id = await aimock.submit();
		aimock.faultsFor(3, faults, time);
		const { items } = await run(WAIT, withId(id));
		expect(items[0].json).toMatchObject({ id, status: 'completed' });
		expect(aimock.exchanges()).toHaveLength(3 + 4);
	});

	it.each(Object.entries(temporaryFaults))('Download retries: %s', async (_name, faults) => {
		const id = await aimock.submit();
		await run(WAIT, withId(id));
		const before = time.pauses.length;
		aimock.faultsFor(before + 3, faults, time);
		const downloaded = await run(DOWNLOAD, withId(id));
		expect(time.pauses).toHaveLength(before + 3);
		expect((await downloadedBytes(downloaded)).equals(videoFile)).toBe(true);
	});

	it.each([
		['x-aimock-chaos-disconnect', /broke off/],
		['x-aimock-chaos-drop', /\(500\): Chaos: request dropped$/],
		['x-aimock-chaos-malformed', /instead of video/],
		['x-aimock-chaos-ratelimit', /\(429\): Chaos: rate limit exceeded$/],
	])(
		'Wait Until Done reports the video ID when it gives up, and completes when run again: %s',
		async (header, message) => {
			const id = await aimock.submit();
			const { items, error } = await run(WAIT, {
				...withId(id),
				credentials: withFaultHeader(header),
			});
			expect(items).toEqual([]);
			expect(error?.message).toMatch(message);
			expect(error?.message).toContain(`'${id}'`);
			expect(time.waited).toBeLessThanOrEqual(300_000);

			const again = await run(WAIT, withId(id));
			expect(again.items[0].json).toMatchObject({ id, status: 'completed' });
		},
	);
});
