import { startBench } from './helpers.mts';

describe('a server with its files on another host', () => {
	it('redirects each variant there, and names the file once it is done', async () => {
		const bench = await startBench({ renderSeconds: 10 });
		const { call, start, look } = bench.under('cdn');
		const id = await start();
		expect((await look(id)).json).toMatchObject({ status: 'pending', url: null });
		bench.pass(10);
		const { url } = (await look(id)).json;
		expect(new URL(url).origin).toBe(bench.fileHost);
		for (const variant of ['video', 'thumbnail', 'spritesheet'] as const) {
			const { status, headers } = await call('GET', `/videos/${id}/content?variant=${variant}`);
			expect(status).toBe(302);
			const file = await fetch(headers.get('location')!);
			const bytes = Buffer.from(await file.arrayBuffer());
			expect(bytes.equals(await bench.fileOf(id, variant))).toBe(true);
			expect(file.headers.get('content-type')).toMatch(/^(video\/mp4|image\/png)$/);
		}
	});
});

describe('the file host', () => {
	async function startWithFile() {
		const bench = await startBench({ renderSeconds: 0 });
		const { start, look } = bench.under('cdn');
		const id = await start();
		return { bench, url: (await look(id)).json.url as string };
	}

	it('is another origin, on the loopback interface', async () => {
		const { bench } = await startWithFile();
		expect(bench.fileHost).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(bench.baseUrl.startsWith(`${bench.fileHost}/`)).toBe(false);
	});

	it('refuses a request that brings a key, as S3 does', async () => {
		const { bench, url } = await startWithFile();
		const response = await fetch(url, { headers: { authorization: `Bearer ${bench.apiKey}` } });
		expect(response.status).toBe(400);
		expect(response.headers.get('content-type')).toMatch(/xml/);
		expect(await response.text()).toContain('Only one auth mechanism allowed');
	});

	it.each([
		['no signature', (url: string) => url.replace(/&signature=.*/, '')],
		['a wrong signature', (url: string) => url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
		['another expiry', (url: string) => url.replace(/expires=\d+/, 'expires=9999999999')],
		['another file', (url: string) => url.replace('/video?', '/thumbnail?')],
	])('refuses an address with %s', async (_name, change) => {
		const { url } = await startWithFile();
		const response = await fetch(change(url));
		expect(response.status).toBe(403);
		expect(await response.text()).toContain('SignatureDoesNotMatch');
		expect((await fetch(url)).status).toBe(200);
	});

	it('keeps a file for an hour', async () => {
		const { bench, url } = await startWithFile();
		bench.pass(3599);
		expect((await fetch(url)).status).toBe(200);
		bench.pass(1);
		expect((await fetch(url)).status).toBe(410);
	});

	it('remembers each request with its headers', async () => {
		const { bench, url } = await startWithFile();
		await fetch(url, { headers: { 'x-mine': 'yes' } });
		expect(bench.fileRequests).toEqual([
			{
				method: 'GET',
				path: url.slice(bench.fileHost.length),
				headers: expect.objectContaining({ 'x-mine': 'yes' }),
				statusCode: 200,
			},
		]);
		expect(bench.fileRequests[0].headers).not.toHaveProperty('authorization');
	});

	it('closes with the sandbox', async () => {
		const { bench, url } = await startWithFile();
		await bench.close();
		await expect(fetch(url)).rejects.toThrow();
	});
});
