import { CREATE } from './fixtures.mts';
import type { ScriptedAnswer } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** The error with which the node ends when a response holds no video. */
export const errorFrom = (node: TestNode) => ({
	async create(response: ScriptedAnswer) {
		node.server.answer('POST /v1/videos', response);
		return (await node.run(CREATE, { items: [{ json: {} }] })).error!;
	},
	async get(response: ScriptedAnswer) {
		node.server.answer('GET /v1/videos/video_1', response);
		return (await node.run()).error!;
	},
});
