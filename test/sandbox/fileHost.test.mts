import { startTestSandbox } from './helpers.mts';

describe('sandbox server with a separate file host', () => {
	it('redirects downloads of every variant, and returns the URL of a completed video', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 10 });
		const { call, startVideo, getVideo } = sandbox.client('cdn');
		const id = await startVideo();
		expect((await getVideo(id)).json).toMatchObject({ status: 'pending', url: null });
		sandbox.advance(10);
		const { url } = (await getVideo(id)).json;
		expect(new URL(url).origin).toBe(sandbox.fileHost);
		for (const variant of ['video', 'thumbnail', 'spritesheet'] as const) {
			const { status, headers } = await call('GET', `/videos/${id}/content?variant=${variant}`);
			expect(status).toBe(302);
			const file = await fetch(headers.get('location')!);
			const bytes = Buffer.from(await file.arrayBuffer());
			expect(bytes.equals(await sandbox.expectedFile(id, variant))).toBe(true);
			expect(file.headers.get('content-type')).toMatch(/^(video\/mp4|image\/png)$/);
		}
	});
});

describe('sandbox file host', () => {
	async function startWithFile() {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo } = sandbox.client('cdn');
		const id = await startVideo();
		return { sandbox, url: (await getVideo(id)).json.url as string };
	}

	it('has its own origin on the loopback interface', async () => {
		const { sandbox } = await startWithFile();
		expect(sandbox.fileHost).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(sandbox.baseUrl.startsWith(`${sandbox.fileHost}/`)).toBe(false);
	});

	it('rejects a request with an API key, as S3 does', async () => {
		const { sandbox, url } = await startWithFile();
		const response = await fetch(url, { headers: { authorization: `Bearer ${sandbox.apiKey}` } });
		expect(response.status).toBe(400);
		expect(response.headers.get('content-type')).toMatch(/xml/);
		expect(await response.text()).toContain('Only one auth mechanism allowed');
	});

	it.each([
		['no signature', (url: string) => url.replace(/&signature=.*/, '')],
		['a wrong signature', (url: string) => url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
		['another expiry', (url: string) => url.replace(/expires=\d+/, 'expires=9999999999')],
		['another file', (url: string) => url.replace('/video?', '/thumbnail?')],
	])('rejects a URL with %s', async (_name, change) => {
		const { url } = await startWithFile();
		const response = await fetch(change(url));
		expect(response.status).toBe(403);
		expect(await response.text()).toContain('SignatureDoesNotMatch');
		expect((await fetch(url)).status).toBe(200);
	});

	it('serves a file for one hour', async () => {
		const { sandbox, url } = await startWithFile();
		sandbox.advance(3599);
		expect((await fetch(url)).status).toBe(200);
		sandbox.advance(1);
		expect((await fetch(url)).status).toBe(410);
	});

	it('records each request with its headers', async () => {
		const { sandbox, url } = await startWithFile();
		await fetch(url, { headers: { 'x-test': 'yes' } });
		expect(sandbox.fileRequests).toEqual([
			{
				method: 'GET',
				path: url.slice(sandbox.fileHost.length),
				headers: expect.objectContaining({ 'x-test': 'yes' }),
				statusCode: 200,
			},
		]);
		expect(sandbox.fileRequests[0].headers).not.toHaveProperty('authorization');
	});

	it('closes with the sandbox', async () => {
		const { sandbox, url } = await startWithFile();
		await sandbox.close();
		await expect(fetch(url)).rejects.toThrow();
	});
});
