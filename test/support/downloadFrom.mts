import { completedVideo } from './fixtures.mts';
import type { ScriptedAnswer } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** Downloads the completed video `video_1` on `bench`, whose `/content` gives these answers in turn. */
export const downloadFrom =
	(bench: TestNode) =>
	async (...answers: ScriptedAnswer[]) => {
		bench.server.answer('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		bench.server.answer('GET /v1/videos/video_1/content', ...answers);
		return await bench.run();
	};
