import { FAMILIES, imageFile, png, startTestSandbox, videoIdIn } from './helpers.mts';

const KEY_HEADER = { 'idempotency-key': 'key-1' };

describe.each(FAMILIES.map((name) => [name || 'the contract', name]))(
	'sandbox Idempotency-Key at %s',
	(_base, name) => {
		it('creates one video, and marks repeated responses as replayed', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(name, KEY_HEADER);
			const first = await client.postVideo();
			const second = await client.postVideo();
			expect(second.status).toBe(first.status);
			expect(videoIdIn(second.json)).toBe(videoIdIn(first.json));
			expect(first.headers.has('idempotent-replayed')).toBe(false);
			expect(second.headers.get('idempotent-replayed')).toBe('true');
			expect([...sandbox.videos.values()]).toMatchObject([{ idempotencyKey: 'key-1' }]);
		});

		it('is rejected with a different body', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(name, KEY_HEADER);
			await client.postVideo();
			const { status, bytes } = await client.postVideo({ prompt: 'another cat' });
			expect(status).toBe(422);
			expect(bytes.toString()).toContain('This Idempotency-Key was used before');
			expect(sandbox.videos.size).toBe(1);
		});
	},
);

describe('sandbox Idempotency-Key', () => {
	it('returns the current state of the video', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const client = sandbox.client('', KEY_HEADER);
		await client.postVideo();
		sandbox.advance(10);
		expect((await client.postVideo()).json.status).toBe('completed');
	});

	it('compares an uploaded file by its bytes, whatever the form boundary', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('', KEY_HEADER);
		const sendImage = async (bytes: Buffer) =>
			(await client.postVideo({ input_reference: imageFile(bytes) })).status;
		const other = Buffer.concat([png(720, 1280), Buffer.from('x')]);
		expect([
			await sendImage(png(720, 1280)),
			await sendImage(png(720, 1280)),
			await sendImage(other),
		]).toEqual([200, 200, 422]);
		expect(sandbox.videos.size).toBe(1);
	});

	it('can be used again after an error', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('', KEY_HEADER);
		expect((await client.postVideo({ size: '1x1' })).status).toBe(400);
		expect((await client.postVideo()).status).toBe(200);
	});

	it('is separate for each server, whatever faults are in the base URL', async () => {
		const sandbox = await startTestSandbox();
		const ids = new Set();
		for (const segments of ['', 'never-done', 'cdn', 'never-done/cdn', 'litellm']) {
			ids.add(videoIdIn((await sandbox.client(segments, KEY_HEADER).postVideo()).json));
		}
		expect(ids.size).toBe(3);
	});

	it('creates one video for concurrent requests', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('newapi', KEY_HEADER);
		const responses = await Promise.all([1, 2, 3].map(async () => await client.postVideo()));
		expect(new Set(responses.map(({ json }) => json.id)).size).toBe(1);
		expect(sandbox.videos.size).toBe(1);
	});

	it('applies to Remix as well', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		const { call } = sandbox.client('', KEY_HEADER);
		const remix = async () => (await call('POST', `/videos/${id}/remix`, { prompt: 'rain' })).json;
		expect((await remix()).id).toBe((await remix()).id);
		expect(sandbox.videos.size).toBe(2);
	});

	it('is only recorded with honourIdempotencyKeys off, as on most real servers', async () => {
		const sandbox = await startTestSandbox({ honourIdempotencyKeys: false });
		const client = sandbox.client('', KEY_HEADER);
		const ids = [(await client.postVideo()).json.id, (await client.postVideo()).json.id];
		expect(new Set(ids).size).toBe(2);
		expect([...sandbox.videos.values()].map(({ idempotencyKey }) => idempotencyKey)).toEqual([
			'key-1',
			'key-1',
		]);
	});

	it('is recorded with its request', async () => {
		const sandbox = await startTestSandbox();
		await sandbox.client('', KEY_HEADER).postVideo();
		await sandbox.client('').postVideo();
		expect(sandbox.requests[0]).toMatchObject({ path: '/v1/videos', idempotencyKey: 'key-1' });
		expect(sandbox.requests[1]).not.toHaveProperty('idempotencyKey');
	});

	it('identifies a retry to rate-limit, whatever the prompt', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('rate-limit', KEY_HEADER);
		const statuses = [];
		for (const prompt of ['a cat', 'a cat', 'a dog']) {
			statuses.push((await client.postVideo({ prompt })).status);
		}
		expect(statuses).toEqual([429, 200, 422]);
	});
});
