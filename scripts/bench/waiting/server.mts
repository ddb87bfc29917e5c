import { randomBytes } from 'node:crypto';

import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';

/** What is known of one video after all is over. */
export interface Watched {
	/** How often it was looked at. */
	looks: number;
	/** Milliseconds from done to the look that showed it. */
	late: number;
}

export interface WatchedServer {
	sandbox: Sandbox;
	/** What became of each video since the last call. */
	watched(): Watched[];
}

/** A sandbox whose videos take so long, with a memory of when they were looked at. */
export async function startWatchedServer(renderSeconds: number): Promise<WatchedServer> {
	const sandbox = await startSandbox({ renderSeconds, apiKey: randomBytes(8).toString('hex') });
	return {
		sandbox,
		watched() {
			const requests = sandbox.requests.splice(0);
			const videos = [...sandbox.videos.values()];
			sandbox.videos.clear();
			return videos.map(({ id, createdAt, renderMs }) => {
				const looks = requests.filter(
					({ method, path }) => method === 'GET' && path.endsWith(`/videos/${id}`),
				);
				const seen = looks.find(({ at }) => at >= createdAt + renderMs);
				if (!seen) throw new Error(`nobody saw that video ${id} was done`);
				return { looks: looks.length, late: seen.at - createdAt - renderMs };
			});
		},
	};
}
