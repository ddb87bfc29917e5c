import type { INodeParameters } from 'n8n-workflow';

import { accepted } from './fixtures.mts';
import type { NodeSetup } from './nodeRunner.mts';
import type { ReceivedRequest } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** Creates a video with these options, successfully; returns the last request that arrived. */
export const requestFrom =
	(node: TestNode) =>
	async (
		options: INodeParameters = {},
		parameters: INodeParameters = {},
		setup: Partial<NodeSetup> = {},
	): Promise<ReceivedRequest> => {
		node.server.respondTo('POST /v1/videos', accepted('video_1'));
		const run = await node.run({ options, ...parameters }, { items: [{ json: {} }], ...setup });
		expect(run.error).toBeUndefined();
		return node.server.received.at(-1)!;
	};
