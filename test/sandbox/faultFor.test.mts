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

type ChooseFault = NonNullable<SandboxOptions['faultFor']>;

/** A sandbox that applies these faults, one for each response of a kind. */
async function startWithFaults(kind: string, faults: Array<ReturnType<ChooseFault>>, options = {}) {
	const remaining = [...faults];
	const faultFor: ChooseFault = (response) =>
		response.kind === kind ? remaining.shift() : undefined;
	return await startTestSandbox({ renderSeconds: 0, ...options, faultFor });
}

/** The raw response: headers, all bytes, and whether it completed normally. */
async function requestContent(sandbox: TestSandbox, id: string) {
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

describe('sandbox option faultFor', () => {
	it('is called once for each response with its method, path, kind and dialect', async () => {
		const calls: Array<Parameters<ChooseFault>[0]> = [];
		const sandbox = await startTestSandbox({
			renderSeconds: 0,
			faultFor: (response) => {
				calls.push(response);
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
		const otherId = await router.startVideo();
		await router.getContent(otherId);
		expect(calls.map(({ method, kind, dialect }) => `${method} ${kind} ${dialect}`)).toEqual([
			'POST create cdn',
			'GET status cdn',
			'GET content cdn',
			'GET file cdn',
			'GET models cdn',
			'GET list cdn',
			'DELETE other cdn',
			'GET other cdn',
			'POST create openrouter',
			'GET content openrouter',
		]);
		expect(calls[1].path).toBe(`/never-done/cdn/v1/videos/${id}`);
		expect(calls[3].path).toBe(url.slice(sandbox.fileHost.length));
		expect(Object.keys(calls[0]).sort()).toEqual(['dialect', 'kind', 'method', 'path']);
	});

	it('gets the dialect contract if the base URL names no server', async () => {
		const dialects: string[] = [];
		const sandbox = await startTestSandbox({
			faultFor: ({ dialect }) => void dialects.push(dialect),
		});
		await sandbox.createVideo();
		expect(dialects).toEqual(['contract']);
	});

	it('affects only one response, however often the request is repeated', async () => {
		const sandbox = await startWithFaults('status', [
			'server-error',
			'html',
			undefined,
			'rate-limit',
		]);
		const { id } = await sandbox.createVideo();
		const statuses = [];
		for (let count = 0; count < 5; count++) {
			statuses.push((await sandbox.call('GET', `/videos/${id}`)).status);
		}
		expect(statuses).toEqual([500, 502, 200, 429, 200]);
	});

	it.each(['rate-limit', 'server-error', 'html', 'html-200'] as const)(
		'does not accept a Create with the fault %s',
		async (fault) => {
			const sandbox = await startWithFaults('create', [fault]);
			await sandbox.call('POST', '/videos', formData(minimalFields));
			expect(sandbox.videos.size).toBe(0);
			expect((await sandbox.call('POST', '/videos', formData(minimalFields))).status).toBe(200);
		},
	);

	it('drops the connection of any request after its effect with accept-then-drop', async () => {
		const sandbox = await startTestSandbox({
			renderSeconds: 0,
			faultFor: ({ method }) => (method === 'GET' ? undefined : 'accept-then-drop'),
		});
		await expect(sandbox.call('POST', '/videos', formData(minimalFields))).rejects.toThrow();
		const [id] = sandbox.videos.keys();
		await expect(sandbox.call('DELETE', `/videos/${id}`)).rejects.toThrow();
		expect((await sandbox.call('GET', `/videos/${id}`)).status).toBe(404);
	});

	it('serves a file again after accept-then-drop', async () => {
		const sandbox = await startWithFaults('content', ['accept-then-drop'], {
			fileBytes: 5_000_000,
		});
		const { id } = await sandbox.createVideo();
		const path = `/videos/${id}/content`;
		await expect(sandbox.call('GET', path)).rejects.toThrow();
		expect((await sandbox.call('GET', path)).bytes.equals(await sandbox.expectedFile(id))).toBe(
			true,
		);
	});

	it('cuts off a download each time with cut-body', async () => {
		const sandbox = await startWithFaults('content', ['cut-body', 'cut-body']);
		const { id } = await sandbox.createVideo();
		const file = await sandbox.expectedFile(id);
		for (let count = 0; count < 2; count++) {
			const { headers, bytes, ended } = await requestContent(sandbox, id);
			expect([headers['content-length'], ended]).toEqual([String(file.length), false]);
			expect(bytes.length).toBeLessThan(file.length);
		}
		expect((await requestContent(sandbox, id)).bytes.equals(file)).toBe(true);
	});

	it('ends a download early with short-body, without Content-Length or an error', async () => {
		const sandbox = await startWithFaults('content', ['short-body']);
		const { id } = await sandbox.createVideo();
		const file = await sandbox.expectedFile(id);
		const { headers, bytes, ended } = await requestContent(sandbox, id);
		expect(ended).toBe(true);
		expect(headers).not.toHaveProperty('content-length');
		expect(headers['transfer-encoding']).toBe('chunked');
		expect(headers['content-type']).toBe('video/mp4');
		expect(bytes.equals(file.subarray(0, Math.floor(file.length / 2)))).toBe(true);
		expect((await requestContent(sandbox, id)).bytes.equals(file)).toBe(true);
	});

	it.each([
		['content', '/content', 'video/mp4'],
		['status', '', 'application/json'],
	])(
		'returns a web page with the expected media type for html-200: %s',
		async (kind, path, type) => {
			const sandbox = await startWithFaults(kind, ['html-200']);
			const { id } = await sandbox.createVideo();
			const { status, headers, bytes } = await sandbox.call('GET', `/videos/${id}${path}`);
			expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
			expect(bytes.toString()).toMatch(/^<html>/);
		},
	);

	it('applies to the file host as well', async () => {
		const faults = ['rate-limit', 'server-error', 'html', 'html-200', 'short-body'] as const;
		const sandbox = await startWithFaults('file', [...faults]);
		const { startVideo, getVideo } = sandbox.client('sglang/cloud-storage');
		const id = await startVideo();
		const { url } = (await getVideo(id)).json;
		const file = await sandbox.expectedFile(id);
		const responses = [];
		for (let count = 0; count < 6; count++) {
			const response = await fetch(url);
			const { length } = Buffer.from(await response.arrayBuffer());
			responses.push([response.status, length === file.length]);
		}
		expect(responses).toEqual([
			[429, false],
			[500, false],
			[502, false],
			[200, false],
			[200, false],
			[200, true],
		]);
	});

	it('delays one response with slow, without adding the fault to file URLs', async () => {
		const sandbox = await startWithFaults('status', ['slow'], { slowMs: 100 });
		const { startVideo, getVideo } = sandbox.client('sglang/cloud-storage');
		const id = await startVideo();
		const { json } = await expectDelayed(async () => await getVideo(id));
		expect(json.url).not.toContain('faults');
	});
});
