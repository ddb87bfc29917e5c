import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { RunningN8n } from '../../scripts/n8n/server.mts';
import { waitUntil } from '../support/waitUntil.mts';
import { begunBy } from './support/cluster.mts';
import { expectSameFile } from './support/expectSameFile.mts';
import { createsAt } from './support/sandboxRequests.mts';
import {
	downloaded,
	idOf,
	promptOf,
	type StartedService,
	statusesOf,
	useCluster,
} from './support/useCluster.mts';
import { chain, itemsOf, numbered, videosNode } from './support/workflow.mts';

/** One more than three workers have slots. */
const PARKED = 31;

const sharedFolder = mkdtempSync(path.join(tmpdir(), 'openai-videos-shared-'));
const context = useCluster({
	env: {
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '60',
		N8N_BINARY_DATA_STORAGE_PATH: sharedFolder,
		N8N_BINARY_DATA_DATABASE_MAX_FILE_SIZE: '1',
	},
});
const { startService } = context;

afterAll(() => rmSync(sharedFolder, { recursive: true, force: true }));

describe('queue mode in n8n 2', () => {
	/** Its executions sleep for more than a minute, during which other tests run. */
	let parked: StartedService;
	/** The workers that are killed and stopped. */
	let gone: RunningN8n[];

	it('a file too large for the database is not stored, and the error names the video ID', async () => {
		const service = await startService('large', { renderSeconds: 0.5, fileBytes: 2_000_000 });
		await service.request(['a cat']);
		const [{ status, data }] = await service.ended();
		const [[id]] = service.sandbox.videos;
		expect(status).toBe('error');
		expect(data.resultData.error!.message).toMatch(
			new RegExp(`^n8n could not store the file of video '${id}': .* max size limit of 1 MB`),
		);
	});

	describe('after one worker is killed and one is stopped during its waits', () => {
		let service: StartedService;
		/** The executions of those two that had not ended. */
		let lost: string[];

		beforeAll(async () => {
			const hasty = await context.cluster.addWorker({ N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '2' });
			gone = [context.cluster.workers[0], hasty];
			// n8n keeps a wait of less than 65 seconds in the worker.
			const parameters = { resume: 'timeInterval', amount: 66, unit: 'seconds' };
			const later = { name: 'Later', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters };
			parked = await startService('parked', { renderSeconds: 1 }, { between: [later] });
			await parked.request(numbered(PARKED));
			await parked.allAre(['waiting']);

			service = await startService('slow', { renderSeconds: 10 });
			await service.request(numbered(15));
			await waitUntil('all are waited for', () => {
				const polls = service.sandbox.requests.filter(({ method }) => method === 'GET');
				return new Set(polls.map((request) => request.path)).size === 15;
			});
			await gone[0].kill();
			process.kill(gone[1].pid, 'SIGTERM');
			await gone[1].ended;
		});

		it('n8n marks the executions of both as failed, saves none of their data and runs none again', async () => {
			const executions = await service.ended();
			const failed = executions.filter(({ status }) => status !== 'success');
			lost = failed.map(({ id }) => id);
			for (const { status, data } of failed) {
				expect([status, data.resultData.runData]).toEqual(['error', {}]);
				expect(data.resultData.error!.message).toMatch(/^This execution failed to be processed/);
			}
			const mine = executions.map(({ id }) => id);
			const begun = gone.flatMap(begunBy).filter((id) => mine.includes(id));
			expect([...lost].sort()).toEqual(begun.sort());
			for (const worker of gone) {
				expect(begunBy(worker).some((id) => lost.includes(id))).toBe(true);
			}
			expect(gone[1].log()).toContain('Shutdown timed out after 2 seconds');
		});

		it('no video is created twice, not even by Retry, which does nothing', async () => {
			for (const id of lost) expect(await service.retry(id)).toBe('error');
			expect(createsAt(service.sandbox)).toHaveLength(15);
			expect(service.sandbox.videos.size).toBe(15);
		});

		it('the logs of both name the video IDs by execution, and the videos can be downloaded by them', async () => {
			const log = gone.map((worker) => worker.log()).join('\n');
			const ids = lost.map((execution) =>
				String(new RegExp(`Created video '(.+)' in execution ${execution}$`, 'm').exec(log)?.at(1)),
			);
			const { baseUrl, apiKey, videos } = service.sandbox;
			const kept = (await service.ended()).filter(({ status }) => status === 'success');
			const known = [...ids, ...kept.flatMap(downloaded).map(idOf)];
			expect(known.sort()).toEqual([...videos.keys()].sort());

			const credential = await context.cluster.client.createCredential('Again', {
				apiKey,
				baseUrl,
			});
			const videoId = '={{ $json.prompt }}';
			const again = await context.cluster.client.execute(
				chain([
					...itemsOf(ids),
					videosNode(credential, { operation: 'waitUntilDone', videoId }, { name: 'Wait' }),
					videosNode(credential, { operation: 'download' }, { name: 'Download' }),
				]),
			);
			expect(downloaded(again).map(idOf)).toEqual(ids);
			for (const video of downloaded(again)) {
				await expectSameFile(context.cluster, service.sandbox, video);
			}
		});
	});

	it('a hundred requests become a hundred videos on both workers, each created once', async () => {
		const service = await startService('hundred', { renderSeconds: 2 });
		const { sandbox } = service;
		const workers = [context.cluster.workers[1], await context.cluster.addWorker()];
		const prompts = numbered(100);
		await service.request(prompts);
		const executions = await service.ended();
		// The following tests need a single worker.
		await workers[1].stop();

		expect(statusesOf(executions)).toEqual(prompts.map(() => 'success'));
		const videos = executions.flatMap(downloaded);
		expect(videos.map(promptOf).sort()).toEqual([...prompts].sort());
		expect(videos.map(idOf).sort()).toEqual([...sandbox.videos.keys()].sort());
		expect(createsAt(sandbox)).toHaveLength(100);
		expect(new Set(createsAt(sandbox).map((each) => each.idempotencyKey)).size).toBe(100);

		const mine = executions.map(({ id }) => id);
		const shares = workers.map(
			(worker) => begunBy(worker).filter((id) => mine.includes(id)).length,
		);
		console.log(`Of 100 executions the workers began ${shares.join(' and ')}`);
		expect(shares[0] + shares[1]).toBe(100);
		expect(Math.min(...shares)).toBeGreaterThan(20);

		// By default n8n keeps files in the database in queue mode, so main can read what a worker stored.
		for (const video of videos) {
			expect(video.binary!.data.id).toMatch(/^database:/);
			await expectSameFile(context.cluster, sandbox, video);
		}
	});

	it('executions that sleep in a Wait node take no worker slot and finish on another worker', async () => {
		const executions = await parked.ended();
		expect(statusesOf(executions)).toEqual(Array(PARKED).fill('success'));
		expect(createsAt(parked.sandbox)).toHaveLength(PARKED);
		expect(executions.some(({ id }) => gone.flatMap(begunBy).includes(id))).toBe(true);
	});

	it('a worker that is stopped with enough time finishes its waits first', async () => {
		const service = await startService('stopped', { renderSeconds: 5 });
		const worker = context.cluster.workers[1];
		await service.request(numbered(4));
		await waitUntil('all are made', () => service.sandbox.videos.size === 4);
		process.kill(worker.pid, 'SIGTERM');
		await worker.ended;
		expect(worker.log()).toMatch(/Waiting for 4 active executions to finish/);
		expect([...(await service.statuses()).values()]).toEqual(Array(4).fill('success'));
		expect(createsAt(service.sandbox)).toHaveLength(4);
	});

	describe('binary mode filesystem', () => {
		it.each([
			[
				'does not let main read a file that the worker keeps in a folder of its own',
				undefined,
				404,
			],
			['lets main read a file in a folder that all share', sharedFolder, 200],
		])('%s', async (_name, N8N_BINARY_DATA_STORAGE_PATH, status) => {
			const mode = { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' };
			// They store files elsewhere and would take the execution.
			for (const other of context.cluster.workers) await other.stop();
			const worker = await context.cluster.addWorker({ ...mode, N8N_BINARY_DATA_STORAGE_PATH });
			try {
				const service = await startService(`files${status}`, { renderSeconds: 0.5 });
				await service.request(['a cat']);
				const [video] = (await service.ended()).flatMap(downloaded);
				const file = video.binary!.data;
				expect(file.id).toMatch(/^filesystem/);
				expect((await context.cluster.client.readFile(file)).status).toBe(status);
				if (status === 200) await expectSameFile(context.cluster, service.sandbox, video);
			} finally {
				await worker.stop();
			}
		});
	});
});
