import { FAMILIES, imageFile, png, startTestSandbox } from './helpers.mts';

const KEY = { 'idempotency-key': 'key-1' };

const idIn = (json: any) => json.id ?? json.data.task_id;

describe.each(FAMILIES.map((name) => [name || 'the contract', name]))(
	'an Idempotency-Key with %s',
	(_base, name) => {
		it('makes one video however often it is sent, and says so', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(name, KEY);
			const first = await client.postVideo();
			const second = await client.postVideo();
			expect(second.status).toBe(first.status);
			expect(idIn(second.json)).toBe(idIn(first.json));
			expect(first.headers.has('idempotent-replayed')).toBe(false);
			expect(second.headers.get('idempotent-replayed')).toBe('true');
			expect([...sandbox.videos.values()]).toMatchObject([{ idempotencyKey: 'key-1' }]);
		});

		it('is refused with another body', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(name, KEY);
			await client.postVideo();
			const { status, bytes } = await client.postVideo({ prompt: 'another cat' });
			expect(status).toBe(422);
			expect(bytes.toString()).toContain('This Idempotency-Key was used before');
			expect(sandbox.videos.size).toBe(1);
		});
	},
);

describe('an Idempotency-Key', () => {
	it('brings the video as it stands by then', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const client = sandbox.client('', KEY);
		await client.postVideo();
		sandbox.advance(10);
		expect((await client.postVideo()).json.status).toBe('completed');
	});

	it('counts a file by its bytes, however the form is cut', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('', KEY);
		const send = async (bytes: Buffer) =>
			(await client.postVideo({ input_reference: imageFile(bytes) })).status;
		const other = Buffer.concat([png(720, 1280), Buffer.from('x')]);
		expect([await send(png(720, 1280)), await send(png(720, 1280)), await send(other)]).toEqual([
			200, 200, 422,
		]);
		expect(sandbox.videos.size).toBe(1);
	});

	it('is free again after a refusal', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('', KEY);
		expect((await client.postVideo({ size: '1x1' })).status).toBe(400);
		expect((await client.postVideo()).status).toBe(200);
	});

	it('is each server’s own, with or without faults in the base URL', async () => {
		const sandbox = await startTestSandbox();
		const ids = new Set();
		for (const words of ['', 'never-done', 'cdn', 'never-done/cdn', 'litellm']) {
			ids.add(idIn((await sandbox.client(words, KEY).postVideo()).json));
		}
		expect(ids.size).toBe(3);
	});

	it('holds when both requests are under way at the same time', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('newapi', KEY);
		const answers = await Promise.all([1, 2, 3].map(async () => await client.postVideo()));
		expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
		expect(sandbox.videos.size).toBe(1);
	});

	it('guards a remix, too', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		const { call } = sandbox.client('', KEY);
		const remix = async () => (await call('POST', `/videos/${id}/remix`, { prompt: 'rain' })).json;
		expect((await remix()).id).toBe((await remix()).id);
		expect(sandbox.videos.size).toBe(2);
	});

	it('is only remembered where keys are not honoured, as on most real servers', async () => {
		const sandbox = await startTestSandbox({ honourIdempotencyKeys: false });
		const client = sandbox.client('', KEY);
		const ids = [(await client.postVideo()).json.id, (await client.postVideo()).json.id];
		expect(new Set(ids).size).toBe(2);
		expect([...sandbox.videos.values()].map(({ idempotencyKey }) => idempotencyKey)).toEqual([
			'key-1',
			'key-1',
		]);
	});

	it('is noted with the request that brought it', async () => {
		const sandbox = await startTestSandbox();
		await sandbox.client('', KEY).postVideo();
		await sandbox.client('').postVideo();
		expect(sandbox.requests[0]).toMatchObject({ path: '/v1/videos', idempotencyKey: 'key-1' });
		expect(sandbox.requests[1]).not.toHaveProperty('idempotencyKey');
	});

	it('spares a client the rate limit once, not once for each prompt', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('rate-limit', KEY);
		const statuses = [];
		for (const prompt of ['a cat', 'a cat', 'a dog']) {
			statuses.push((await client.postVideo({ prompt })).status);
		}
		expect(statuses).toEqual([429, 200, 422]);
	});
});
