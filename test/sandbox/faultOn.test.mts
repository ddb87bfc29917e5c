import { once } from 'node:events';
import { request } from 'node:http';

import type { SandboxOptions } from '../../sandbox/server.mts';
import {
	type TestSandbox,
	expectDelayed,
	formData,
	minimalFields,
	startTestSandbox,
} from './helpers.mts';

type Decide = NonNullable<SandboxOptions['faultFor']>;

/** A sandbox in which the faults are dealt out one by one, to the answers of one kind. */
async function deal(kind: string, faults: Array<ReturnType<Decide>>, options = {}) {
	const left = [...faults];
	const faultFor: Decide = (ahead) => (ahead.kind === kind ? left.shift() : undefined);
	return await startTestSandbox({ renderSeconds: 0, ...options, faultFor });
}

/** The raw answer: status, headers and all bytes, and whether it ended as it should. */
async function rawContent(sandbox: TestSandbox, id: string) {
	const call = request(`${sandbox.baseUrl}/videos/${id}/content`, {
		headers: { authorization: `Bearer ${sandbox.apiKey}` },
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
		const sandbox = await startTestSandbox({
			renderSeconds: 0,
			faultFor: (ahead) => {
				asked.push(ahead);
				return undefined;
			},
		});
		const id = await sandbox.client('cdn').startVideo();
		const { getVideo, getContent, call } = sandbox.client('never-done/cdn');
		await getVideo(id);
		const url = (await getContent(id)).headers.get('location')!;
		await (await fetch(url)).arrayBuffer();
		await call('GET', '/models');
		await call('GET', '/videos?limit=1');
		await call('DELETE', `/videos/${id}`);
		await call('GET', '/nothing');
		const router = sandbox.client('openrouter');
		const other = await router.startVideo();
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
		expect(asked[3].path).toBe(url.slice(sandbox.fileHost.length));
		expect(Object.keys(asked[0]).sort()).toEqual(['dialect', 'kind', 'method', 'path']);
	});

	it('are called contract where the base URL names no server', async () => {
		const seen: string[] = [];
		const sandbox = await startTestSandbox({ faultFor: ({ dialect }) => void seen.push(dialect) });
		await sandbox.createVideo();
		expect(seen).toEqual(['contract']);
	});

	it('strike that answer only, however often the same is asked', async () => {
		const sandbox = await deal('status', ['server-error', 'html', undefined, 'rate-limit']);
		const { id } = await sandbox.createVideo();
		const statuses = [];
		for (let count = 0; count < 5; count++) {
			statuses.push((await sandbox.call('GET', `/videos/${id}`)).status);
		}
		expect(statuses).toEqual([500, 502, 200, 429, 200]);
	});

	it.each(['rate-limit', 'server-error', 'html', 'html-200'] as const)(
		'a Create that gets %s is not accepted',
		async (fault) => {
			const sandbox = await deal('create', [fault]);
			await sandbox.call('POST', '/videos', formData(minimalFields));
			expect(sandbox.videos.size).toBe(0);
			expect((await sandbox.call('POST', '/videos', formData(minimalFields))).status).toBe(200);
		},
	);

	it('accept-then-drop cuts any answer once its work is done', async () => {
		const sandbox = await startTestSandbox({
			renderSeconds: 0,
			faultFor: ({ method }) => (method === 'GET' ? undefined : 'accept-then-drop'),
		});
		await expect(sandbox.call('POST', '/videos', formData(minimalFields))).rejects.toThrow();
		const [id] = sandbox.videos.keys();
		await expect(sandbox.call('DELETE', `/videos/${id}`)).rejects.toThrow();
		expect((await sandbox.call('GET', `/videos/${id}`)).status).toBe(404);
	});

	it('accept-then-drop on a file leaves the sandbox in order', async () => {
		const sandbox = await deal('content', ['accept-then-drop'], { fileBytes: 5_000_000 });
		const { id } = await sandbox.createVideo();
		const path = `/videos/${id}/content`;
		await expect(sandbox.call('GET', path)).rejects.toThrow();
		expect((await sandbox.call('GET', path)).bytes.equals(await sandbox.expectedFile(id))).toBe(
			true,
		);
	});

	it('cut-body breaks a download off, each time it is chosen', async () => {
		const sandbox = await deal('content', ['cut-body', 'cut-body']);
		const { id } = await sandbox.createVideo();
		const whole = await sandbox.expectedFile(id);
		for (let count = 0; count < 2; count++) {
			const { headers, bytes, ended } = await rawContent(sandbox, id);
			expect([headers['content-length'], ended]).toEqual([String(whole.length), false]);
			expect(bytes.length).toBeLessThan(whole.length);
		}
		expect((await rawContent(sandbox, id)).bytes.equals(whole)).toBe(true);
	});

	it('short-body ends a download early without any sign of it but the missing length', async () => {
		const sandbox = await deal('content', ['short-body']);
		const { id } = await sandbox.createVideo();
		const whole = await sandbox.expectedFile(id);
		const { headers, bytes, ended } = await rawContent(sandbox, id);
		expect(ended).toBe(true);
		expect(headers).not.toHaveProperty('content-length');
		expect(headers['transfer-encoding']).toBe('chunked');
		expect(headers['content-type']).toBe('video/mp4');
		expect(bytes.equals(whole.subarray(0, Math.floor(whole.length / 2)))).toBe(true);
		expect((await rawContent(sandbox, id)).bytes.equals(whole)).toBe(true);
	});

	it.each([
		['content', '/content', 'video/mp4'],
		['status', '', 'application/json'],
	])('html-200 labels a web page as what was asked for: %s', async (kind, path, type) => {
		const sandbox = await deal(kind, ['html-200']);
		const { id } = await sandbox.createVideo();
		const { status, headers, bytes } = await sandbox.call('GET', `/videos/${id}${path}`);
		expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
		expect(bytes.toString()).toMatch(/^<html>/);
	});

	it('strike the file host as well', async () => {
		const faults = ['rate-limit', 'server-error', 'html', 'html-200', 'short-body'] as const;
		const sandbox = await deal('file', [...faults]);
		const { startVideo, getVideo } = sandbox.client('sglang');
		const id = await startVideo();
		const { url } = (await getVideo(id)).json;
		const whole = await sandbox.expectedFile(id);
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
		const sandbox = await deal('status', ['slow'], { slowMs: 100 });
		const { startVideo, getVideo } = sandbox.client('sglang');
		const id = await startVideo();
		const { json } = await expectDelayed(async () => await getVideo(id));
		expect(json.url).not.toContain('faults');
	});
});
