import { randomBytes } from 'node:crypto';

import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server.mts';

interface VideoObservation {
	/** Polls up to and including the first one that returned the finished video. */
	polls: number;
	/** From done to the request for the file. */
	latencyMs: number;
}

interface ObservedServer {
	sandbox: Sandbox;
	/** The videos created since the last call. */
	observations(): VideoObservation[];
}

/** A sandbox that reports when its videos were polled and downloaded. */
export async function startObservedServer(options: SandboxOptions): Promise<ObservedServer> {
	const sandbox = await startSandbox({ apiKey: randomBytes(8).toString('hex'), ...options });
	return {
		sandbox,
		observations() {
			const requests = sandbox.requests.splice(0).filter(({ method }) => method === 'GET');
			const videos = [...sandbox.videos.values()];
			sandbox.videos.clear();
			return videos.map(({ id, createdAt, renderMs }) => {
				const doneAt = createdAt + renderMs;
				const polls = requests.filter(({ path }) => path.endsWith(`/videos/${id}`));
				const fileRequest = requests.find(
					({ at, path }) => at >= doneAt && path.endsWith(`/videos/${id}/content`),
				);
				if (!fileRequest) throw new Error(`video ${id} was not downloaded`);
				return {
					polls: polls.findIndex(({ at }) => at >= doneAt) + 1,
					latencyMs: fileRequest.at - doneAt,
				};
			});
		},
	};
}
