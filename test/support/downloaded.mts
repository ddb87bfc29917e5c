import type { Bench } from './bench.mts';
import type { ScriptedAnswer } from './scriptedServer.mts';
import { completedVideo } from './videos.mts';

/** Downloads the completed video `video_1` on `bench`, whose `/content` gives these answers in turn. */
export const downloadedFrom =
	(bench: Bench) =>
	async (...answers: ScriptedAnswer[]) => {
		bench.server.answer('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		bench.server.answer('GET /v1/videos/video_1/content', ...answers);
		return await bench.run();
	};
