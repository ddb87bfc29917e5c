import { type MovingServer, startMovingServer } from './support.mts';
import { chanceFrom } from '../../scripts/chance.mts';
import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY } from '../support/fixtures.mts';
import { sharedEngine, stopSharedEngine } from '../support/nodeRunner.mts';

const VIDEOS = 1000;
const HOUR_MS = 3_600_000;

let server: MovingServer;

beforeAll(async () => {
	server = await startMovingServer();
});
afterAll(async () => {
	await server.close();
	await stopSharedEngine();
});

it('tells each of 1,000 videos once, however they finish and however often n8n is killed', async () => {
	const chance = chanceFrom(5);
	const time = new FakeClock();
	const now = () => Math.floor(time.now / 1000);
	const ends: Array<{ id: string; at: number }> = [];
	const begin = (id: string) => {
		server.videos.push({ id, status: 'in_progress', created_at: now() });
		// Most take minutes, some a day.
		const minutes = chance() < 0.05 ? 60 * 24 * chance() : 20 * chance();
		ends.push({ id, at: now() + Math.floor(60 * minutes) });
	};
	const settle = () => {
		for (const { id, at } of ends.filter((each) => each.at <= now())) {
			const video = server.videos.find((each) => each.id === id)!;
			if (video.status !== 'in_progress') continue;
			Object.assign(video, { status: chance() < 0.1 ? 'failed' : 'completed', completed_at: at });
		}
	};

	const engine = await sharedEngine();
	const activate = (saved?: string) =>
		engine.activate(
			{ events: ['completed', 'failed'] },
			{ credentials: { apiKey: API_KEY, baseUrl: server.baseUrl }, saved },
		);
	for (let count = 0; count < 130; count++) {
		begin(`history_${count}`);
		time.now += 300_000;
	}
	time.now += 2 * 24 * HOUR_MS;
	settle();
	begin('under_way');
	let trigger = activate();
	expect(await trigger.look()).toBeNull();
	// n8n saves when a workflow is activated, and when a look has news.
	let saved = trigger.memory();

	const told: unknown[] = [];
	const counts = { kills: 0, downs: 0, looks: 0, largest: 0 };
	// 134 looks do; where one is never told, this ends it sooner than jest would.
	for (let made = 1; (made < VIDEOS || told.length < VIDEOS) && counts.looks < 300; ) {
		const isDown = chance() < 0.06;
		counts.downs += Number(isDown);
		const minutes = isDown ? 60 * (1 + 10 * chance()) : 1 + 3 * chance();
		for (let passed = 0; passed < minutes; passed++) {
			time.now += 60_000;
			// Often several in the same second.
			while (made < VIDEOS && chance() < 0.3) begin(`video_${made++}`);
		}
		settle();
		if (isDown || chance() < 0.3) {
			counts.kills++;
			trigger = activate(saved);
		}
		const rows = await trigger.look();
		counts.looks++;
		if (!rows) continue;
		told.push(...rows.map(({ json }) => json.id));
		saved = trigger.memory();
		counts.largest = Math.max(counts.largest, saved.length);
	}
	expect(told).toHaveLength(VIDEOS);
	expect(new Set(told)).toEqual(new Set(ends.slice(130).map(({ id }) => id)));
	expect(counts.kills).toBeGreaterThan(25);
	expect(counts.downs).toBeGreaterThan(5);
	expect(counts.largest).toBeLessThan(20_000);
});
