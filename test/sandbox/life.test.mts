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
const after = (seconds: number, changes: Partial<VideoRecord> = {}) =>
	videoAt({ ...record, ...changes }, record.createdAt + seconds * 1000);
const failure = { code: 'generation_failed', message: 'no', type: 'video_generation_error' };

describe('the life of a video', () => {
	it('waits in line, is made with rising progress, and is done when its time is over', () => {
		expect(after(0)).toEqual({
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
		expect(after(0.99).status).toBe('pending');
		expect(after(1)).toMatchObject({ status: 'in_progress', progress: 0 });
		expect(after(5.5)).toMatchObject({ status: 'in_progress', progress: 50 });
		expect(after(9.999)).toMatchObject({ status: 'in_progress', progress: 99 });
		expect(after(10)).toMatchObject({
			status: 'completed',
			progress: 100,
			completed_at: 1_700_000_010,
			expires_at: 1_700_003_610,
		});
	});

	it('never shows progress that goes back or leaves 0 to 100', () => {
		let last = 0;
		for (let seconds = 0; seconds < 12; seconds += 0.05) {
			const { progress } = after(seconds);
			expect(Number.isInteger(progress)).toBe(true);
			expect(progress).toBeGreaterThanOrEqual(last);
			expect(progress).toBeLessThanOrEqual(100);
			last = progress!;
		}
	});

	it('has no error key unless it failed', () => {
		for (const seconds of [0, 5, 10]) expect(after(seconds)).not.toHaveProperty('error');
		expect(after(5, { failure })).not.toHaveProperty('error');
	});

	it('fails with its reason, and then has no completion and no expiry', () => {
		const video = after(10, { failure });
		expect(video).toMatchObject({ status: 'failed', error: failure });
		expect(video).not.toHaveProperty('completed_at');
		expect(video).not.toHaveProperty('expires_at');
	});

	it('is done at once when rendering takes no time', () => {
		expect(after(0, { renderMs: 0 }).status).toBe('completed');
	});

	it('expires one hour after it was done', () => {
		const video = after(10);
		expect(isExpired(video, video.expires_at! * 1000 - 1)).toBe(false);
		expect(isExpired(video, video.expires_at! * 1000)).toBe(true);
		expect(isExpired(after(5), Infinity)).toBe(false);
	});

	it('gets an id of its own: video_ and 32 hex digits', () => {
		const ids = Array.from({ length: 100 }, createVideoId);
		for (const id of ids) expect(id).toMatch(/^video_[0-9a-f]{32}$/);
		expect(new Set(ids).size).toBe(100);
	});
});

describe('polling a video', () => {
	it('shows the same life over the wire, by the given render time', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 20 });
		const { id, status } = await sandbox.createVideo();
		expect(status).toBe('pending');
		const poll = async () => (await sandbox.call('GET', `/videos/${id}`)).json;
		sandbox.advance(11);
		expect(await poll()).toMatchObject({ id, status: 'in_progress', progress: 50 });
		sandbox.advance(9);
		expect(await poll()).toMatchObject({ id, status: 'completed', progress: 100 });
	});

	it('can be given a time and a progress of its own, or none', async () => {
		const sandbox = await startTestSandbox({
			outcomeFor: () => ({ renderMs: 60_000, progressAt: (part) => (part < 0.5 ? 0 : undefined) }),
		});
		const { id } = await sandbox.createVideo();
		const poll = async () => (await sandbox.call('GET', `/videos/${id}`)).json;
		const { startVideo, getVideo } = sandbox.client('reseller');
		const enveloped = await startVideo();
		sandbox.advance(29);
		expect(await poll()).toMatchObject({ status: 'in_progress', progress: 0 });
		sandbox.advance(30);
		expect(await poll()).not.toHaveProperty('progress');
		expect((await getVideo(enveloped)).json.data).not.toHaveProperty('progress');
		sandbox.advance(1);
		expect(await poll()).toMatchObject({ status: 'completed', progress: 100 });
	});

	it('keeps two videos of one server apart', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 20 });
		const first = await sandbox.createVideo();
		sandbox.advance(15);
		const second = await sandbox.createVideo();
		sandbox.advance(5);
		expect((await sandbox.call('GET', `/videos/${first.id}`)).json.status).toBe('completed');
		expect((await sandbox.call('GET', `/videos/${second.id}`)).json.status).toBe('in_progress');
	});

	it('answers failed, not an HTTP error, for a video that failed', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const { id } = await sandbox.createVideo({ model: 'sandbox-always-fails' });
		sandbox.advance(1);
		const { status, json } = await sandbox.call('GET', `/videos/${id}`);
		expect(status).toBe(200);
		expect(json).toMatchObject({ status: 'failed', error: { code: 'generation_failed' } });
		expect(json.error.message).toContain('rehearse');
	});

	it('says 404 not_found for an id it never gave, however odd or long', async () => {
		const sandbox = await startTestSandbox();
		for (const id of ['video_0', 'sora-2:task_01k', 'x'.repeat(1000), '%E7%8C%AB']) {
			const { status, json } = await sandbox.call('GET', `/videos/${id}`);
			expect({ id, status, code: json.error.code }).toEqual({ id, status: 404, code: 'not_found' });
		}
	});

	it('uses real time when no clock is given', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0.2, now: undefined });
		const before = Math.floor(Date.now() / 1000);
		const { json } = await sandbox.call('POST', '/videos', formData(minimalFields));
		expect(json.created_at).toBeGreaterThanOrEqual(before);
		await new Promise((resolve) => setTimeout(resolve, 250));
		expect((await sandbox.call('GET', `/videos/${json.id}`)).json.status).toBe('completed');
	});
});
