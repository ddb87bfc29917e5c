import { once } from 'node:events';
import { request } from 'node:http';

import type { SandboxOptions } from '../../sandbox/server.mts';
import { type Bench, basics, form, heldBack, startBench } from './helpers.mts';

type Decide = NonNullable<SandboxOptions['faultOn']>;

/** A sandbox in which the faults are dealt out one by one, to the answers of one kind. */
async function deal(kind: string, faults: Array<ReturnType<Decide>>, options = {}) {
	const left = [...faults];
	const faultOn: Decide = (ahead) => (ahead.kind === kind ? left.shift() : undefined);
	return await startBench({ renderSeconds: 0, ...options, faultOn });
}

/** The raw answer: status, headers and all bytes, and whether it ended as it should. */
async function rawContent(bench: Bench, id: string) {
	const call = request(`${bench.baseUrl}/videos/${id}/content`, {
		headers: { authorization: `Bearer ${bench.apiKey}` },
	}).end();
	const [response] = await once(call, 'response');
	const chunks: Buffer[] = [];
	const ended = await (async () => {
		try {
			for await (const chunk of response) chunks.push(chunk);
			return true;
		} catch {
			return false;
		}
	})();
	return { headers: response.headers, bytes: Buffer.concat(chunks), ended };
}

describe('faults chosen for single answers', () => {
	it('are asked for once for each answer, with what it is about', async () => {
		const asked: Array<Parameters<Decide>[0]> = [];
		const bench = await startBench({
			renderSeconds: 0,
			faultOn: (ahead) => {
				asked.push(ahead);
				return undefined;
			},
		});
		const id = await bench.under('cdn').start();
		const { look, content, call } = bench.under('never-done/cdn');
		await look(id);
		const url = (await content(id)).headers.get('location')!;
		await (await fetch(url)).arrayBuffer();
		await call('GET', '/models');
		await call('GET', '/videos?limit=1');
		await call('DELETE', `/videos/${id}`);
		await call('GET', '/nothing');
		const router = bench.under('openrouter');
		const other = await router.start();
		await router.call('GET', `/videos/${other}/files/0`);
		expect(asked.map(({ method, kind, dialect }) => `${method} ${kind} ${dialect}`)).toEqual([
			'POST create cdn',
			'GET status cdn',
			'GET content cdn',
			'GET file cdn',
			'GET models cdn',
			'GET list cdn',
			'DELETE other cdn',
			'GET other cdn',
			'POST create openrouter',
			'GET file openrouter',
		]);
		expect(asked[1].path).toBe(`/never-done/cdn/v1/videos/${id}`);
		expect(asked[3].path).toBe(url.slice(bench.fileHost.length));
		expect(Object.keys(asked[0]).sort()).toEqual(['dialect', 'kind', 'method', 'path']);
	});

	it('are called contract where the base URL names no server', async () => {
		const seen: string[] = [];
		const bench = await startBench({ faultOn: ({ dialect }) => void seen.push(dialect) });
		await bench.create();
		expect(seen).toEqual(['contract']);
	});

	it('strike that answer only, however often the same is asked', async () => {
		const bench = await deal('status', ['server-error', 'html', undefined, 'rate-limit']);
		const { id } = await bench.create();
		const statuses = [];
		for (let count = 0; count < 5; count++) {
			statuses.push((await bench.call('GET', `/videos/${id}`)).status);
		}
		expect(statuses).toEqual([500, 502, 200, 429, 200]);
	});

	it.each(['rate-limit', 'server-error', 'html', 'html-200'] as const)(
		'a Create that gets %s is not accepted',
		async (fault) => {
			const bench = await deal('create', [fault]);
			await bench.call('POST', '/videos', form(basics));
			expect(bench.videos.size).toBe(0);
			expect((await bench.call('POST', '/videos', form(basics))).status).toBe(200);
		},
	);

	it('accept-then-drop cuts any answer once its work is done', async () => {
		const bench = await startBench({
			renderSeconds: 0,
			faultOn: ({ method }) => (method === 'GET' ? undefined : 'accept-then-drop'),
		});
		await expect(bench.call('POST', '/videos', form(basics))).rejects.toThrow();
		const [id] = bench.videos.keys();
		await expect(bench.call('DELETE', `/videos/${id}`)).rejects.toThrow();
		expect((await bench.call('GET', `/videos/${id}`)).status).toBe(404);
	});

	it('accept-then-drop on a file leaves the sandbox in order', async () => {
		const bench = await deal('content', ['accept-then-drop'], { fileBytes: 5_000_000 });
		const { id } = await bench.create();
		const path = `/videos/${id}/content`;
		await expect(bench.call('GET', path)).rejects.toThrow();
		expect((await bench.call('GET', path)).bytes.equals(await bench.fileOf(id))).toBe(true);
	});

	it('cut-body breaks a download off, each time it is chosen', async () => {
		const bench = await deal('content', ['cut-body', 'cut-body']);
		const { id } = await bench.create();
		const whole = await bench.fileOf(id);
		for (let count = 0; count < 2; count++) {
			const { headers, bytes, ended } = await rawContent(bench, id);
			expect([headers['content-length'], ended]).toEqual([String(whole.length), false]);
			expect(bytes.length).toBeLessThan(whole.length);
		}
		expect((await rawContent(bench, id)).bytes.equals(whole)).toBe(true);
	});

	it('short-body ends a download early without any sign of it but the missing length', async () => {
		const bench = await deal('content', ['short-body']);
		const { id } = await bench.create();
		const whole = await bench.fileOf(id);
		const { headers, bytes, ended } = await rawContent(bench, id);
		expect(ended).toBe(true);
		expect(headers).not.toHaveProperty('content-length');
		expect(headers['transfer-encoding']).toBe('chunked');
		expect(headers['content-type']).toBe('video/mp4');
		expect(bytes.equals(whole.subarray(0, Math.floor(whole.length / 2)))).toBe(true);
		expect((await rawContent(bench, id)).bytes.equals(whole)).toBe(true);
	});

	it.each([
		['content', '/content', 'video/mp4'],
		['status', '', 'application/json'],
	])('html-200 labels a web page as what was asked for: %s', async (kind, path, type) => {
		const bench = await deal(kind, ['html-200']);
		const { id } = await bench.create();
		const { status, headers, bytes } = await bench.call('GET', `/videos/${id}${path}`);
		expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
		expect(bytes.toString()).toMatch(/^<html>/);
	});

	it('strike the file host as well', async () => {
		const faults = ['rate-limit', 'server-error', 'html', 'html-200', 'short-body'] as const;
		const bench = await deal('file', [...faults]);
		const { start, look } = bench.under('sglang');
		const id = await start();
		const { url } = (await look(id)).json;
		const whole = await bench.fileOf(id);
		const seen = [];
		for (let count = 0; count < 6; count++) {
			const response = await fetch(url);
			const { length } = Buffer.from(await response.arrayBuffer());
			seen.push([response.status, length === whole.length]);
		}
		expect(seen).toEqual([
			[429, false],
			[500, false],
			[502, false],
			[200, false],
			[200, false],
			[200, true],
		]);
	});

	it('slow holds one answer back, and is not carried on in addresses', async () => {
		const bench = await deal('status', ['slow'], { slowMs: 100 });
		const { start, look } = bench.under('sglang');
		const id = await start();
		const { json } = await heldBack(async () => await look(id));
		expect(json.url).not.toContain('faults');
	});
});
