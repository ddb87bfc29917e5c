import type { ServerResponse } from 'node:http';

import type { INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server.mts';
import { N8N_VERSIONS, VERSION } from '../../../scripts/n8n/install.mts';
import { type ScriptedServer, startScriptedServer } from '../../support/scriptedServer.mts';
import { canaryFor, SECRETS, secretsIn } from './canary.mts';
import { type ChoosyServer, startChoosyServer } from './choosyServer.mts';
import type { Execution } from './client.mts';
import { ONLY_USED_NODES } from './usedNodes.mts';
import { chain, type NodeSketch, videosNode } from './workflow.mts';
import { startWorld, type World, type WorldOptions } from './world.mts';

/** The user's server, and another host that it points to. */
export interface Hosts {
	server: ScriptedServer;
	elsewhere: ScriptedServer;
	/** On the other host; it answers what is scripted for `GET /file?signature=abc`. */
	address: string;
}

export type Here = ReturnType<typeof useWorld>;

/** The same tests in an n8n of each release line that the package supports. */
export const inEachN8n = (tests: (here: Here) => void, { env }: Pick<WorldOptions, 'env'> = {}) =>
	describe.each(N8N_VERSIONS)('in n8n %s', (version) => tests(useWorld({ version, env })));

/** One n8n for the tests of a `describe`, and servers that last as long as it. */
export function useWorld(options: WorldOptions) {
	let world: World;
	const servers: Array<{ close(): Promise<void> }> = [];

	beforeAll(async () => {
		world = await startWorld({ ...options, env: { ...ONLY_USED_NODES, ...options.env } });
	});

	afterAll(async () => {
		await world?.end();
		for (const server of servers) await server.close();
	});

	const here = {
		version: options.version ?? VERSION,

		get world() {
			return world;
		},

		/**
		 * Begins what takes the node long as soon as n8n runs, so that other tests go on meanwhile; to be
		 * called outside of `describe` and `it`. Returns how to wait for its end.
		 */
		early<T>(begin: () => Promise<T>): () => Promise<T> {
			let running: Promise<T>;
			beforeAll(() => {
				running = begin();
				// Told where it is waited for.
				running.catch(() => {});
			});
			return async () => await running;
		},

		/** A credential of two secrets for a server. */
		credentialFor: async ({ baseUrl }: { baseUrl: string }) =>
			await world.client.createCredential('Canary', canaryFor(baseUrl)),

		/** Runs a workflow to its end; neither secret may be in the saved execution. */
		async execute(workflow: IWorkflowBase): Promise<Execution> {
			const execution = await world.client.execute(workflow);
			expect(secretsIn(execution.text)).toEqual([]);
			return execution;
		},

		/** Runs one node. */
		async run(
			server: { baseUrl: string },
			parameters: INodeParameters,
			{ before = [], settings = {} }: { before?: NodeSketch[]; settings?: Partial<INode> } = {},
		): Promise<Execution> {
			const credential = await here.credentialFor(server);
			return await here.execute(chain([...before, videosNode(credential, parameters, settings)]));
		},

		/** A server that does not take the prompt `bad`. */
		async startChoosy(
			good: number,
			order: 'first' | 'last',
			answerBad?: (response: ServerResponse) => void,
		): Promise<ChoosyServer> {
			const choosy = await startChoosyServer(good, order, answerBad);
			servers.push(choosy.server);
			return choosy;
		},

		async startServer(): Promise<ScriptedServer> {
			const server = await startScriptedServer();
			servers.push(server);
			return server;
		},

		async startHosts(): Promise<Hosts> {
			const [server, elsewhere] = [await here.startServer(), await here.startServer()];
			return { server, elsewhere, address: `${elsewhere.origin}/file?signature=abc` };
		},

		async startSandbox(sandboxOptions: SandboxOptions = {}): Promise<Sandbox> {
			const sandbox = await startSandbox({
				apiKey: SECRETS[0],
				renderSeconds: 1,
				...sandboxOptions,
			});
			servers.push(sandbox);
			return sandbox;
		},
	};
	return here;
}
