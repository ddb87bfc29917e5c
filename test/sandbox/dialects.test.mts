import {
	FAMILIES,
	POLLED_FAMILIES,
	familyFor,
	fileUrlOf,
	formData,
	sendRequest,
	startTestSandbox,
	statusIn,
} from './helpers.mts';

/** Where it is not 401: some list models to anyone, or have no list. */
const WRONG_KEY_STATUSES: Record<string, number> = {
	...{ gemini: 400, grok2api: 403, llmgateway: 200, sglang: 200, cliproxyapi: 404 },
};

describe.each(POLLED_FAMILIES.map((name) => [name ? `/${name}/v1` : '/v1', name]))(
	'sandbox server at %s',
	(_base, name) => {
		it('creates a video, completes it and returns its file', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 10 });
			const client = sandbox.client(name);
			const id = await client.startVideo();
			expect(statusIn((await client.getVideo(id)).json)).toMatch(
				/^(pending|queued|unknown|NOT_START|SUBMITTED|created|initializing|processing)$/,
			);
			sandbox.advance(10);
			expect(statusIn((await client.getVideo(id)).json)).toMatch(
				/^(completed|SUCCESS|done|succeeded)$/,
			);
			const response = await sandbox.fetchFile(await fileUrlOf(client, name, id));
			const bytes = Buffer.from(await response.arrayBuffer());
			expect(bytes.length).toBeGreaterThan(1000);
			expect(bytes.equals(await sandbox.expectedFile(id))).toBe(true);
			expect([...sandbox.videos.keys()]).toEqual([id]);
		});

		it('lists its models, with the API key where it looks at one', async () => {
			const sandbox = await startTestSandbox();
			const { baseUrl, call } = sandbox.client(name);
			const { path = '/models' } = familyFor(name).modelLists.at(-1) ?? {};
			const models = await call('GET', path);
			const wrong = await sendRequest('GET', baseUrl + path, 'wrong');
			expect(wrong.status).toBe(WRONG_KEY_STATUSES[name] ?? 401);
			if (!familyFor(name).modelLists.length) return expect(models.status).toBe(404);
			expect(models.status).toBe(200);
			const ids = (models.json.data ?? models.json.models).map(({ id }: any) => id);
			expect(ids.join()).toContain('sandbox-always-fails');
		});

		it('returns a failed video with the reason', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 1 });
			const client = sandbox.client(name);
			const id = await client.startVideo({ model: 'sandbox-always-fails' });
			sandbox.advance(1);
			const { json } = await client.getVideo(id);
			expect(statusIn(json)).toMatch(/^(failed|FAILURE|error)$/);
			if (name === 'apiyi') return expect(json).not.toHaveProperty('error');
			expect(JSON.stringify(json)).toContain('to rehearse what a workflow does then');
		});

		it('finds no video of another family, with or without faults', async () => {
			const sandbox = await startTestSandbox();
			const id = await sandbox.client(name).startVideo();
			for (const other of POLLED_FAMILIES) {
				const { status } = await sandbox
					.client(`never-done/${other}`.replace(/\/$/, ''))
					.getVideo(id);
				const isOwn = other === name;
				const unknown = ['newapi', 'reseller', 'grok2api'].includes(other) ? 400 : 404;
				const known = name === 'xai' ? 202 : 200;
				expect({ other, status }).toEqual({ other, status: isOwn ? known : unknown });
			}
		});

		it('returns a 404 for an unknown route', async () => {
			const sandbox = await startTestSandbox();
			const { status, bytes } = await sandbox.client(name).call('GET', '/nothing');
			expect(status).toBe(404);
			expect(bytes.toString()).toMatch(/^$|(Unknown route: |Invalid URL \()GET \/|Not Found/);
		});

		it('rejects a Create without a prompt and creates no video', async () => {
			const sandbox = await startTestSandbox();
			for (const body of [formData({ model: 'sora-2' }), { model: 'sora-2' }]) {
				const path = familyFor(name).createPath;
				const { status } = await sandbox.client(name).call('POST', path, body);
				expect([400, 415, 422]).toContain(status);
			}
			expect(sandbox.videos.size).toBe(0);
		});
	},
);

describe('The sandbox base URL', () => {
	it.each(['foo', 'slow/foo', 'contract', 'newapi/foo/slow', 'NEWAPI'])(
		'is rejected with the known servers and faults if it names an unknown one: /%s/v1',
		async (segments) => {
			const sandbox = await startTestSandbox();
			const { status, json } = await sandbox.client(segments).call('GET', '/models');
			expect(status).toBe(404);
			expect(json.error.message).toMatch(/unknown word '(foo|contract|NEWAPI)'/);
			for (const known of [...FAMILIES.filter(Boolean), 'rate-limit', 'accept-then-drop']) {
				expect(json.error.message).toContain(known);
			}
		},
	);

	it('is rejected if it names two servers', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.client('vllm/slow/newapi').call('GET', '/models');
		expect(status).toBe(404);
		expect(json.error.message).toContain("two servers, 'vllm' and 'newapi'");
	});

	it('can have faults before and after the server, and is returned as it was sent', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const client = sandbox.client('cut-body/openrouter/html');
		const id = await sandbox.client('openrouter').startVideo();
		expect((await client.getVideo(id)).status).toBe(502);
		const { json } = await client.getVideo(id);
		expect(json.polling_url).toBe(`${client.baseUrl}/videos/${id}`);
	});

	it('selects the family whose videos are listed', async () => {
		const sandbox = await startTestSandbox();
		const ids = {
			cdn: await sandbox.client('cdn').startVideo(),
			vllm: await sandbox.client('vllm').startVideo(),
		};
		for (const [name, id] of Object.entries(ids)) {
			const { json } = await sandbox.client(name).call('GET', '/videos');
			expect(json.data.map((video: any) => video.id)).toEqual([id]);
		}
		expect((await sandbox.call('GET', '/videos')).json.data).toEqual([]);
	});
});
