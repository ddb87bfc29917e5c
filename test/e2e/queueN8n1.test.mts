import { waitUntil } from '../support/waitUntil.mts';
import { begunBy } from './support/cluster.mts';
import { createsAt } from './support/sandboxRequests.mts';
import {
	downloaded,
	promptOf,
	type StartedService,
	statusesOf,
	useCluster,
} from './support/useCluster.mts';
import { numbered } from './support/workflow.mts';

const REQUESTS = 6;
const SLOW = { renderSeconds: 8 };

const context = useCluster({ version: '1.123.81' });

/** How many accepted Creates were sent a second time. */
const repeated = ({ sandbox }: StartedService) => createsAt(sandbox).length - REQUESTS;

describe('queue mode in n8n 1, after one of two workers is killed', () => {
	let usual: StartedService;
	let keyless: StartedService;
	let saved: StartedService;

	beforeAll(async () => {
		usual = await context.startService('usual', SLOW);
		keyless = await context.startService('keyless', { ...SLOW, honourIdempotencyKeys: false });
		saved = await context.startService(
			'saved',
			{ ...SLOW, honourIdempotencyKeys: false },
			{ settings: { saveExecutionProgress: true } },
		);
		const services = [usual, keyless, saved];
		for (const service of services) await service.request(numbered(REQUESTS));
		await waitUntil('all are waited for', () =>
			services.every(({ sandbox }) => {
				const polls = sandbox.requests.filter(({ method }) => method === 'GET');
				return new Set(polls.map((request) => request.path)).size === REQUESTS;
			}),
		);
		await context.cluster.workers[0].kill();
	});

	it('the other worker runs its executions again under the same IDs, and all succeed', async () => {
		for (const service of [usual, keyless, saved]) {
			const executions = await service.ended();
			expect(statusesOf(executions)).toEqual(Array(REQUESTS).fill('success'));
			expect(executions.flatMap(downloaded).map(promptOf).sort()).toEqual(numbered(REQUESTS));
		}
		const [first, second] = context.cluster.workers.map(begunBy);
		expect(first.length).toBeGreaterThan(0);
		expect(second).toEqual(expect.arrayContaining(first));
	});

	it('a repeated Create has the same idempotency key, so the server returns the same video', async () => {
		await usual.ended();
		expect(repeated(usual)).toBeGreaterThan(0);
		const keys = createsAt(usual.sandbox).map(({ idempotencyKey }) => idempotencyKey);
		expect(new Set(keys).size).toBe(REQUESTS);
		expect(usual.sandbox.videos.size).toBe(REQUESTS);
	});

	it('a server without idempotency keys creates, and bills, a second video', async () => {
		await keyless.ended();
		expect(repeated(keyless)).toBeGreaterThan(0);
		expect(keyless.sandbox.videos.size).toBe(REQUESTS + repeated(keyless));
	});

	it('with "Save execution progress" only the wait is repeated, and no second video is created', async () => {
		const executions = await saved.ended();
		const [first] = context.cluster.workers.map(begunBy);
		expect(executions.some(({ id }) => first.includes(id))).toBe(true);
		expect(repeated(saved)).toBe(0);
		expect(saved.sandbox.videos.size).toBe(REQUESTS);
	});
});
