import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';

import OpenAI from 'openai';

import type { Sandbox } from '../../../sandbox/server.mts';
import { numbered } from '../../../test/e2e/support/workflow.mts';
import { createAt } from '../createVideo.mts';

/** Makes so many videos side by side, each into a file; resolves with the milliseconds it took. */
export type Outside = (sandbox: Sandbox, count: number) => Promise<number>;

/** The package `openai`, with a loop that looks once a second. */
export const withPackage: Outside = async ({ baseUrl, apiKey }, count) => {
	const client = new OpenAI({ baseURL: baseUrl, apiKey });
	return await timed(count, async (prompt, file) => {
		let video = await client.videos.create({ model: 'sora-2', prompt });
		while (video.status !== 'completed') {
			await sleep(1000);
			video = await client.videos.retrieve(video.id);
		}
		await save(await client.videos.downloadContent(video.id), file);
	});
};

/** `fetch` by one who knows when the video is done: nothing can be faster. */
export const limit: Outside = async (sandbox, count) => {
	const { baseUrl, apiKey, videos } = sandbox;
	const headers = { authorization: `Bearer ${apiKey}` };
	return await timed(count, async (prompt, file) => {
		const id = await createAt(sandbox, prompt);
		const { createdAt, renderMs } = videos.get(id)!;
		await sleep(Math.max(0, createdAt + renderMs - Date.now()) + 1);
		// One look, as everybody needs one.
		await fetch(`${baseUrl}/videos/${id}`, { headers });
		await save(await fetch(`${baseUrl}/videos/${id}/content`, { headers }), file);
	});
};

async function timed(
	count: number,
	make: (prompt: string, file: string) => Promise<void>,
): Promise<number> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
	const start = performance.now();
	await Promise.all(
		numbered(count).map(async (prompt) => await make(prompt, path.join(folder, prompt))),
	);
	const took = performance.now() - start;
	await rm(folder, { recursive: true });
	return took;
}

async function save(response: Response, file: string): Promise<void> {
	if (!response.ok) throw new Error(`no file: ${response.status}`);
	const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
	await pipeline(body, createWriteStream(file));
}
