import type { INodeParameters } from 'n8n-workflow';

import type { NodeSetup } from './nodeRunner.mts';
import type { ReceivedRequest } from './scriptedServer.mts';
import type { TestNode } from './testNode.mts';

/** Creates a video on `bench` with these options, which goes well; returns what arrived last. */
export const requestFrom =
	(bench: TestNode) =>
	async (
		options: INodeParameters = {},
		parameters: INodeParameters = {},
		setup: Partial<NodeSetup> = {},
	): Promise<ReceivedRequest> => {
		bench.server.answer('POST /v1/videos', { json: { id: 'video_1', status: 'queued' } });
		const run = await bench.run({ options, ...parameters }, { items: [{ json: {} }], ...setup });
		expect(run.error).toBeUndefined();
		return bench.server.received.at(-1)!;
	};
