import { FAULTS } from '../../sandbox/faults.mts';
import {
	type Client,
	FAMILIES,
	expectDelayed,
	minimalFields,
	sendRequest,
	startTestSandbox,
} from './helpers.mts';

const join = (...words: string[]) => words.filter(Boolean).join('/');

describe.each(FAMILIES.map((name) => [join(name, 'v1'), name]))('under /%s', (_base, name) => {
	it('rate-limit refuses the first Create and the first look with 429, then lets them pass', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client(join('rate-limit', name));
		for (const prompt of ['a cat', 'a dog']) {
			const first = await client.postVideo({ prompt });
			expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2']);
		}
		expect(sandbox.videos.size).toBe(0);
		const { json } = await client.postVideo({ prompt: 'a cat' });
		const id = json.id ?? json.data.task_id;
		const looks = [await client.getVideo(id), await client.getVideo(id), await client.getVideo(id)];
		expect(looks.map(({ status }) => status)).toEqual([429, 200, 200]);
		expect(looks[0].headers.get('retry-after')).toBe('2');
		expect(looks[0].headers.get('content-type')).toMatch(/^application\/json/);
	});

	it('server-error answers each GET with 500 at first, and a Create always, making nothing', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client(join(name, 'server-error'));
		const id = await sandbox.client(name).startVideo();
		const looks = [await client.getVideo(id), await client.getVideo(id)];
		expect(looks.map(({ status }) => status)).toEqual([500, 200]);
		expect(JSON.stringify(looks[0].json)).toContain('The server had an error');
		const creates = [await client.postVideo(), await client.postVideo()];
		expect(creates.map(({ status }) => status)).toEqual([500, 500]);
		expect(sandbox.videos.size).toBe(1);
	});

	it('html does the same with a web page', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client(join('html', name));
		for (const answer of [await client.call('GET', '/models'), await client.postVideo()]) {
			expect(answer.status).toBe(502);
			expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
			expect(answer.bytes.toString()).toContain('<h1>502 Bad Gateway</h1>');
		}
		expect((await client.call('GET', '/models')).status).toBe(200);
		expect(sandbox.videos.size).toBe(0);
	});

	it('moderation lets every video fail with moderation_blocked', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const client = sandbox.client(join('moderation', name));
		const id = await client.startVideo();
		expect(sandbox.videos.get(id)?.failure?.code).toBe('moderation_blocked');
		sandbox.advance(1);
		const { json } = await client.getVideo(id);
		expect(json.data?.status ?? json.status).toMatch(/^(failed|FAILURE)$/);
		expect(JSON.stringify(json)).toMatch(/moderation_blocked/);
		expect(JSON.stringify(json)).toContain('blocked by our moderation system');
	});

	it('never-done keeps a video where it is for good', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 1 });
		const client = sandbox.client(join('never-done', name));
		const id = await client.startVideo();
		sandbox.advance(86_400);
		const { json } = await client.getVideo(id);
		expect(json.data?.status ?? json.status).toMatch(/^(in_progress|queued|IN_PROGRESS)$/);
		const progress = json.data?.progress ?? json.progress;
		if (['vllm', 'sglang'].includes(name)) expect(progress).toBe(0);
		else if (name !== 'openrouter') expect(parseInt(progress, 10)).toBe(99);
	});

	it('expired refuses the file with 410, in the server’s own words', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const id = await sandbox.client(name).startVideo();
		const client = sandbox.client(join('expired', name));
		const path = name === 'openrouter' ? 'files/0' : 'content';
		const file = await client.call('GET', `/videos/${encodeURIComponent(id)}/${path}`);
		expect(file.status).toBe(410);
		expect(file.bytes.toString()).toMatch(name === 'litellm' ? /has expired/ : /video_expired/);
		const { json } = await client.getVideo(id);
		if (name === 'openrouter') expect(json.status).toBe('expired');
		if (json.url) expect((await fetch(json.url)).status).toBe(410);
	});

	it('accept-then-drop makes the video and cuts the line; the same key brings it back', async () => {
		const sandbox = await startTestSandbox();
		const words = join('accept-then-drop', name);
		const client = sandbox.client(words, { 'idempotency-key': 'one' });
		await expect(client.postVideo()).rejects.toThrow();
		const [id] = sandbox.videos.keys();
		const { headers, json } = await client.postVideo();
		expect(json.id ?? json.data.task_id).toBe(id);
		expect(headers.get('idempotent-replayed')).toBe('true');
		expect(sandbox.videos.size).toBe(1);
		expect(sandbox.requests.map(({ statusCode }) => statusCode)).toEqual([
			0,
			name === 'openrouter' ? 202 : 200,
		]);
	});
});

describe('cut-body', () => {
	const contractAddress = async ({ baseUrl }: Client, id: string) =>
		`${baseUrl}/videos/${encodeURIComponent(id)}/content`;
	const addresses: Record<string, (client: Client, id: string) => Promise<string>> = {
		newapi: async (client, id) => {
			await client.getContent(id); // the 502 that comes first there
			return await contractAddress(client, id);
		},
		openrouter: async ({ getVideo }, id) => (await getVideo(id)).json.unsigned_urls[0],
		reseller: async ({ getContent }, id) => (await getContent(id)).json.url,
		sglang: async ({ getVideo }, id) => (await getVideo(id)).json.url,
		cdn: async ({ getContent }, id) => (await getContent(id)).headers.get('location')!,
	};

	it.each(FAMILIES)(
		'breaks the first download of a file off half-way, its length being told: "%s"',
		async (name) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const client = sandbox.client(join('cut-body', name));
			const id = await client.startVideo();
			const url = await (addresses[name] ?? contractAddress)(client, id);
			const whole = await sandbox.expectedFile(id);
			const authorization = `Bearer ${sandbox.apiKey}`;
			const headers = url.startsWith(sandbox.fileHost) ? undefined : { authorization };
			const response = await fetch(url, { headers });
			expect(response.status).toBe(200);
			expect(response.headers.get('content-length')).toBe(String(whole.length));
			const got: Buffer[] = [];
			const read = async () => {
				for await (const chunk of response.body!) got.push(Buffer.from(chunk));
			};
			await expect(read()).rejects.toThrow();
			const start = Buffer.concat(got);
			expect(start.length).toBe(Math.floor(whole.length / 2));
			expect(start.equals(whole.subarray(0, start.length))).toBe(true);
			const again = await fetch(url, { headers });
			expect(Buffer.from(await again.arrayBuffer()).equals(whole)).toBe(true);
		},
	);

	it('cuts a large file as well, and each variant once', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0, fileBytes: 20_000_000 });
		const { startVideo, call } = sandbox.client('cut-body');
		const id = await startVideo();
		for (const variant of ['video', 'thumbnail']) {
			const path = `/videos/${id}/content?variant=${variant}`;
			await expect(call('GET', path)).rejects.toThrow();
			expect((await call('GET', path)).status).toBe(200);
		}
	});
});

describe('slow', () => {
	it('holds an answer back after its work is done, and lets go when the sandbox closes', async () => {
		const sandbox = await startTestSandbox({ slowMs: 600_000 });
		let isAnswered = false;
		const answer = sandbox.client('slow').call('POST', '/videos', minimalFields);
		const outcome = answer.then(
			() => (isAnswered = true),
			() => 'cut',
		);
		while (sandbox.videos.size === 0) await sandbox.call('GET', '/models');
		await sandbox.call('GET', '/models');
		expect(isAnswered).toBe(false);
		await sandbox.close();
		expect(await outcome).toBe('cut');
	});

	it('holds back refusals and files, too, and answers in the end', async () => {
		const sandbox = await startTestSandbox({ slowMs: 100, renderSeconds: 0 });
		const { baseUrl, startVideo, getVideo, getContent } = sandbox.client('cdn/slow');
		const id = await startVideo();
		expect((await expectDelayed(async () => await getVideo('none'))).status).toBe(404);
		const stranger = async () => await sendRequest('GET', `${baseUrl}/models`, 'wrong');
		expect((await expectDelayed(stranger)).status).toBe(401);
		const location = (await getContent(id)).headers.get('location')!;
		expect(location).toContain('faults=slow');
		const file = await expectDelayed(async () => await fetch(location));
		expect(Buffer.from(await file.arrayBuffer()).equals(await sandbox.expectedFile(id))).toBe(true);
	});
});

describe('the header x-sandbox-fault', () => {
	it('does the same as the words in the base URL, several separated by commas', async () => {
		const sandbox = await startTestSandbox({ retryAfterSeconds: 7 });
		const client = sandbox.client('', { 'x-sandbox-fault': 'Rate-Limit, moderation' });
		const first = await client.postVideo();
		expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
		const { json } = await client.postVideo();
		expect(sandbox.videos.get(json.id)?.failure?.code).toBe('moderation_blocked');
	});

	it('travels on to the file host in the signed address', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const client = sandbox.client('cdn', { 'x-sandbox-fault': 'server-error' });
		const id = await sandbox.client('cdn').startVideo();
		await client.getContent(id);
		const url = (await client.getContent(id)).headers.get('location')!;
		const answers = [await fetch(url), await fetch(url)];
		expect(answers.map(({ status }) => status)).toEqual([500, 200]);
		expect(await answers[0].text()).toMatch(/<Error><Code>server_error/);
	});

	it.each(['newapi', 'slwo', 'rate-limit; slow', 'short-body'])(
		'with the unknown fault "%s" is refused with a sentence that lists the known ones',
		async (value) => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client('', { 'x-sandbox-fault': value });
			const { status, json } = await client.call('POST', '/videos', minimalFields);
			expect(status).toBe(400);
			expect(json.error.message).toContain(`unknown fault '${value}'`);
			for (const fault of Object.keys(FAULTS)) expect(json.error.message).toContain(fault);
			expect(sandbox.videos.size).toBe(0);
		},
	);

	it('may be empty', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('', { 'x-sandbox-fault': ' ' });
		expect((await client.call('GET', '/models')).status).toBe(200);
	});
});

it('a stranger learns nothing from faults: the key is asked for first', async () => {
	const sandbox = await startTestSandbox();
	const { baseUrl } = sandbox.client('rate-limit/html');
	expect((await sendRequest('GET', `${baseUrl}/models`, 'wrong')).status).toBe(401);
});

it('the log tells each fault once, in one line', async () => {
	const lines: string[] = [];
	const sandbox = await startTestSandbox({ renderSeconds: 0, log: (line) => lines.push(line) });
	const id = await sandbox.client('').startVideo();
	lines.length = 0;
	const { call, getContent } = sandbox.client('cut-body/rate-limit/html');
	await call('GET', '/models');
	await call('GET', `/videos/${id}`);
	await getContent(id);
	await expect(getContent(id)).rejects.toThrow();
	const base = '/cut-body/rate-limit/html/v1';
	expect(lines).toEqual([
		`GET ${base}/models  fault: html`,
		expect.stringMatching(`^GET ${base}/videos/${id}  refused \\(429\\): `),
		`GET ${base}/videos/${id}/content  fault: html`,
		expect.stringMatching(`^${id}  download: `),
		`GET ${base}/videos/${id}/content  fault: cut-body`,
	]);
});
