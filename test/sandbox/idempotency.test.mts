import { FAMILIES, image, png, startBench } from './helpers.mts';

const KEY = { 'idempotency-key': 'key-1' };

const idIn = (json: any) => json.id ?? json.data.task_id;

describe.each(FAMILIES.map((name) => [name || 'the contract', name]))(
	'an Idempotency-Key with %s',
	(_base, name) => {
		it('makes one video however often it is sent, and says so', async () => {
			const bench = await startBench();
			const client = bench.under(name, KEY);
			const first = await client.order();
			const second = await client.order();
			expect(second.status).toBe(first.status);
			expect(idIn(second.json)).toBe(idIn(first.json));
			expect(first.headers.has('idempotent-replayed')).toBe(false);
			expect(second.headers.get('idempotent-replayed')).toBe('true');
			expect([...bench.videos.values()]).toMatchObject([{ idempotencyKey: 'key-1' }]);
		});

		it('is refused with another body', async () => {
			const bench = await startBench();
			const client = bench.under(name, KEY);
			await client.order();
			const { status, bytes } = await client.order({ prompt: 'another cat' });
			expect(status).toBe(422);
			expect(bytes.toString()).toContain('This Idempotency-Key was used before');
			expect(bench.videos.size).toBe(1);
		});
	},
);

describe('an Idempotency-Key', () => {
	it('brings the video as it stands by then', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const client = bench.under('', KEY);
		await client.order();
		bench.pass(10);
		expect((await client.order()).json.status).toBe('completed');
	});

	it('counts a file by its bytes, however the form is cut', async () => {
		const bench = await startBench();
		const client = bench.under('', KEY);
		const send = async (bytes: Buffer) =>
			(await client.order({ input_reference: image(bytes) })).status;
		const other = Buffer.concat([png(720, 1280), Buffer.from('x')]);
		expect([await send(png(720, 1280)), await send(png(720, 1280)), await send(other)]).toEqual([
			200, 200, 422,
		]);
		expect(bench.videos.size).toBe(1);
	});

	it('is free again after a refusal', async () => {
		const bench = await startBench();
		const client = bench.under('', KEY);
		expect((await client.order({ size: '1x1' })).status).toBe(400);
		expect((await client.order()).status).toBe(200);
	});

	it('is each server’s own, with or without faults in the base URL', async () => {
		const bench = await startBench();
		const ids = new Set();
		for (const words of ['', 'never-done', 'cdn', 'never-done/cdn', 'litellm']) {
			ids.add(idIn((await bench.under(words, KEY).order()).json));
		}
		expect(ids.size).toBe(3);
	});

	it('holds when both requests are under way at the same time', async () => {
		const bench = await startBench();
		const client = bench.under('newapi', KEY);
		const answers = await Promise.all([1, 2, 3].map(async () => await client.order()));
		expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
		expect(bench.videos.size).toBe(1);
	});

	it('guards a remix, too', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const { id } = await bench.create();
		const { call } = bench.under('', KEY);
		const remix = async () => (await call('POST', `/videos/${id}/remix`, { prompt: 'rain' })).json;
		expect((await remix()).id).toBe((await remix()).id);
		expect(bench.videos.size).toBe(2);
	});

	it('is only remembered where keys are not honoured, as on most real servers', async () => {
		const bench = await startBench({ honourIdempotencyKeys: false });
		const client = bench.under('', KEY);
		const ids = [(await client.order()).json.id, (await client.order()).json.id];
		expect(new Set(ids).size).toBe(2);
		expect([...bench.videos.values()].map(({ idempotencyKey }) => idempotencyKey)).toEqual([
			'key-1',
			'key-1',
		]);
	});

	it('is noted with the request that brought it', async () => {
		const bench = await startBench();
		await bench.under('', KEY).order();
		await bench.under('').order();
		expect(bench.requests[0]).toMatchObject({ path: '/v1/videos', idempotencyKey: 'key-1' });
		expect(bench.requests[1]).not.toHaveProperty('idempotencyKey');
	});

	it('spares a client the rate limit once, not once for each prompt', async () => {
		const bench = await startBench();
		const client = bench.under('rate-limit', KEY);
		const statuses = [];
		for (const prompt of ['a cat', 'a cat', 'a dog']) {
			statuses.push((await client.order({ prompt })).status);
		}
		expect(statuses).toEqual([429, 200, 422]);
	});
});
