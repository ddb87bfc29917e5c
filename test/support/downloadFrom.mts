import { completedVideo } from './fixtures.mts';
import type { ScriptedResponse } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** Downloads the completed video `video_1`; `/content` returns these responses in turn. */
export const downloadFrom =
	(node: TestNode) =>
	async (...responses: ScriptedResponse[]) => {
		node.server.respondTo('GET /v1/videos/video_1', { json: completedVideo('video_1') });
		node.server.respondTo('GET /v1/videos/video_1/content', ...responses);
		return await node.run();
	};
