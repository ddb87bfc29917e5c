import { readFile } from 'node:fs/promises';

import type { INodeExecutionData } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../sandbox/server.mts';
import { readExamples } from '../../scripts/n8n/import.mts';
import type { Execution } from './support/client.mts';
import { forEach } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

const MEGABYTE = 1_000_000;

let world: World;
const sandboxes: Sandbox[] = [];

beforeAll(async () => {
	// Young garbage is collected soon, so that what n8n holds is measured, and not what lies about.
	world = await startWorld({ env: { NODE_OPTIONS: '--max-semi-space-size=2' } });
});

afterAll(async () => {
	await world.end();
	for (const sandbox of sandboxes) await sandbox.close();
});

/** A sandbox and the shipped examples with a credential for it. */
async function examplesFor(options: Parameters<typeof startSandbox>[0]) {
	const sandbox = await startSandbox({ renderSeconds: 2, ...options });
	sandboxes.push(sandbox);
	const { apiKey, baseUrl } = sandbox;
	const credential = await world.client.createCredential('Sandbox', { apiKey, baseUrl });
	return { sandbox, examples: await readExamples(credential) };
}

function outputOf({ data, status }: Execution, node = 'Download video'): INodeExecutionData[] {
	expect([status, data.resultData.error?.message]).toEqual(['success', undefined]);
	return data.resultData.runData[node][0].data!.main[0]!;
}

/** Whether the file in n8n is, byte for byte, what the server serves; returns its length. */
async function expectSameFile(sandbox: Sandbox, { json, binary }: INodeExecutionData) {
	const served = await fetch(`${sandbox.baseUrl}/videos/${String(json.id)}/content`, {
		headers: { authorization: `Bearer ${sandbox.apiKey}` },
	});
	const stored = await world.client.readFile(binary!.data);
	expect(stored.headers.get('content-type')).toContain('video/mp4');
	const [mine, theirs] = [stored.body!.getReader(), served.body!.getReader()];
	let [left, right] = [Buffer.alloc(0), Buffer.alloc(0)];
	let length = 0;
	for (;;) {
		if (left.length === 0) left = Buffer.from((await mine.read()).value ?? []);
		if (right.length === 0) right = Buffer.from((await theirs.read()).value ?? []);
		if (left.length === 0 || right.length === 0) break;
		const same = Math.min(left.length, right.length);
		// Not expect(): it would print the file.
		if (!left.subarray(0, same).equals(right.subarray(0, same))) {
			throw new Error(`The files differ within ${same} bytes after byte ${length}`);
		}
		length += same;
		left = left.subarray(same);
		right = right.subarray(same);
	}
	expect([left.length, right.length]).toEqual([0, 0]);
	return length;
}

describe('the shipped examples in a real n8n', () => {
	it('text-to-video leaves the very MP4 that the server made', async () => {
		const { sandbox, examples } = await examplesFor({});
		const [item] = outputOf(await world.client.execute(examples.get('text-to-video')!));
		expect(item.json).toMatchObject({ status: 'completed', size: '720x1280', seconds: '4' });
		expect(item.binary!.data.fileName).toBe(`${String(item.json.id)}.mp4`);
		expect(await expectSameFile(sandbox, item)).toBeGreaterThan(10_000);
	});

	it('image-to-video sends the picture made inside the workflow, and leaves the MP4', async () => {
		const { sandbox, examples } = await examplesFor({});
		const workflow = examples.get('image-to-video')!;
		const [item] = outputOf(await world.client.execute(workflow));
		expect(item.json).toMatchObject({ status: 'completed', size: '1280x720' });
		await expectSameFile(sandbox, item);

		const picture = /"(iVBOR[^"]+)"/.exec(JSON.stringify(workflow))![1];
		expect(sandbox.videos.get(String(item.json.id))?.reference).toEqual({
			name: 'first-frame.png',
			type: 'image/png',
			bytes: Buffer.from(picture, 'base64'),
		});
	});

	it('five items wait side by side, and each gets its own video', async () => {
		const { sandbox, examples } = await examplesFor({ renderSeconds: 4 });
		const prompts = ['one', 'two', 'three', 'four', 'five'];
		const items = outputOf(
			await world.client.execute(forEach(examples.get('text-to-video')!, prompts)),
		);
		expect(items.map(({ json }) => json.prompt)).toEqual(prompts);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(prompts.map((_, item) => ({ item })));
		for (const item of items) await expectSameFile(sandbox, item);

		// All five were waited for before the first of them was done.
		const firstDone = Math.min(...items.map(({ json }) => Number(json.completed_at))) * 1000;
		const firstPolls = items.map(
			({ json }) =>
				sandbox.requests.find(
					({ method, path }) => method === 'GET' && path.endsWith(String(json.id)),
				)!.at,
		);
		expect(Math.max(...firstPolls)).toBeLessThan(firstDone);
	});

	it('a video of 300 MB takes hardly more memory than one of 20 MB', async () => {
		const usual = await examplesFor({ renderSeconds: 0.5, fileBytes: 20 * MEGABYTE });
		const large = await examplesFor({ renderSeconds: 0.5, fileBytes: 300 * MEGABYTE });
		// An n8n in use: its first executions load and keep much of their own.
		for (let run = 0; run < 5; run++) {
			outputOf(await world.client.execute(usual.examples.get('text-to-video')!));
		}
		const idle = await peakMemory(world.n8n.pid);
		const [item] = outputOf(await world.client.execute(large.examples.get('text-to-video')!));
		const busy = await peakMemory(world.n8n.pid);
		console.log(
			`n8n's peak memory: after 20 MB videos ${Math.round(idle / MEGABYTE)} MB, after one of 300 MB ${Math.round(busy / MEGABYTE)} MB`,
		);
		expect(await expectSameFile(large.sandbox, item)).toBeGreaterThanOrEqual(300 * MEGABYTE);
		expect(busy - idle).toBeLessThanOrEqual(64 * 1024 * 1024);
	});
});

/** The most memory, in bytes, that a process has ever held (Linux). */
async function peakMemory(pid: number): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024;
}
