import type { INode, INodeParameters } from 'n8n-workflow';

import { type ScriptedServer, startScriptedServer } from '../../support/scriptedServer.mts';
import { canaryFor, secretsIn } from './canary.mts';
import { type ChoosyServer, startChoosyServer } from './choosyServer.mts';
import type { Execution } from './client.mts';
import { chain, type NodeSketch, videosNode } from './workflow.mts';
import { startWorld, type World, type WorldOptions } from './world.mts';

/** The user's server, and another host that it points to. */
export interface Hosts {
	server: ScriptedServer;
	elsewhere: ScriptedServer;
	/** On the other host; it answers what is scripted for `GET /file?signature=abc`. */
	address: string;
}

/** One n8n for the tests of a `describe`, and servers that last as long as a test. */
export function useWorld(options: WorldOptions) {
	let world: World;
	let servers: ScriptedServer[] = [];

	beforeAll(async () => {
		world = await startWorld(options);
	});

	afterEach(async () => {
		for (const server of servers) await server.close();
		servers = [];
	});

	afterAll(async () => await world?.end());

	return {
		get world() {
			return world;
		},

		/** Runs one node, with a credential of two secrets; neither may be in the saved execution. */
		async run(
			{ baseUrl }: ScriptedServer,
			parameters: INodeParameters,
			{ before = [], settings = {} }: { before?: NodeSketch[]; settings?: Partial<INode> } = {},
		): Promise<Execution> {
			const credential = await world.client.createCredential('Canary', canaryFor(baseUrl));
			const workflow = chain([...before, videosNode(credential, parameters, settings)]);
			const execution = await world.client.execute(workflow);
			expect(secretsIn(execution.text)).toEqual([]);
			return execution;
		},

		async startChoosy(good: number, order: 'first' | 'last'): Promise<ChoosyServer> {
			const choosy = await startChoosyServer('bad', good, order);
			servers.push(choosy.server);
			return choosy;
		},

		async startHosts(): Promise<Hosts> {
			const server = await startScriptedServer();
			const elsewhere = await startScriptedServer();
			servers.push(server, elsewhere);
			return { server, elsewhere, address: `${elsewhere.origin}/file?signature=abc` };
		},
	};
}
