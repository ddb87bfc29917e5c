import { completedVideo, CREATE, RETRY_ON_FAIL } from '../support/fixtures.mts';
import { testNode } from '../support/testNode.mts';

const STATUS = 'GET /v1/videos/video_1';
const WAIT = { operation: 'waitUntilDone', timeoutMinutes: 10 };

const node = testNode({ operation: 'getStatus' });

const SERVER_STATUSES = {
	pending: [
		...['queued', 'pending', 'submitted', 'created', 'starting'],
		...['not_start', 'not_started', 'unknown', 'preparing', 'in_queue', 'waiting'],
		...['task_status_queued', 'JOB_STATE_PENDING', '排队中', '等待中'],
	],
	in_progress: [
		...['in_progress', 'processing', 'preprocessing', 'running', 'generating', 'started'],
		...['TASK_STATUS_PROCESSING', 'JOB_STATE_RUNNING', '处理中', '生成中', '进行中'],
	],
	completed: [
		...['completed', 'complete', 'succeeded', 'succeed', 'success', 'done', 'finished'],
		...['ready', 'finish', 'successful', 'completed_with_errors', 'JOB_STATE_SUCCEEDED'],
		...['TASK_STATUS_SUCCEED', 'video_ready', 'task_completed', '成功', '已完成'],
	],
	failed: [
		...['failed', 'fail', 'failure', 'error', 'cancelled', 'canceled'],
		...['expired', 'rejected', 'deleted', 'timeout', 'timed_out', 'timedout', 'aborted'],
		...['blocked', 'moderated', 'content_filtered', 'incomplete', 'generation_failed'],
		...['JOB_STATE_FAILED', 'task_failed', '失败', '超时'],
	],
};

/** A server status in all the spellings that servers use. */
const spellings = (serverStatus: string) => [
	serverStatus,
	serverStatus.toUpperCase(),
	serverStatus[0].toUpperCase() + serverStatus.slice(1),
	` ${serverStatus}\n`,
	serverStatus.replaceAll('_', '-'),
	serverStatus.replaceAll('_', ' '),
];

describe('status', () => {
	it.each(
		Object.entries(SERVER_STATUSES).flatMap(([status, serverStatuses]) =>
			serverStatuses.map((serverStatus) => [serverStatus, status]),
		),
	)('"%s" is returned as %s in every spelling', async (serverStatus, status) => {
		for (const spelling of spellings(serverStatus)) {
			node.server.respondTo(STATUS, { json: { id: 'video_1', status: spelling } });
			const { json } = (await node.run()).items[0];
			expect([spelling, json.status]).toEqual([spelling, status]);
			const trimmed = spelling.trim();
			expect(json.provider_status).toBe(trimmed === status ? undefined : trimmed);
		}
	});

	it.each([
		['missing', {}],
		['empty', { status: '' }],
		['null', { status: null }],
	])('is pending if the server status is %s', async (_name, fields) => {
		node.server.respondTo(STATUS, { json: { id: 'video_1', ...fields } });
		const { json } = (await node.run()).items[0];
		expect(json.status).toBe('pending');
		expect(json).not.toHaveProperty('provider_status');
	});

	it.each([
		['state', { state: 'running' }],
		['task_status', { status: null, task_status: 'RUNNING' }],
	])('is read from %s', async (_name, fields) => {
		node.server.respondTo(STATUS, { json: { id: 'video_1', ...fields } });
		expect((await node.run()).items[0].json.status).toBe('in_progress');
	});

	it('does not end Wait Until Done if it is unknown', async () => {
		node.server.respondTo(
			STATUS,
			{ json: { id: 'video_1', status: 'upscaling' } },
			{ json: { id: 'video_1', status: 'Moderation in progress' } },
			{ json: completedVideo('video_1') },
		);
		const { items, error } = await node.run(WAIT);
		expect(error).toBeUndefined();
		expect(items[0].json).toEqual(completedVideo('video_1'));
	});

	it('is quoted in the timeout error if it is unknown', async () => {
		node.server.alwaysRespondTo(STATUS, {
			json: { id: 'video_1', status: 'Upscaling', progress: 7 },
		});
		node.server.alwaysRespondTo(`${STATUS}/content`, { status: 404 });
		const { items } = await node.run(WAIT, { settings: { onError: 'continueRegularOutput' } });
		expect(items[0].json).toMatchObject({
			id: 'video_1',
			status: 'pending',
			provider_status: 'Upscaling',
			error: "Video 'video_1' was not finished within 10 minutes (last state: Upscaling, 7 %)",
		});
	});

	it.each([
		['expired', "The server gave up on video 'video_1', which ran out of time", 'Create it again'],
		['EXPIRED', "The server gave up on video 'video_1', which ran out of time", 'Create it again'],
		['cancelled', "Video 'video_1' was cancelled on the server", 'Create it again'],
		['Canceled', "Video 'video_1' was cancelled on the server", 'Create it again'],
		['deleted', "Video 'video_1' was deleted on the server", 'Create it again'],
		[
			'rejected',
			"The server could not make video 'video_1': it gave no reason",
			'Try another prompt',
		],
	])('"%s" has its own error message and next step', async (status, message, next) => {
		for (const operation of ['waitUntilDone', 'download']) {
			node.server.respondTo(STATUS, { json: { id: 'video_1', status } });
			const { error } = await node.run({ operation });
			expect(error?.message).toBe(message);
			expect(error?.description).toContain(next);
		}
		expect(node.time.pauses).toEqual([]);
	});

	it.each([
		['expired', "The server gave up on video 'video_1', which ran out of time: Kept for one hour."],
		['cancelled', "Video 'video_1' was cancelled on the server: Kept for one hour."],
	])('"%s" is reported with the error message of the server', async (status, message) => {
		const error = { message: 'Kept for one hour.' };
		node.server.respondTo(STATUS, { json: { id: 'video_1', status, error } });
		expect((await node.run(WAIT)).error?.message).toBe(message);
	});
});

describe('Create', () => {
	const create = async () => await node.run(CREATE, { items: [{ json: {} }] });

	it.each([200, 201, 202])('accepts a %i', async (status) => {
		node.server.respondTo('POST /v1/videos', {
			status,
			json: { id: 'video_1', status: 'pending' },
		});
		expect((await create()).items[0].json).toMatchObject({ id: 'video_1', status: 'pending' });
	});

	it.each([200, 201, 202])('returns a video that is completed at once: %i', async (status) => {
		node.server.respondTo('POST /v1/videos', { status, json: completedVideo('video_1') });
		const { items } = await create();
		expect(items[0].json).toEqual(completedVideo('video_1'));

		node.server.respondTo(STATUS, { json: completedVideo('video_1') });
		expect((await node.run(WAIT, { items })).items[0].json).toEqual(completedVideo('video_1'));
		expect(node.time.pauses).toEqual([]);
	});

	// An error would make Retry On Fail pay for a second video.
	it('returns a video that failed at once as an item', async () => {
		node.server.respondTo('POST /v1/videos', {
			json: { id: 'video_1', status: 'failed', error: { message: 'No.' } },
		});
		const { items } = await node.run(CREATE, {
			items: [{ json: {} }],
			settings: RETRY_ON_FAIL,
		});
		expect(items[0].json).toMatchObject({ id: 'video_1', status: 'failed' });
		expect(node.server.received).toHaveLength(1);
	});

	it('reads JSON with any Content-Type', async () => {
		node.server.respondTo('POST /v1/videos', {
			body: JSON.stringify({ id: 'video_1', status: 'pending' }),
			headers: { 'content-type': 'text/html' },
		});
		expect((await create()).items[0].json.id).toBe('video_1');
	});
});
