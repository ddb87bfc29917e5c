import { FAULTS } from '../../sandbox/faults.mts';
import {
	CONTENT_FAMILIES,
	expectDelayed,
	familyFor,
	fileUrlOf,
	minimalFields,
	sendRequest,
	startTestSandbox,
	statusIn,
	videoIdIn,
} from './helpers.mts';

const join = (...segments: string[]) => segments.filter(Boolean).join('/');

/** One family for each shape of errors: the faults are the same in all. */
const SHAPES = [
	'',
	'newapi',
	'reseller',
	'litellm',
	'vllm',
	'openrouter',
	'xai',
	'gemini',
	'llmgateway',
];

describe.each(SHAPES.map((name) => [join(name, 'v1'), name]))(
	'sandbox faults at /%s',
	(_base, name) => {
		/** The status of a response about a video in progress. */
		const known = name === 'xai' ? 202 : 200;

		it('rate-limit rejects the first Create and the first Get Status with 429', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(join('rate-limit', name));
			for (const prompt of ['a cat', 'a dog']) {
				const first = await client.postVideo({ prompt });
				expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2']);
			}
			expect(sandbox.videos.size).toBe(0);
			const { json } = await client.postVideo({ prompt: 'a cat' });
			const id = videoIdIn(json);
			const polls = [
				await client.getVideo(id),
				await client.getVideo(id),
				await client.getVideo(id),
			];
			expect(polls.map(({ status }) => status)).toEqual([429, known, known]);
			expect(polls[0].headers.get('retry-after')).toBe('2');
			expect(polls[0].headers.get('content-type')).toMatch(/^application\/json/);
		});

		it('server-error fails the first of each GET and every Create with 500', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(join(name, 'server-error'));
			const id = await sandbox.client(name).startVideo();
			const polls = [await client.getVideo(id), await client.getVideo(id)];
			expect(polls.map(({ status }) => status)).toEqual([500, known]);
			expect(JSON.stringify(polls[0].json)).toContain('The server had an error');
			const creates = [await client.postVideo(), await client.postVideo()];
			expect(creates.map(({ status }) => status)).toEqual([500, 500]);
			expect(sandbox.videos.size).toBe(1);
		});

		it('html fails the same requests with a 502 web page', async () => {
			const sandbox = await startTestSandbox();
			const client = sandbox.client(join('html', name));
			const [{ path }] = [...familyFor(name).modelLists, { path: '/videos/none' }];
			for (const response of [await client.call('GET', path), await client.postVideo()]) {
				expect(response.status).toBe(502);
				expect(response.headers.get('content-type')).toMatch(/^text\/html/);
				expect(response.bytes.toString()).toContain('<h1>502 Bad Gateway</h1>');
			}
			expect((await client.call('GET', path)).status).not.toBe(502);
			expect(sandbox.videos.size).toBe(0);
		});

		it('moderation fails every video with moderation_blocked', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 1 });
			const client = sandbox.client(join('moderation', name));
			const id = await client.startVideo();
			expect(sandbox.videos.get(id)?.failure?.code).toBe('moderation_blocked');
			sandbox.advance(1);
			const { json } = await client.getVideo(id);
			expect(statusIn(json)).toMatch(/^(failed|FAILURE|error)$/);
			if (name === 'apiyi') return expect(json).not.toHaveProperty('error');
			expect(JSON.stringify(json)).toMatch(/moderation_blocked/);
			expect(JSON.stringify(json)).toContain('blocked by our moderation system');
		});

		it('never-done keeps a video in progress forever', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 1 });
			const client = sandbox.client(join('never-done', name));
			const id = await client.startVideo();
			sandbox.advance(86_400);
			const { json } = await client.getVideo(id);
			expect(statusIn(json)).toMatch(
				/^(in_progress|queued|IN_PROGRESS|pending|processing|running|downloading)$/,
			);
			const progress = json.data?.progress ?? json.progress ?? 99;
			const stuckAt = { vllm: 0, apiyi: 50 }[name] ?? 99;
			expect(parseInt(progress, 10)).toBe(stuckAt);
		});

		it('expired rejects a download in the server’s error shape', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const id = await sandbox.client(name).startVideo();
			const client = sandbox.client(join('expired', name));
			if (!familyFor(name).hasContent) {
				const url = await fileUrlOf(client, name, id);
				return expect((await sandbox.fetchFile(url)).status).toBe(410);
			}
			const file = await client.getContent(id);
			// new-api only passes on that its vendor has it no more.
			expect(file.status).toBe(name === 'newapi' ? 502 : 410);
			expect(file.bytes.toString()).toMatch(/expired|status 410/);
			const { json } = await client.getVideo(id);
			if (name === 'openrouter') expect(json.status).toBe('expired');
			if (json.url) expect((await fetch(json.url)).status).toBe(410);
		});

		it('accept-then-drop creates the video, which a retry with the same key returns', async () => {
			const sandbox = await startTestSandbox();
			const segments = join('accept-then-drop', name);
			const client = sandbox.client(segments, { 'idempotency-key': 'one' });
			await expect(client.postVideo()).rejects.toThrow();
			const [id] = sandbox.videos.keys();
			const { headers, json } = await client.postVideo();
			expect(videoIdIn(json)).toBe(id);
			expect(headers.get('idempotent-replayed')).toBe('true');
			expect(sandbox.videos.size).toBe(1);
			expect(sandbox.requests.map(({ statusCode }) => statusCode)).toEqual([
				0,
				['openrouter', 'merge'].includes(name) ? 202 : 200,
			]);
		});
	},
);

describe('sandbox fault cut-body', () => {
	it.each(CONTENT_FAMILIES)(
		'cuts off the first download halfway, after the full Content-Length: "%s"',
		async (name) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const client = sandbox.client(join('cut-body', name));
			const id = await client.startVideo();
			const url = await fileUrlOf(client, name, id);
			const file = await sandbox.expectedFile(id);
			const response = await sandbox.fetchFile(url);
			expect(response.status).toBe(200);
			expect(response.headers.get('content-length')).toBe(String(file.length));
			const chunks: Buffer[] = [];
			const read = async () => {
				for await (const chunk of response.body!) chunks.push(Buffer.from(chunk));
			};
			await expect(read()).rejects.toThrow();
			const start = Buffer.concat(chunks);
			expect(start.length).toBe(Math.floor(file.length / 2));
			expect(start.equals(file.subarray(0, start.length))).toBe(true);
			const retry = await sandbox.fetchFile(url);
			expect(Buffer.from(await retry.arrayBuffer()).equals(file)).toBe(true);
		},
	);

	it('cuts off each variant of a large file once', async () => {
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

describe('sandbox fault slow', () => {
	it('delays a response after its effect, until the sandbox closes', async () => {
		const sandbox = await startTestSandbox({ slowMs: 600_000 });
		let hasResponse = false;
		const response = sandbox.client('slow').call('POST', '/videos', minimalFields);
		const outcome = response.then(
			() => (hasResponse = true),
			() => 'cut',
		);
		while (sandbox.videos.size === 0) await sandbox.call('GET', '/models');
		await sandbox.call('GET', '/models');
		expect(hasResponse).toBe(false);
		await sandbox.close();
		expect(await outcome).toBe('cut');
	});

	it('delays error responses and files as well', async () => {
		const sandbox = await startTestSandbox({ slowMs: 100, renderSeconds: 0 });
		const { baseUrl, startVideo, getVideo, getContent } = sandbox.client('cdn/slow');
		const id = await startVideo();
		expect((await expectDelayed(async () => await getVideo('none'))).status).toBe(404);
		const unauthorized = async () => await sendRequest('GET', `${baseUrl}/models`, 'wrong');
		expect((await expectDelayed(unauthorized)).status).toBe(401);
		const location = (await getContent(id)).headers.get('location')!;
		expect(location).toContain('faults=slow');
		const file = await expectDelayed(async () => await fetch(location));
		expect(Buffer.from(await file.arrayBuffer()).equals(await sandbox.expectedFile(id))).toBe(true);
	});
});

describe('x-sandbox-fault header', () => {
	it('takes the same faults as the base URL, separated by commas', async () => {
		const sandbox = await startTestSandbox({ retryAfterSeconds: 7 });
		const client = sandbox.client('', { 'x-sandbox-fault': 'Rate-Limit, moderation' });
		const first = await client.postVideo();
		expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
		const { json } = await client.postVideo();
		expect(sandbox.videos.get(json.id)?.failure?.code).toBe('moderation_blocked');
	});

	it('adds its faults to the signed URLs of the file host', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const client = sandbox.client('cdn', { 'x-sandbox-fault': 'server-error' });
		const id = await sandbox.client('cdn').startVideo();
		await client.getContent(id);
		const url = (await client.getContent(id)).headers.get('location')!;
		const responses = [await fetch(url), await fetch(url)];
		expect(responses.map(({ status }) => status)).toEqual([500, 200]);
		expect(await responses[0].text()).toMatch(/<Error><Code>server_error/);
	});

	it.each(['newapi', 'slwo', 'rate-limit; slow', 'short-body'])(
		'is rejected for the unknown fault "%s" with a list of the known ones',
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

	it('can be empty', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('', { 'x-sandbox-fault': ' ' });
		expect((await client.call('GET', '/models')).status).toBe(200);
	});
});

describe('sandbox fault', () => {
	it('is not applied to a request with a wrong API key', async () => {
		const sandbox = await startTestSandbox();
		const { baseUrl } = sandbox.client('rate-limit/html');
		expect((await sendRequest('GET', `${baseUrl}/models`, 'wrong')).status).toBe(401);
	});

	it('is logged once, in one line', async () => {
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
});
