import { type Bench, type Client, FAMILIES, form, send, startBench } from './helpers.mts';

/** The status word, wherever a dialect puts it. */
const wordIn = (json: any) => json.data?.status ?? json.status;

/** Brings the file by the way each dialect documents. */
async function download(bench: Bench, client: Client, name: string, id: string): Promise<Buffer> {
	const bare = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());
	switch (name) {
		case 'reseller':
			return await bare((await client.content(id)).json.url);
		case 'sglang':
			return await bare((await client.look(id)).json.url);
		case 'cdn':
			return await bare((await client.content(id)).headers.get('location')!);
		case 'openrouter': {
			const [url] = (await client.look(id)).json.unsigned_urls;
			return (await send('GET', url, bench.apiKey)).bytes;
		}
		case 'newapi':
			await client.content(id); // the first one fails there
			return (await client.content(id)).bytes;
		default:
			return (await client.content(id)).bytes;
	}
}

describe.each(FAMILIES.map((name) => [name ? `/${name}/v1` : '/v1', name]))(
	'under %s',
	(_base, name) => {
		it('a video goes from Create to the very bytes of its file', async () => {
			const bench = await startBench({ renderSeconds: 10 });
			const client = bench.under(name);
			const id = await client.start();
			expect(wordIn((await client.look(id)).json)).toMatch(/pending|queued|unknown|NOT_START/);
			bench.pass(10);
			expect(wordIn((await client.look(id)).json)).toMatch(/completed|SUCCESS/);
			const bytes = await download(bench, client, name, id);
			expect(bytes.length).toBeGreaterThan(1000);
			expect(bytes.equals(await bench.fileOf(id))).toBe(true);
			expect([...bench.videos.keys()]).toEqual([id]);
		});

		it('the models are listed, for those with the key only', async () => {
			const bench = await startBench();
			const { baseUrl, call } = bench.under(name);
			const { status, json } = await call('GET', '/models');
			expect(status).toBe(200);
			expect(json.data.map(({ id }: any) => id)).toContain('sandbox-always-fails');
			expect((await send('GET', `${baseUrl}/models`, 'wrong')).status).toBe(401);
		});

		it('a video of the model sandbox-always-fails fails, with its reason', async () => {
			const bench = await startBench({ renderSeconds: 1 });
			const client = bench.under(name);
			const id = await client.start({ model: 'sandbox-always-fails' });
			bench.pass(1);
			const { json } = await client.look(id);
			expect(wordIn(json)).toMatch(/^(failed|FAILURE)$/);
			expect(JSON.stringify(json)).toContain('to rehearse what a workflow does then');
		});

		it('no video of another family is found, whatever faults are asked for', async () => {
			const bench = await startBench();
			const id = await bench.under(name).start();
			for (const other of FAMILIES) {
				const { status } = await bench.under(`never-done/${other}`.replace(/\/$/, '')).look(id);
				const isOwn = other === name;
				const unknown = ['newapi', 'reseller'].includes(other) ? 400 : 404;
				expect({ other, status }).toEqual({ other, status: isOwn ? 200 : unknown });
			}
		});

		it('an unknown route is a 404 that names it', async () => {
			const bench = await startBench();
			const { status, bytes } = await bench.under(name).call('GET', '/nothing');
			expect(status).toBe(404);
			expect(bytes.toString()).toMatch(/(Unknown route: |Invalid URL \()GET \//);
		});

		it('a Create without a prompt is refused, and makes nothing', async () => {
			const bench = await startBench();
			for (const body of [form({ model: 'sora-2' }), { model: 'sora-2' }]) {
				const { status } = await bench.under(name).call('POST', '/videos', body);
				expect([400, 422]).toContain(status);
			}
			expect(bench.videos.size).toBe(0);
		});
	},
);

describe('a base URL', () => {
	it.each(['foo', 'slow/foo', 'contract', 'newapi/foo/slow', 'NEWAPI'])(
		'with an unknown word gets a sentence with all known ones: /%s/v1',
		async (words) => {
			const bench = await startBench();
			const { status, json } = await bench.under(words).call('GET', '/models');
			expect(status).toBe(404);
			expect(json.error.message).toMatch(/unknown word '(foo|contract|NEWAPI)'/);
			for (const known of [...FAMILIES.filter(Boolean), 'rate-limit', 'accept-then-drop']) {
				expect(json.error.message).toContain(known);
			}
		},
	);

	it('with two servers in it is refused as well', async () => {
		const bench = await startBench();
		const { status, json } = await bench.under('vllm/slow/newapi').call('GET', '/models');
		expect(status).toBe(404);
		expect(json.error.message).toContain("two servers, 'vllm' and 'newapi'");
	});

	it('may name faults before and behind the server, and is told back as it was written', async () => {
		const bench = await startBench({ renderSeconds: 0 });
		const client = bench.under('cut-body/openrouter/html');
		const plain = bench.under('openrouter');
		const id = await plain.start();
		expect((await client.look(id)).status).toBe(502);
		const { json } = await client.look(id);
		expect(json.polling_url).toBe(`${client.baseUrl}/videos/${id}`);
	});

	it('lists only the videos of its own family', async () => {
		const bench = await startBench();
		const ids = {
			cdn: await bench.under('cdn').start(),
			litellm: await bench.under('litellm').start(),
		};
		for (const [name, id] of Object.entries(ids)) {
			const { json } = await bench.under(name).call('GET', '/videos');
			expect(json.data.map((video: any) => video.id)).toEqual([id]);
		}
		expect((await bench.call('GET', '/videos')).json.data).toEqual([]);
	});
});
