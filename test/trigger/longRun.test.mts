import { type ChangingServer, startChangingServer } from './changingServer.mts';
import { seededRandom } from '../../scripts/random.mts';
import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY } from '../support/fixtures.mts';
import { sharedEngine, stopSharedEngine } from '../support/nodeRunner.mts';

const VIDEOS = 1000;
const HOUR_MS = 3_600_000;

let server: ChangingServer;

beforeAll(async () => {
	server = await startChangingServer();
});
afterAll(async () => {
	await server.close();
	await stopSharedEngine();
});

it('the trigger returns each of 1,000 videos once, however they finish and however often n8n is killed', async () => {
	const chance = seededRandom(5);
	const time = new FakeClock();
	const now = () => Math.floor(time.now / 1000);
	const finishTimes: Array<{ id: string; at: number }> = [];
	const create = (id: string) => {
		server.videos.push({ id, status: 'in_progress', created_at: now() });
		// Most take minutes, some a day.
		const minutes = chance() < 0.05 ? 60 * 24 * chance() : 20 * chance();
		finishTimes.push({ id, at: now() + Math.floor(60 * minutes) });
	};
	const finishDueVideos = () => {
		for (const { id, at } of finishTimes.filter((each) => each.at <= now())) {
			const video = server.videos.find((each) => each.id === id)!;
			if (video.status !== 'in_progress') continue;
			Object.assign(video, { status: chance() < 0.1 ? 'failed' : 'completed', completed_at: at });
		}
	};

	const engine = await sharedEngine();
	const activate = (saved?: string) =>
		engine.activate(
			{ events: ['completed', 'failed'] },
			{ credentials: { apiKey: API_KEY, baseUrl: server.baseUrl }, staticData: saved },
		);
	for (let count = 0; count < 130; count++) {
		create(`history_${count}`);
		time.now += 300_000;
	}
	time.now += 2 * 24 * HOUR_MS;
	finishDueVideos();
	create('in_progress');
	let trigger = activate();
	expect(await trigger.poll()).toBeNull();
	// n8n saves when a workflow is activated, and when a poll returns items.
	let saved = trigger.staticData();

	const returned: unknown[] = [];
	const counts = { kills: 0, downtimes: 0, polls: 0, maxSaved: 0 };
	// 134 polls are enough; with a lost video, the limit ends the test sooner than jest would.
	for (let created = 1; (created < VIDEOS || returned.length < VIDEOS) && counts.polls < 300; ) {
		const isDown = chance() < 0.06;
		counts.downtimes += Number(isDown);
		const minutes = isDown ? 60 * (1 + 10 * chance()) : 1 + 3 * chance();
		for (let passed = 0; passed < minutes; passed++) {
			time.now += 60_000;
			// Often several in the same second.
			while (created < VIDEOS && chance() < 0.3) create(`video_${created++}`);
		}
		finishDueVideos();
		if (isDown || chance() < 0.3) {
			counts.kills++;
			trigger = activate(saved);
		}
		const items = await trigger.poll();
		counts.polls++;
		if (!items) continue;
		returned.push(...items.map(({ json }) => json.id));
		saved = trigger.staticData();
		counts.maxSaved = Math.max(counts.maxSaved, saved.length);
	}
	expect(returned).toHaveLength(VIDEOS);
	expect(new Set(returned)).toEqual(new Set(finishTimes.slice(130).map(({ id }) => id)));
	expect(counts.kills).toBeGreaterThan(25);
	expect(counts.downtimes).toBeGreaterThan(5);
	expect(counts.maxSaved).toBeLessThan(20_000);
});
