import {
	type Client,
	FAMILIES,
	type TestSandbox,
	formData,
	sendRequest,
	startTestSandbox,
} from './helpers.mts';

/** The status word, wherever a dialect puts it. */
const wordIn = (json: any) => json.data?.status ?? json.status;

/** Brings the file by the way each dialect documents. */
async function download(
	sandbox: TestSandbox,
	client: Client,
	name: string,
	id: string,
): Promise<Buffer> {
	const bare = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());
	switch (name) {
		case 'reseller':
			return await bare((await client.getContent(id)).json.url);
		case 'sglang':
			return await bare((await client.getVideo(id)).json.url);
		case 'cdn':
			return await bare((await client.getContent(id)).headers.get('location')!);
		case 'openrouter': {
			const [url] = (await client.getVideo(id)).json.unsigned_urls;
			return (await sendRequest('GET', url, sandbox.apiKey)).bytes;
		}
		case 'newapi':
			await client.getContent(id); // the first one fails there
			return (await client.getContent(id)).bytes;
		default:
			return (await client.getContent(id)).bytes;
	}
}

describe.each(FAMILIES.map((name) => [name ? `/${name}/v1` : '/v1', name]))(
	'under %s',
	(_base, name) => {
		it('a video goes from Create to the very bytes of its file', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 10 });
			const client = sandbox.client(name);
			const id = await client.startVideo();
			expect(wordIn((await client.getVideo(id)).json)).toMatch(/pending|queued|unknown|NOT_START/);
			sandbox.advance(10);
			expect(wordIn((await client.getVideo(id)).json)).toMatch(/completed|SUCCESS/);
			const bytes = await download(sandbox, client, name, id);
			expect(bytes.length).toBeGreaterThan(1000);
			expect(bytes.equals(await sandbox.expectedFile(id))).toBe(true);
			expect([...sandbox.videos.keys()]).toEqual([id]);
		});

		it('the models are listed, for those with the key only', async () => {
			const sandbox = await startTestSandbox();
			const { baseUrl, call } = sandbox.client(name);
			const { status, json } = await call('GET', '/models');
			expect(status).toBe(200);
			expect(json.data.map(({ id }: any) => id)).toContain('sandbox-always-fails');
			expect((await sendRequest('GET', `${baseUrl}/models`, 'wrong')).status).toBe(401);
		});

		it('a video of the model sandbox-always-fails fails, with its reason', async () => {
			const sandbox = await startTestSandbox({ renderSeconds: 1 });
			const client = sandbox.client(name);
			const id = await client.startVideo({ model: 'sandbox-always-fails' });
			sandbox.advance(1);
			const { json } = await client.getVideo(id);
			expect(wordIn(json)).toMatch(/^(failed|FAILURE)$/);
			expect(JSON.stringify(json)).toContain('to rehearse what a workflow does then');
		});

		it('no video of another family is found, whatever faults are asked for', async () => {
			const sandbox = await startTestSandbox();
			const id = await sandbox.client(name).startVideo();
			for (const other of FAMILIES) {
				const { status } = await sandbox
					.client(`never-done/${other}`.replace(/\/$/, ''))
					.getVideo(id);
				const isOwn = other === name;
				const unknown = ['newapi', 'reseller'].includes(other) ? 400 : 404;
				expect({ other, status }).toEqual({ other, status: isOwn ? 200 : unknown });
			}
		});

		it('an unknown route is a 404 that names it', async () => {
			const sandbox = await startTestSandbox();
			const { status, bytes } = await sandbox.client(name).call('GET', '/nothing');
			expect(status).toBe(404);
			expect(bytes.toString()).toMatch(/(Unknown route: |Invalid URL \()GET \//);
		});

		it('a Create without a prompt is refused, and makes nothing', async () => {
			const sandbox = await startTestSandbox();
			for (const body of [formData({ model: 'sora-2' }), { model: 'sora-2' }]) {
				const { status } = await sandbox.client(name).call('POST', '/videos', body);
				expect([400, 422]).toContain(status);
			}
			expect(sandbox.videos.size).toBe(0);
		});
	},
);

describe('a base URL', () => {
	it.each(['foo', 'slow/foo', 'contract', 'newapi/foo/slow', 'NEWAPI'])(
		'with an unknown word gets a sentence with all known ones: /%s/v1',
		async (words) => {
			const sandbox = await startTestSandbox();
			const { status, json } = await sandbox.client(words).call('GET', '/models');
			expect(status).toBe(404);
			expect(json.error.message).toMatch(/unknown word '(foo|contract|NEWAPI)'/);
			for (const known of [...FAMILIES.filter(Boolean), 'rate-limit', 'accept-then-drop']) {
				expect(json.error.message).toContain(known);
			}
		},
	);

	it('with two servers in it is refused as well', async () => {
		const sandbox = await startTestSandbox();
		const { status, json } = await sandbox.client('vllm/slow/newapi').call('GET', '/models');
		expect(status).toBe(404);
		expect(json.error.message).toContain("two servers, 'vllm' and 'newapi'");
	});

	it('may name faults before and behind the server, and is told back as it was written', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const client = sandbox.client('cut-body/openrouter/html');
		const plain = sandbox.client('openrouter');
		const id = await plain.startVideo();
		expect((await client.getVideo(id)).status).toBe(502);
		const { json } = await client.getVideo(id);
		expect(json.polling_url).toBe(`${client.baseUrl}/videos/${id}`);
	});

	it('lists only the videos of its own family', async () => {
		const sandbox = await startTestSandbox();
		const ids = {
			cdn: await sandbox.client('cdn').startVideo(),
			litellm: await sandbox.client('litellm').startVideo(),
		};
		for (const [name, id] of Object.entries(ids)) {
			const { json } = await sandbox.client(name).call('GET', '/videos');
			expect(json.data.map((video: any) => video.id)).toEqual([id]);
		}
		expect((await sandbox.call('GET', '/videos')).json.data).toEqual([]);
	});
});
