import { randomBytes } from 'node:crypto';

import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server.mts';

/** What is known of one video after all is over. */
export interface Watched {
	/** How often it was looked at till it was seen to be done. */
	looks: number;
	/** Milliseconds from done to the request for its file. */
	late: number;
}

export interface WatchedServer {
	sandbox: Sandbox;
	/** What became of each video since the last call. */
	watched(): Watched[];
}

/** A sandbox with a memory of when its videos were looked at, and fetched. */
export async function startWatchedServer(options: SandboxOptions): Promise<WatchedServer> {
	const sandbox = await startSandbox({ apiKey: randomBytes(8).toString('hex'), ...options });
	return {
		sandbox,
		watched() {
			const requests = sandbox.requests.splice(0).filter(({ method }) => method === 'GET');
			const videos = [...sandbox.videos.values()];
			sandbox.videos.clear();
			return videos.map(({ id, createdAt, renderMs }) => {
				const done = createdAt + renderMs;
				const looks = requests.filter(({ path }) => path.endsWith(`/videos/${id}`));
				const fetched = requests.find(
					({ at, path }) => at >= done && path.endsWith(`/videos/${id}/content`),
				);
				if (!fetched) throw new Error(`nobody fetched video ${id}`);
				return { looks: looks.findIndex(({ at }) => at >= done) + 1, late: fetched.at - done };
			});
		},
	};
}
