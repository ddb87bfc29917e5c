import { type ChaosConfig, LLMock } from '@copilotkit/aimock';

import { type FakeClock } from './fakeClock.mts';
import { API_KEY } from './fixtures.mts';

/** Prompts that decide whether a video completes. */
export const GOOD_PROMPT = 'a kitten on a piano';
export const REJECTED_PROMPT = 'a forbidden kitten';
export const REJECTION = 'Rejected by the content filter of the model provider';

export interface Aimock {
	/** `http://127.0.0.1:PORT/api/v1` */
	baseUrl: string;
	/** Every request and its response, oldest first, such as `POST /api/v1/videos 200`. */
	exchanges(): string[];
	/** Creates a video without the node, and returns its id. */
	submit(prompt?: string): Promise<string>;
	/** Injects faults into every request until the node has paused this many times. */
	faultsFor(pauses: number, faults: ChaosConfig, time: FakeClock): void;
	stop(): Promise<void>;
}

/**
 * CopilotKit's aimock as OpenRouter: JSON only, statuses `pending`, `in_progress`, `completed` and
 * `failed` by the number of polls, `unsigned_urls` and an `error` that is text. It accepts only
 * `API_KEY`, on every route, and serves `file` as every finished video.
 */
export async function startAimock(file: Buffer): Promise<Aimock> {
	const server = new LLMock({
		host: '127.0.0.1',
		port: 0,
		auth: { apiKeys: [API_KEY] },
		openRouterVideo: { pollsBeforeInProgress: 2, pollsBeforeCompleted: 4 },
	});
	server.onVideo(GOOD_PROMPT, {
		video: { id: 'unused', status: 'completed', b64: file.toString('base64'), cost: 0.25 },
	});
	server.onVideo(REJECTED_PROMPT, {
		video: { id: 'unused', status: 'failed', error: REJECTION },
	});
	await server.start();
	const baseUrl = `${server.url}/api/v1`;

	return {
		baseUrl,
		exchanges: () =>
			server.getRequests().map(({ method, path, response }) =>
				// Status 0: the connection was cut.
				[method, path, response.status].join(' '),
			),
		async submit(prompt = GOOD_PROMPT) {
			const response = await fetch(`${baseUrl}/videos`, {
				method: 'POST',
				headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
				body: JSON.stringify({ model: 'openai/sora-2', prompt }),
			});
			const { id } = (await response.json()) as { id: string };
			server.clearRequests();
			return id;
		},
		faultsFor(pauses, faults, time) {
			server.setChaos(faults);
			time.pauseWith(async (ms) => {
				time.pauses.push(ms);
				time.now += ms;
				if (time.pauses.length === pauses) server.clearChaos();
			});
		},
		stop: async () => await server.stop(),
	};
}
