import { clip } from '../../sandbox/clip.mts';
import { type Aimock, GOOD_PROMPT, startAimock } from '../support/aimock.mts';
import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY, SORA } from '../support/fixtures.mts';
import { runNode, sharedEngine, stopSharedEngine } from '../support/nodeRunner.mts';

const GET_STATUS = { operation: 'getStatus', videoId: '={{ $json.id }}' };
const WAIT = { operation: 'waitUntilDone', videoId: '={{ $json.id }}', timeoutMinutes: 5 };
const DOWNLOAD = { operation: 'download', videoId: '={{ $json.id }}' };

let film: Buffer;
let aimock: Aimock;
let time: FakeClock;

const credentials = () => ({ apiKey: API_KEY, baseUrl: aimock.baseUrl });

/** The faults are asked for in a header, which is the credential's custom header here. */
const withFaults = (headerName: string) => ({
	...credentials(),
	header: true,
	headerName,
	headerValue: '1',
});

const run = async (parameters: Parameters<typeof runNode>[0], id = '', setup = {}) =>
	await runNode(parameters, { credentials: credentials(), items: [{ json: { id } }], ...setup });

const count = (exchange: string) => aimock.exchanges().filter((one) => one === exchange).length;

beforeAll(async () => {
	film = await clip('720x1280', '4');
});

beforeEach(async () => {
	aimock = await startAimock(film);
	time = new FakeClock();
});

afterEach(async () => await aimock.stop());

afterAll(stopSharedEngine);

describe("A video on aimock's OpenRouter", () => {
	it('is waited for from pending over in_progress to completed, and its file is the right one', async () => {
		const id = await aimock.submit();
		const waited = await run(WAIT, id);
		expect(waited.items[0].json).toMatchObject({ id, status: 'completed', usage: { cost: 0.25 } });
		expect(count(`GET /api/v1/videos/${id} 200`)).toBe(4);
		expect(time.pauses).toHaveLength(3);

		const { items } = await run(DOWNLOAD, id, { items: waited.items });
		const file = items[0].binary!.data;
		expect(file).toMatchObject({ mimeType: 'video/mp4', fileExtension: 'mp4' });
		expect((await (await sharedEngine()).readFile(file)).equals(film)).toBe(true);
	});

	it('is told as it stands by Get Status', async () => {
		const id = await aimock.submit();
		const seen: unknown[] = [];
		for (let times = 0; times < 4; times++) {
			seen.push((await run(GET_STATUS, id)).items[0].json.status);
		}
		expect(seen).toEqual(['pending', 'in_progress', 'in_progress', 'completed']);
	});

	it('has no file before it is done, and Download says so', async () => {
		const id = await aimock.submit();
		const { error } = await run(DOWNLOAD, id);
		expect(error?.message).toBe(`Video '${id}' is not finished yet (pending)`);
	});

	it('that does not exist is told with the words of the server', async () => {
		const { error } = await run(WAIT, 'nope');
		expect(error?.message).toBe(
			"The server does not know video 'nope' (404): Video job nope not found",
		);
	});

	it.each(['', 'sk-another-key'])(
		'is kept from the key "%s", and the node says so',
		async (apiKey) => {
			const id = await aimock.submit();
			for (const parameters of [GET_STATUS, WAIT, DOWNLOAD]) {
				const { error } = await run(parameters, id, {
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

	it('cannot be created with a form, and Create passes on why', async () => {
		const { error } = await run({ operation: 'create', model: SORA, prompt: GOOD_PROMPT });
		expect(error?.message).toMatch(/^The server did not accept this video \(400\): Malformed JSON/);
		expect(aimock.exchanges()).toEqual(['POST /api/v1/videos 400']);
	});
});

describe('Faults that aimock makes', () => {
	const passing = {
		'broken-off answers': { disconnectRate: 1 },
		'rate limits': { rateLimitRate: 1 },
		'server errors': { dropRate: 1 },
	};

	it.each(Object.entries(passing))(
		'%s are waited out by Wait Until Done',
		async (_name, faults) => {
			const id = await aimock.submit();
			aimock.faultsFor(3, faults, time);
			const { items } = await run(WAIT, id);
			expect(items[0].json).toMatchObject({ id, status: 'completed' });
			expect(aimock.exchanges()).toHaveLength(3 + 4);
		},
	);

	it.each(Object.entries(passing))('%s are waited out by Download', async (_name, faults) => {
		const id = await aimock.submit();
		await run(WAIT, id);
		const before = time.pauses.length;
		aimock.faultsFor(before + 3, faults, time);
		const { items } = await run(DOWNLOAD, id);
		expect(time.pauses).toHaveLength(before + 3);
		const bytes = await (await sharedEngine()).readFile(items[0].binary!.data);
		expect(bytes.equals(film)).toBe(true);
	});

	it.each([
		['x-aimock-chaos-disconnect', /broke off/],
		['x-aimock-chaos-drop', /\(500\): Chaos: request dropped$/],
		['x-aimock-chaos-malformed', /instead of video/],
		['x-aimock-chaos-ratelimit', /\(429\): Chaos: rate limit exceeded$/],
	])('%s without an end is told with the ID, and the video is not lost', async (header, words) => {
		const id = await aimock.submit();
		const { items, error } = await run(WAIT, id, { credentials: withFaults(header) });
		expect(items).toEqual([]);
		expect(error?.message).toMatch(words);
		expect(error?.message).toContain(`'${id}'`);
		expect(time.waited).toBeLessThanOrEqual(300_000);

		const again = await run(WAIT, id);
		expect(again.items[0].json).toMatchObject({ id, status: 'completed' });
	});
});
