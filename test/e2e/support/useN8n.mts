import type { ServerResponse } from 'node:http';

import type { INode, INodeParameters, IWorkflowBase } from 'n8n-workflow';

import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server.mts';
import { N8N_VERSIONS, VERSION } from '../../../scripts/n8n/install.mts';
import { type ScriptedServer, startScriptedServer } from '../../support/scriptedServer.mts';
import { canaryFor, SECRETS, secretsIn } from './canary.mts';
import type { Execution } from './client.mts';
import { startN8nInstance, type N8nInstance, type N8nInstanceOptions } from './n8nInstance.mts';
import { type RejectingServer, startRejectingServer } from './rejectingServer.mts';
import { ONLY_USED_NODES } from './usedNodes.mts';
import { chain, type NodeSketch, videosNode } from './workflow.mts';

/** The user's server, and another host that it points to. */
export interface Hosts {
	server: ScriptedServer;
	elsewhere: ScriptedServer;
	/** On the other host; its response is scripted for `GET /file?signature=abc`. */
	otherUrl: string;
}

interface RunOptions {
	before?: NodeSketch[];
	settings?: Partial<INode>;
	credential?: object;
}

export type TestContext = ReturnType<typeof useN8n>;

/** The same tests in one n8n of each supported release line. */
export const inEachN8n = (
	tests: (context: TestContext) => void,
	{ env }: Pick<N8nInstanceOptions, 'env'> = {},
) => describe.each(N8N_VERSIONS)('in n8n %s', (version) => tests(useN8n({ version, env })));

/** One n8n for the tests of a `describe`, and servers that are closed with it. */
export function useN8n(options: N8nInstanceOptions) {
	let instance: N8nInstance;
	const servers: Array<{ close(): Promise<void> }> = [];

	beforeAll(async () => {
		instance = await startN8nInstance({ ...options, env: { ...ONLY_USED_NODES, ...options.env } });
	});

	afterAll(async () => {
		await instance?.end();
		for (const server of servers) await server.close();
	});

	const context = {
		version: options.version ?? VERSION,

		get instance() {
			return instance;
		},

		/**
		 * Starts slow work as soon as n8n runs, so that other tests run meanwhile; to be called outside of
		 * `describe` and `it`. Returns a function that waits for the result.
		 */
		early<T>(begin: () => Promise<T>): () => Promise<T> {
			let running: Promise<T>;
			beforeAll(() => {
				running = begin();
				// Reported by the test that awaits it.
				running.catch(() => {});
			});
			return async () => await running;
		},

		/** Creates a credential with two secrets for a server, and with more fields. */
		credentialFor: async ({ baseUrl }: { baseUrl: string }, fields: object = {}) =>
			await instance.client.createCredential('Canary', { ...canaryFor(baseUrl), ...fields }),

		/** Runs a workflow until it ends; neither secret may be in the saved execution. */
		async execute(workflow: IWorkflowBase): Promise<Execution> {
			const execution = await instance.client.execute(workflow);
			expect(secretsIn(execution.text)).toEqual([]);
			return execution;
		},

		/** Runs one node; `credential` has more fields of its credential. */
		async run(
			server: { baseUrl: string },
			parameters: INodeParameters,
			{ before = [], settings = {}, credential = {} }: RunOptions = {},
		): Promise<Execution> {
			const chosen = await context.credentialFor(server, credential);
			return await context.execute(chain([...before, videosNode(chosen, parameters, settings)]));
		},

		/** A server that rejects the prompt `bad`. */
		async startRejectingServer(
			good: number,
			order: 'first' | 'last',
			rejectBad?: (response: ServerResponse) => void,
		): Promise<RejectingServer> {
			const rejecting = await startRejectingServer(good, order, rejectBad);
			servers.push(rejecting.server);
			return rejecting;
		},

		async startServer(): Promise<ScriptedServer> {
			const server = await startScriptedServer();
			servers.push(server);
			return server;
		},

		async startHosts(): Promise<Hosts> {
			const [server, elsewhere] = [await context.startServer(), await context.startServer()];
			return { server, elsewhere, otherUrl: `${elsewhere.origin}/file?signature=abc` };
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
	return context;
}
