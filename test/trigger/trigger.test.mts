import type { IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import { type MovingServer, startMovingServer } from './support.mts';
import { FakeClock } from '../support/fakeClock.mts';
import { API_KEY } from '../support/fixtures.mts';
import { sharedEngine, stopSharedEngine } from '../support/nodeRunner.mts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

let server: MovingServer;
let time: FakeClock;
/** What n8n has saved. */
let saved: string | undefined;

beforeEach(async () => {
	server = await startMovingServer();
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
const end = (id: string, status = 'completed') => {
	const video = server.videos.find((each) => each.id === id)!;
	Object.assign(video, { status, completed_at: now() });
};
const addDone = (id: string, video: IDataObject = {}) =>
	add(id, { status: 'completed', completed_at: now(), ...video });

interface Look {
	mode?: 'trigger' | 'manual';
	events?: string[];
}
const activate = async ({ mode, events = ['completed', 'failed'] }: Look = {}) =>
	(await sharedEngine()).activate(
		{ events },
		{ credentials: { apiKey: API_KEY, baseUrl: server.baseUrl }, mode, saved },
	);
/** One look of an n8n that was started anew, and that saves its memory behind it. */
const look = async (options?: Look) => {
	const trigger = await activate(options);
	const rows = await trigger.look();
	saved = trigger.memory();
	return rows;
};
const idsOf = (rows: INodeExecutionData[] | null) => rows?.map(({ json }) => json.id) ?? [];
const ids = async (options?: Look) => idsOf(await look(options));
const problemOf = async (options?: Look) =>
	await look(options).then(
		() => {
			throw new Error('It did not fail');
		},
		(error: NodeApiError) => error,
	);

describe('the trigger', () => {
	it('starts with a video that is completed after the workflow was published, once', async () => {
		add('a');
		expect(await look()).toBeNull();
		end('a');
		expect(await look()).toEqual([
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
		expect(await look()).toBeNull();
	});

	it('does not start with what was finished before it was published', async () => {
		for (let count = 0; count < 250; count++) {
			addDone(`old_${count}`);
			pass(10 * MINUTE);
		}
		expect(await ids()).toEqual([]);
		expect(await ids()).toEqual([]);
	});

	it('starts with the very first video of a server', async () => {
		expect(await ids()).toEqual([]);
		addDone('a');
		expect(await ids()).toEqual(['a']);
	});

	it('starts with a video that began and was finished between two looks', async () => {
		addDone('old');
		await look();
		pass(MINUTE);
		addDone('quick');
		expect(await ids()).toEqual(['quick']);
	});

	it('has several videos that are completed in the same second, in one look or in two', async () => {
		for (const id of ['a', 'b', 'c']) add(id);
		await look();
		end('a');
		end('c');
		expect(await ids()).toEqual(['a', 'c']);
		end('b');
		expect(await ids()).toEqual(['b']);
	});

	it('has a slow video that was begun before a quick one', async () => {
		add('slow');
		pass(1);
		add('quick');
		await look();
		end('quick');
		expect(await ids()).toEqual(['quick']);
		pass(2 * DAY);
		addDone('later');
		expect(await ids()).toEqual(['later']);
		end('slow');
		expect(await ids()).toEqual(['slow']);
		expect(await ids()).toEqual([]);
	});

	it('has them in the order in which they were finished', async () => {
		for (const id of ['a', 'b', 'c']) add(id);
		await look();
		for (const id of ['c', 'a', 'b']) {
			pass(1);
			end(id);
		}
		expect(await ids()).toEqual(['c', 'a', 'b']);
	});

	it('catches up with more than a page after the server or n8n was down for hours', async () => {
		addDone('old');
		await look();
		const made: string[] = [];
		for (let count = 0; count < 345; count++) {
			pass(2 * MINUTE);
			made.push(addDone(`new_${count}`).id);
		}
		server.refuseWith = 503;
		expect((await problemOf()).message).toBe('The server gave no list of its videos (503)');
		server.refuseWith = undefined;
		expect(await ids()).toEqual(made);
		expect(await ids()).toEqual([]);
	});

	it.each([
		['refused', true],
		['the first page again', false],
	])(
		'misses nothing and doubles nothing when videos come and go between two pages, and the page behind a deleted one is %s',
		async (_name, refuses) => {
			server.refusesAfter = refuses;
			await look();
			const made: string[] = [];
			for (let count = 0; count < 250; count++) made.push(addDone(`new_${count}`).id);
			let isMoved = false;
			server.onRequest = (path) => {
				if (!path.includes('after=') || isMoved) return;
				isMoved = true;
				addDone('meanwhile');
				// The very one that the page begins behind.
				server.videos.splice(150, 1);
			};
			expect((await ids()).sort()).toEqual(
				[...(refuses ? made.filter((id) => id !== 'new_150') : made), 'meanwhile'].sort(),
			);
			expect(isMoved).toBe(true);
			expect(await ids()).toEqual([]);
		},
	);

	it('works with a server that lists the oldest first, and with one that has no pages', async () => {
		server.order = 'asc';
		for (let count = 0; count < 120; count++) addDone(`old_${count}`);
		pass(DAY);
		add('a');
		await look();
		end('a');
		addDone('quick');
		expect(await ids()).toEqual(['quick', 'a']);

		server.order = 'desc';
		server.pages = false;
		server.mostPerPage = 3;
		add('b');
		await look();
		for (const id of ['c', 'd', 'e']) addDone(id);
		end('b');
		expect((await ids()).sort()).toEqual(['b', 'c', 'd', 'e']);
		expect(await ids()).toEqual([]);
	});

	it('works with a server whose list has no order', async () => {
		server.mostPerPage = 3;
		const old = [addDone('old'), addDone('older', { created_at: now() - 10 * DAY })];
		pass(DAY);
		const recent = addDone('recent', { created_at: now() - HOUR });
		await look();
		const quick = [addDone('quick'), addDone('quicker')];
		// Its first page: recent, quick, old.
		server.videos = [quick[1], old[1], old[0], quick[0], recent];
		expect((await ids()).sort()).toEqual(['quick', 'quicker']);
	});

	it('works with a server that tells no times', async () => {
		addDone('old', { created_at: undefined });
		add('a', { created_at: undefined });
		await look();
		pass(2 * DAY);
		addDone('b', { created_at: undefined });
		end('a');
		expect((await ids()).sort()).toEqual(['a', 'b']);
		pass(2 * DAY);
		expect(await ids()).toEqual([]);
	});

	it('starts only with what was chosen in "Trigger On", also when that is changed later', async () => {
		add('good');
		add('bad');
		await look();
		end('good');
		end('bad', 'failed');
		expect(await ids({ events: ['failed'] })).toEqual(['bad']);
		expect(await ids()).toEqual([]);
	});

	it('tells why a video failed', async () => {
		add('a');
		await look();
		Object.assign(server.videos[0], { status: 'failed', error: { code: 'x', message: 'No.' } });
		expect((await look())![0].json).toMatchObject({
			status: 'failed',
			error: { code: 'x', message: 'No.' },
		});
	});

	it('forgets a video that was deleted while it was under way', async () => {
		add('a');
		await look();
		server.videos.pop();
		expect(await ids()).toEqual([]);
		expect(saved).not.toContain('"a"');
	});

	it('keeps a video under way in mind while the server has trouble with it alone', async () => {
		add('a');
		await look();
		pass(DAY);
		addDone('later');
		await look();
		const [video] = server.videos.splice(0, 1);
		server.onRequest = (path) => {
			server.refuseWith = path.startsWith('/v1/videos/') ? 500 : undefined;
		};
		expect(await ids()).toEqual([]);
		server.onRequest = () => (server.refuseWith = undefined);
		server.videos.unshift(video);
		end('a');
		expect(await ids()).toEqual(['a']);
	});

	it('asks once for a list of the usual length', async () => {
		for (let count = 0; count < 99; count++) addDone(`old_${count}`);
		await look();
		server.paths.length = 0;
		await look();
		expect(server.paths).toEqual(['/v1/videos?limit=100&order=desc']);
	});

	it('does not read a long history again at each look', async () => {
		for (let count = 0; count < 1000; count++) {
			addDone(`old_${count}`);
			pass(HOUR);
		}
		await look();
		expect(server.paths).toHaveLength(2);
		server.paths.length = 0;
		await look();
		expect(server.paths).toHaveLength(1);
	});

	it('doubles nothing when n8n begins a look before the last one is over', async () => {
		add('a');
		await look();
		end('a');
		const trigger = await activate();
		const both = await Promise.all([trigger.look(), trigger.look()]);
		expect(both.flatMap(idsOf)).toEqual(['a']);
	});

	it('begins anew when the credential is given another server', async () => {
		addDone('a');
		await look();
		const other = await startMovingServer();
		await server.close();
		server = other;
		addDone('b');
		expect(await ids()).toEqual([]);
		addDone('c');
		expect(await ids()).toEqual(['c']);
	});

	it('keeps little in mind however many videos there were', async () => {
		await look();
		for (let day = 0; day < 10; day++) {
			for (let count = 0; count < 300; count++) {
				addDone(`video_${'x'.repeat(300)}_${day}_${count}`);
				pass(DAY / 300);
			}
			expect(await ids()).toHaveLength(300);
		}
		expect(saved!.length).toBeLessThan(5_000);
	});
});

describe('a try in the editor', () => {
	it('gives the video that was finished last, and remembers nothing', async () => {
		add('a');
		addDone('b');
		pass(1);
		end('a');
		expect(await ids({ mode: 'manual' })).toEqual(['a']);
		expect(saved).toBe('{}');
		expect(await ids({ mode: 'manual' })).toEqual(['a']);
	});

	it('gives a failed video, which has no time of completion, before older ones', async () => {
		addDone('a');
		pass(1);
		add('b', { status: 'failed' });
		expect(await ids({ mode: 'manual' })).toEqual(['b']);
	});

	it('says so where nothing is finished yet', async () => {
		add('a');
		const { message, description } = await problemOf({ mode: 'manual' });
		expect(message).toBe('There is no such video on the server yet');
		expect(description).toContain('Create one');
	});
});

describe('what the trigger says', () => {
	it.each([
		['at its poll times', 'trigger' as const],
		['in a try', 'manual' as const],
	])(
		'of a server without a list, %s: that it cannot work there, and what works',
		async (_name, mode) => {
			server.refuseWith = 404;
			const { message, description } = await problemOf({ mode });
			expect(message).toBe('This server does not list its videos (404)');
			expect(description).toContain('without a list this trigger cannot work');
			expect(description).toContain('Wait Until Done');
			expect(saved).toBeUndefined();
		},
	);

	it('of a refused key: so, without the key', async () => {
		server.refuseWith = 401;
		const error = await problemOf();
		expect(error.message).toBe('The server did not accept the API key (401)');
		expect(JSON.stringify(error)).not.toContain(API_KEY);
	});
});
