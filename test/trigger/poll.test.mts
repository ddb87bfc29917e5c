import type { IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import { type ChangingServer, startChangingServer } from './changingServer.mts';
import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY } from '../support/fixtures.mts';
import { sharedEngine, stopSharedEngine } from '../support/nodeRunner.mts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

let server: ChangingServer;
let time: FakeClock;
/** The static data that n8n has saved. */
let saved: string | undefined;

beforeEach(async () => {
	server = await startChangingServer();
	time = new FakeClock();
	saved = undefined;
});
afterEach(async () => await server.close());
afterAll(stopSharedEngine);

const now = () => Math.floor(time.now / 1000);
const pass = (seconds: number) => (time.now += seconds * 1000);
const add = (id: string, video: IDataObject = {}) => {
	const added = { id, object: 'video', created_at: now(), status: 'in_progress', ...video };
	server.videos.push(added);
	return added;
};
const finish = (id: string, status = 'completed') => {
	const video = server.videos.find((each) => each.id === id)!;
	Object.assign(video, { status, completed_at: now() });
};
const addCompleted = (id: string, video: IDataObject = {}) =>
	add(id, { status: 'completed', completed_at: now(), ...video });

interface PollOptions {
	mode?: 'trigger' | 'manual';
	events?: string[] | string;
}
const activate = async ({ mode, events = ['completed', 'failed'] }: PollOptions = {}) =>
	(await sharedEngine()).activate(
		{ events },
		{ credentials: { apiKey: API_KEY, baseUrl: server.baseUrl }, mode, staticData: saved },
	);
/** One poll of a freshly started n8n, which saves its static data afterwards. */
const poll = async (options?: PollOptions) => {
	const trigger = await activate(options);
	const items = await trigger.poll();
	saved = trigger.staticData();
	return items;
};
const idsOf = (items: INodeExecutionData[] | null) => items?.map(({ json }) => json.id) ?? [];
const polledIds = async (options?: PollOptions) => idsOf(await poll(options));
const pollError = async (options?: PollOptions) =>
	await poll(options).then(
		() => {
			throw new Error('It did not fail');
		},
		(error: NodeApiError) => error,
	);

describe('Trigger', () => {
	it('keeps its state when Trigger On is an expression that fails, so that no video is lost', async () => {
		await poll();
		add('a');
		await poll();
		finish('a');
		const trigger = await activate({ events: "={{ $('Nobody').item.json.x }}" });
		const before = trigger.staticData();
		await expect(trigger.poll()).rejects.toThrow();
		expect(trigger.staticData()).toEqual(before);
	});

	it('starts once for a video completed after the workflow was published', async () => {
		add('a');
		expect(await poll()).toBeNull();
		finish('a');
		expect(await poll()).toEqual([
			{
				json: {
					id: 'a',
					object: 'video',
					status: 'completed',
					created_at: now(),
					completed_at: now(),
					progress: 100,
				},
			},
		]);
		expect(await poll()).toBeNull();
	});

	it('ignores videos that finished before the workflow was published', async () => {
		for (let count = 0; count < 250; count++) {
			addCompleted(`old_${count}`);
			pass(10 * MINUTE);
		}
		expect(await polledIds()).toEqual([]);
		expect(await polledIds()).toEqual([]);
	});

	it('starts for a failed video of which the server has only the ID and an error', async () => {
		add('a');
		await poll();
		const [video] = server.videos;
		Object.assign(video, { status: undefined, error: { code: null, message: 'Temporary' } });
		const items = await poll();
		expect(items?.[0].json).toMatchObject({ id: 'a', status: 'failed' });
	});

	it('starts for the very first video of a server', async () => {
		expect(await polledIds()).toEqual([]);
		addCompleted('a');
		expect(await polledIds()).toEqual(['a']);
	});

	it('starts for a video created and finished between two polls', async () => {
		addCompleted('old');
		await poll();
		pass(MINUTE);
		addCompleted('quick');
		expect(await polledIds()).toEqual(['quick']);
	});

	it('returns all videos completed in the same second, in one poll or in two', async () => {
		for (const id of ['a', 'b', 'c']) add(id);
		await poll();
		finish('a');
		finish('c');
		expect(await polledIds()).toEqual(['a', 'c']);
		finish('b');
		expect(await polledIds()).toEqual(['b']);
	});

	it('returns a slow video that was created before a quick one', async () => {
		add('slow');
		pass(1);
		add('quick');
		await poll();
		finish('quick');
		expect(await polledIds()).toEqual(['quick']);
		pass(2 * DAY);
		addCompleted('later');
		expect(await polledIds()).toEqual(['later']);
		finish('slow');
		expect(await polledIds()).toEqual(['slow']);
		expect(await polledIds()).toEqual([]);
	});

	it('returns videos in the order in which they finished', async () => {
		for (const id of ['a', 'b', 'c']) add(id);
		await poll();
		for (const id of ['c', 'a', 'b']) {
			pass(1);
			finish(id);
		}
		expect(await polledIds()).toEqual(['c', 'a', 'b']);
	});

	it('catches up on several pages after the server or n8n was down for hours', async () => {
		addCompleted('old');
		await poll();
		const created: string[] = [];
		for (let count = 0; count < 345; count++) {
			pass(2 * MINUTE);
			created.push(addCompleted(`new_${count}`).id);
		}
		server.errorStatus = 503;
		expect((await pollError()).message).toBe('The server gave no list of its videos (503)');
		server.errorStatus = undefined;
		expect(await polledIds()).toEqual(created);
		expect(await polledIds()).toEqual([]);
	});

	it.each([
		['is rejected', true],
		['is the first page', false],
	])(
		'neither misses nor repeats videos when the list changes between two pages, and the page after a deleted video %s',
		async (_name, rejectsUnknownAfter) => {
			server.rejectsUnknownAfter = rejectsUnknownAfter;
			await poll();
			const created: string[] = [];
			for (let count = 0; count < 250; count++) created.push(addCompleted(`new_${count}`).id);
			let isMoved = false;
			server.onRequest = (path) => {
				if (!path.includes('after=') || isMoved) return;
				isMoved = true;
				addCompleted('meanwhile');
				// The video whose ID the next page is requested with.
				server.videos.splice(150, 1);
			};
			expect((await polledIds()).sort()).toEqual(
				[
					...(rejectsUnknownAfter ? created.filter((id) => id !== 'new_150') : created),
					'meanwhile',
				].sort(),
			);
			expect(isMoved).toBe(true);
			expect(await polledIds()).toEqual([]);
		},
	);

	it('works with a server that lists the oldest first, and with one without pages', async () => {
		server.order = 'asc';
		for (let count = 0; count < 120; count++) addCompleted(`old_${count}`);
		pass(DAY);
		add('a');
		await poll();
		finish('a');
		addCompleted('quick');
		expect(await polledIds()).toEqual(['quick', 'a']);

		server.order = 'desc';
		server.pages = false;
		server.maxPerPage = 3;
		add('b');
		await poll();
		for (const id of ['c', 'd', 'e']) addCompleted(id);
		finish('b');
		expect((await polledIds()).sort()).toEqual(['b', 'c', 'd', 'e']);
		expect(await polledIds()).toEqual([]);
	});

	it('works with a server whose list has no order', async () => {
		server.maxPerPage = 3;
		const old = [addCompleted('old'), addCompleted('older', { created_at: now() - 10 * DAY })];
		pass(DAY);
		const recent = addCompleted('recent', { created_at: now() - HOUR });
		await poll();
		const quick = [addCompleted('quick'), addCompleted('quicker')];
		// Its first page: recent, quick, old.
		server.videos = [quick[1], old[1], old[0], quick[0], recent];
		expect((await polledIds()).sort()).toEqual(['quick', 'quicker']);
	});

	it('works with a server that reports no times', async () => {
		addCompleted('old', { created_at: undefined });
		add('a', { created_at: undefined });
		await poll();
		pass(2 * DAY);
		addCompleted('b', { created_at: undefined });
		finish('a');
		expect((await polledIds()).sort()).toEqual(['a', 'b']);
		pass(2 * DAY);
		expect(await polledIds()).toEqual([]);
	});

	it('starts only for the events in "Trigger On", and ignores missed ones when that is changed', async () => {
		add('good');
		add('bad');
		await poll();
		finish('good');
		finish('bad', 'failed');
		expect(await polledIds({ events: ['failed'] })).toEqual(['bad']);
		expect(await polledIds()).toEqual([]);
	});

	it('returns the reason why a video failed', async () => {
		add('a');
		await poll();
		Object.assign(server.videos[0], { status: 'failed', error: { code: 'x', message: 'No.' } });
		expect((await poll())![0].json).toMatchObject({
			status: 'failed',
			error: { code: 'x', message: 'No.' },
		});
	});

	it('stops tracking a video that was deleted before it finished', async () => {
		add('a');
		await poll();
		server.videos.pop();
		expect(await polledIds()).toEqual([]);
		// Only then: another server behind the same address may not have known it.
		expect(await polledIds()).toEqual([]);
		expect(saved).not.toContain('"a"');
	});

	it('keeps tracking a video while the server returns errors for that video only', async () => {
		add('a');
		await poll();
		pass(DAY);
		addCompleted('later');
		await poll();
		const [video] = server.videos.splice(0, 1);
		server.onRequest = (path) => {
			server.errorStatus = path.startsWith('/v1/videos/') ? 500 : undefined;
		};
		expect(await polledIds()).toEqual([]);
		server.onRequest = () => (server.errorStatus = undefined);
		server.videos.unshift(video);
		finish('a');
		expect(await polledIds()).toEqual(['a']);
	});

	it('sends one request for a list of the usual length', async () => {
		for (let count = 0; count < 99; count++) addCompleted(`old_${count}`);
		await poll();
		server.paths.length = 0;
		await poll();
		expect(server.paths).toEqual(['/v1/videos?limit=100&order=desc']);
	});

	it('does not read a long history again on every poll', async () => {
		for (let count = 0; count < 1000; count++) {
			addCompleted(`old_${count}`);
			pass(HOUR);
		}
		await poll();
		expect(server.paths).toHaveLength(2);
		server.paths.length = 0;
		await poll();
		expect(server.paths).toHaveLength(1);
	});

	it('returns a video once when two polls overlap', async () => {
		add('a');
		await poll();
		finish('a');
		const trigger = await activate();
		const both = await Promise.all([trigger.poll(), trigger.poll()]);
		expect(both.flatMap(idsOf)).toEqual(['a']);
	});

	it('starts over when the credential points to another server', async () => {
		addCompleted('a');
		await poll();
		const other = await startChangingServer();
		await server.close();
		server = other;
		addCompleted('b');
		expect(await polledIds()).toEqual([]);
		addCompleted('c');
		expect(await polledIds()).toEqual(['c']);
	});

	it('keeps its static data small however many videos there were', async () => {
		await poll();
		for (let day = 0; day < 10; day++) {
			for (let count = 0; count < 300; count++) {
				addCompleted(`video_${'x'.repeat(300)}_${day}_${count}`);
				pass(DAY / 300);
			}
			expect(await polledIds()).toHaveLength(300);
		}
		expect(saved!.length).toBeLessThan(5_000);
	});
});

describe('Trigger in a manual execution', () => {
	it('returns the video that finished last, and saves nothing', async () => {
		add('a');
		addCompleted('b');
		pass(1);
		finish('a');
		expect(await polledIds({ mode: 'manual' })).toEqual(['a']);
		expect(saved).toBe('{}');
		expect(await polledIds({ mode: 'manual' })).toEqual(['a']);
	});

	it('returns a failed video, which has no completion time, before older ones', async () => {
		addCompleted('a');
		pass(1);
		add('b', { status: 'failed' });
		expect(await polledIds({ mode: 'manual' })).toEqual(['b']);
	});

	it('reports that no video has finished yet', async () => {
		add('a');
		const { message, description } = await pollError({ mode: 'manual' });
		expect(message).toBe('There is no such video on the server yet');
		expect(description).toContain('Create one');
	});
});

describe('Trigger error message', () => {
	it.each([
		['in a poll', 'trigger' as const],
		['in a manual execution', 'manual' as const],
	])(
		'explains %s that the trigger needs a list of videos, and what works without one',
		async (_name, mode) => {
			server.errorStatus = 404;
			const { message, description } = await pollError({ mode });
			expect(message).toBe('This server does not list its videos (404)');
			expect(description).toContain('without a list this trigger cannot work');
			expect(description).toContain('Wait Until Done');
			expect(saved).toBeUndefined();
		},
	);

	it.each([400, 405, 422, 501])('tells the same after other refusals: %i', async (status) => {
		server.errorStatus = status;
		expect((await pollError({ mode: 'trigger' })).message).toBe(
			`This server does not list its videos (${status})`,
		);
	});

	it('reports a rejected key without repeating it', async () => {
		server.errorStatus = 401;
		const error = await pollError();
		expect(error.message).toBe('The server did not accept the API key (401)');
		expect(JSON.stringify(error)).not.toContain(API_KEY);
	});
});
