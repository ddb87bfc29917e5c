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
import { createVideo } from '../createVideo.mts';

/** Creates `count` videos at the same time, each in a file; returns the duration in milliseconds. */
type Baseline = (sandbox: Sandbox, count: number) => Promise<number>;

/** The package `openai`, polling once a second. */
export const openAiPackage: Baseline = async ({ baseUrl, apiKey }, count) => {
	const client = new OpenAI({ baseURL: baseUrl, apiKey });
	return await timeVideos(count, async (prompt, file) => {
		let video = await client.videos.create({ model: 'sora-2', prompt });
		while (video.status !== 'completed') {
			await sleep(1000);
			video = await client.videos.retrieve(video.id);
		}
		await saveFile(await client.videos.downloadContent(video.id), file);
	});
};

/** `fetch` with knowledge of when each video is done: nothing can be faster. */
export const fastestPossible: Baseline = async (sandbox, count) => {
	const { baseUrl, apiKey, videos } = sandbox;
	const headers = { authorization: `Bearer ${apiKey}` };
	return await timeVideos(count, async (prompt, file) => {
		const id = await createVideo(sandbox, prompt);
		const { createdAt, renderMs } = videos.get(id)!;
		await sleep(Math.max(0, createdAt + renderMs - Date.now()) + 1);
		// One poll, since no candidate can do without.
		await fetch(`${baseUrl}/videos/${id}`, { headers });
		await saveFile(await fetch(`${baseUrl}/videos/${id}/content`, { headers }), file);
	});
};

async function timeVideos(
	count: number,
	createVideoFile: (prompt: string, file: string) => Promise<void>,
): Promise<number> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-bench-'));
	const start = performance.now();
	await Promise.all(
		numbered(count).map(async (prompt) => await createVideoFile(prompt, path.join(folder, prompt))),
	);
	const durationMs = performance.now() - start;
	await rm(folder, { recursive: true });
	return durationMs;
}

async function saveFile(response: Response, file: string): Promise<void> {
	if (!response.ok) throw new Error(`no file: ${response.status}`);
	const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
	await pipeline(body, createWriteStream(file));
}
