import { type VideoRecord, createVideoId, isExpired, videoAt } from '../../sandbox/videos.mts';
import { formData, minimalFields, startTestSandbox } from './helpers.mts';

const record: VideoRecord = {
	id: 'video_0',
	dialect: 'contract',
	createdAt: 1_700_000_000_900,
	renderMs: 10_000,
	model: 'sora-2',
	prompt: 'a cat',
	size: '720x1280',
	seconds: '4',
};
const videoAfter = (seconds: number, changes: Partial<VideoRecord> = {}) =>
	videoAt({ ...record, ...changes }, record.createdAt + seconds * 1000);
const failure = { code: 'generation_failed', message: 'no', type: 'video_generation_error' };

describe('sandbox video', () => {
	it('goes from pending to in_progress to completed, with rising progress', () => {
		expect(videoAfter(0)).toEqual({
			id: 'video_0',
			object: 'video',
			created_at: 1_700_000_000,
			model: 'sora-2',
			status: 'pending',
			progress: 0,
			seconds: '4',
			size: '720x1280',
			prompt: 'a cat',
		});
		expect(videoAfter(0.99).status).toBe('pending');
		expect(videoAfter(1)).toMatchObject({ status: 'in_progress', progress: 0 });
		expect(videoAfter(5.5)).toMatchObject({ status: 'in_progress', progress: 50 });
		expect(videoAfter(9.999)).toMatchObject({ status: 'in_progress', progress: 99 });
		expect(videoAfter(10)).toMatchObject({
			status: 'completed',
			progress: 100,
			completed_at: 1_700_000_010,
			expires_at: 1_700_003_610,
		});
	});

	it('has progress that never decreases and stays between 0 and 100', () => {
		let previous = 0;
		for (let seconds = 0; seconds < 12; seconds += 0.05) {
			const { progress } = videoAfter(seconds);
			expect(Number.isInteger(progress)).toBe(true);
			expect(progress).toBeGreaterThanOrEqual(previous);
			expect(progress).toBeLessThanOrEqual(100);
			previous = progress!;
		}
	});

	it('has no error unless it failed', () => {
		for (const seconds of [0, 5, 10]) expect(videoAfter(seconds)).not.toHaveProperty('error');
		expect(videoAfter(5, { failure })).not.toHaveProperty('error');
	});

	it('has the reason but no completion or expiry time after a failure', () => {
		const video = videoAfter(10, { failure });
		expect(video).toMatchObject({ status: 'failed', error: failure });
		expect(video).not.toHaveProperty('completed_at');
		expect(video).not.toHaveProperty('expires_at');
	});

	it('is completed immediately with a render time of 0', () => {
		expect(videoAfter(0, { renderMs: 0 }).status).toBe('completed');
	});

	it('expires one hour after completion', () => {
		const video = videoAfter(10);
		expect(isExpired(video, video.expires_at! * 1000 - 1)).toBe(false);
		expect(isExpired(video, video.expires_at! * 1000)).toBe(true);
		expect(isExpired(videoAfter(5), Infinity)).toBe(false);
	});

	it('has a unique ID of video_ and 32 hex digits', () => {
		const ids = Array.from({ length: 100 }, createVideoId);
		for (const id of ids) expect(id).toMatch(/^video_[0-9a-f]{32}$/);
		expect(new Set(ids).size).toBe(100);
	});
});

describe('sandbox Get Status', () => {
	it('returns progress and completion according to the render time', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 20 });
		const { id, status } = await sandbox.createVideo();
		expect(status).toBe('pending');
		const poll = async () => (await sandbox.call('GET', `/videos/${id}`)).json;
		sandbox.advance(11);
		expect(await poll()).toMatchObject({ id, status: 'in_progress', progress: 50 });
		sandbox.advance(9);
		expect(await poll()).toMatchObject({ id, status: 'completed', progress: 100 });
	});

	it('returns the render time and progress set by outcomeFor, or no progress', async () => {
		const sandbox = await startTestSandbox({
			outcomeFor: () => ({ renderMs: 60_000, progressAt: (part) => (part < 0.5 ? 0 : undefined) }),
		});
		const { id } = await sandbox.createVideo();
		const poll = async () => (await sandbox.call('GET', `/videos/${id}`)).json;
		const { startVideo, getVideo } = sandbox.client('reseller');
		const resellerId = await startVideo();
		sandbox.advance(29);
		expect(await poll()).toMatchObject({ status: 'in_progress', progress: 0 });
		sandbox.advance(30);
		expect(await poll()).not.toHaveProperty('progress');
		expect((await getVideo(resellerId)).json.data).not.toHaveProperty('progress');
		sandbox.advance(1);
		expect(await poll()).toMatchObject({ status: 'completed', progress: 100 });
	});

	it('tracks two videos of one server separately', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 20 });
		const first = await sandbox.createVideo();
		sandbox.advance(15);
		const second = await sandbox.createVideo();
		sandbox.advance(5);
		expect((await sandbox.call('GET', `/videos/${first.id}`)).json.status).toBe('completed');
		expect((await sandbox.call('GET', `/videos/${second.id}`)).json.status).toBe('in_progress');
	});

	it('returns a failed video with HTTP 200', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const { id } = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		sandbox.advance(1);
		const { status, json } = await sandbox.call('GET', `/videos/${id}`);
		expect(status).toBe(200);
		expect(json).toMatchObject({ status: 'failed', error: { code: 'generation_failed' } });
		expect(json.error.message).toContain('rehearse');
	});

	it('returns 404 not_found for an unknown ID, however odd or long', async () => {
		const sandbox = await startTestSandbox();
		for (const id of ['video_0', 'sora-2:task_01k', 'x'.repeat(1000), '%E7%8C%AB']) {
			const { status, json } = await sandbox.call('GET', `/videos/${id}`);
			expect({ id, status, code: json.error.code }).toEqual({ id, status: 404, code: 'not_found' });
		}
	});

	it('uses real time without a given clock', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0.2, now: undefined });
		const before = Math.floor(Date.now() / 1000);
		const { json } = await sandbox.call('POST', '/videos', formData(minimalFields));
		expect(json.created_at).toBeGreaterThanOrEqual(before);
		await new Promise((resolve) => setTimeout(resolve, 250));
		expect((await sandbox.call('GET', `/videos/${json.id}`)).json.status).toBe('completed');
	});
});
