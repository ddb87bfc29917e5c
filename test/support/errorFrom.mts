import { CREATE } from './fixtures.mts';
import type { ScriptedResponse } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** The error with which the node ends when a response holds no video. */
export const errorFrom = (node: TestNode) => ({
	async create(response: ScriptedResponse) {
		node.server.respondTo('POST /v1/videos', response);
		return (await node.run(CREATE, { items: [{ json: {} }] })).error!;
	},
	async get(response: ScriptedResponse) {
		node.server.respondTo('GET /v1/videos/video_1', response);
		return (await node.run()).error!;
	},
});
