import { clip } from '../../sandbox/clip.mts';
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

const WAIT = { operation: 'waitUntilDone', videoId: '={{ $json.id }}', timeoutMinutes: 5 };
const DOWNLOAD = { operation: 'download', videoId: '={{ $json.id }}' };

let film: Buffer;
let aimock: Aimock;
let time: FakeClock;

const run = async (
	parameters: Parameters<typeof runNode>[0],
	items?: Parameters<typeof runNode>[1]['items'],
) =>
	await runNode(parameters, {
		credentials: { apiKey: API_KEY, baseUrl: aimock.baseUrl },
		items,
	});

beforeAll(async () => {
	film = await clip('720x1280', '4');
});

beforeEach(async () => {
	aimock = await startAimock(film);
	time = new FakeClock();
});

afterEach(async () => await aimock.stop());

afterAll(stopSharedEngine);

describe("Create on aimock's OpenRouter, which takes JSON only", () => {
	const create = async (prompt = GOOD_PROMPT) =>
		await run({ operation: 'create', model: SORA, prompt, options: { bodyFormat: 'json' } });

	it('makes a film from a prompt: Create, Wait Until Done, Download', async () => {
		const created = await create();
		expect(created.items[0].json).toMatchObject({ object: 'video', status: 'pending' });
		const waited = await run(WAIT, created.items);
		expect(waited.items[0].json).toMatchObject({ status: 'completed', usage: { cost: 0.25 } });
		const { items } = await run(DOWNLOAD, waited.items);

		expect(items[0].json.id).toBe(created.items[0].json.id);
		const bytes = await (await sharedEngine()).readFile(items[0].binary!.data);
		expect(bytes.equals(film)).toBe(true);
		expect(aimock.exchanges().filter((one) => one.startsWith('POST'))).toEqual([
			'POST /api/v1/videos 200',
		]);
	});

	it('ends in the words of the server when the video is rejected', async () => {
		const created = await create(REJECTED_PROMPT);
		const { id } = created.items[0].json;
		const { error } = await run(WAIT, created.items);
		expect(error?.message).toBe(`The server could not make video '${id}': ${REJECTION}`);
		const downloaded = await run(DOWNLOAD, created.items);
		expect(downloaded.error?.message).toContain(REJECTION);
	});

	it('gives a rejected video to the next node where the user wants it', async () => {
		const created = await create(REJECTED_PROMPT);
		const { items } = await run({ ...WAIT, options: { onFailedVideo: 'return' } }, created.items);
		expect(items[0].json).toMatchObject({ status: 'failed', error: { message: REJECTION } });
	});

	it('waits out rate limits and then creates one video', async () => {
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
		['a broken-off connection', { disconnectRate: 1 }, 0],
		['a broken answer', { malformedRate: 1 }, 200],
	])('is not repeated after %s, as the video may be paid for', async (_name, faults, status) => {
		aimock.faultsFor(1, faults, time);
		const { items, error } = await create();
		expect(items).toEqual([]);
		expect(`${error?.message} ${error?.description}`).toMatch(/may exist.* and be billed/);
		expect(aimock.exchanges()).toEqual([`POST /api/v1/videos ${status}`]);
	});
});
