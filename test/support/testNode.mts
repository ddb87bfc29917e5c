import type { INodeParameters } from 'n8n-workflow';

import { FakeClock } from './fakeClock.mts';
import { API_KEY } from './fixtures.mts';
import {
	type NodeRun,
	type NodeSetup,
	runNode,
	sharedEngine,
	stopSharedEngine,
} from './nodeRunner.mts';
import { type ScriptedServer, startScriptedServer } from './scriptedServer.mts';

/** One operation of the node, with a scripted server and a clock that never waits. */
export interface TestNode {
	server: ScriptedServer;
	time: FakeClock;
	/** Runs the operation with these extra parameters; by default on `server`, with the item `{ id: 'video_1' }`. */
	run(parameters?: INodeParameters, setup?: Partial<NodeSetup>): Promise<NodeRun>;
	/** The file in a binary field of the first item that a run returned. */
	fileOf(run: NodeRun, field?: string): Promise<Buffer>;
}

/** Call it once in a test file: each test gets a new server and clock, and the server's script is verified. */
export function testNode(operation: INodeParameters): TestNode {
	const node = {
		async run(parameters = {}, setup = {}) {
			return await runNode(
				{ ...operation, ...parameters },
				{
					credentials: { apiKey: API_KEY, baseUrl: node.server.baseUrl },
					items: [{ json: { id: 'video_1' } }],
					...setup,
				},
			);
		},
		fileOf: async ({ items }, field = 'data') =>
			await (await sharedEngine()).readFile(items[0].binary![field]),
	} as TestNode;

	beforeEach(async () => {
		node.server = await startScriptedServer();
		node.time = new FakeClock();
	});
	afterEach(async () => {
		await node.server.close();
		node.server.verify();
	});
	afterAll(stopSharedEngine);
	return node;
}
