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

/** One operation of the node, a server that says what it is told to say, and a clock that never waits. */
export interface TestNode {
	server: ScriptedServer;
	time: FakeClock;
	/** Runs the operation with more parameters; by default on the server, with the item `{ id: 'video_1' }`. */
	run(parameters?: INodeParameters, setup?: Partial<NodeSetup>): Promise<NodeRun>;
	/** The file that a run put into a binary field. */
	fileOf(run: NodeRun, field?: string): Promise<Buffer>;
}

/** To be called once in a test file: a fresh server and clock for each test; checks the server's script. */
export function testNode(operation: INodeParameters): TestNode {
	const bench = {
		async run(parameters = {}, setup = {}) {
			return await runNode(
				{ ...operation, ...parameters },
				{
					credentials: { apiKey: API_KEY, baseUrl: bench.server.baseUrl },
					items: [{ json: { id: 'video_1' } }],
					...setup,
				},
			);
		},
		fileOf: async ({ items }, field = 'data') =>
			await (await sharedEngine()).readFile(items[0].binary![field]),
	} as TestNode;

	beforeEach(async () => {
		bench.server = await startScriptedServer();
		bench.time = new FakeClock();
	});
	afterEach(async () => {
		await bench.server.close();
		bench.server.verify();
	});
	afterAll(stopSharedEngine);
	return bench;
}
