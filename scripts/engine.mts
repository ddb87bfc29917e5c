import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { BinaryDataService } from 'n8n-core';
import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	IWorkflowBase,
} from 'n8n-workflow';

import { additionalData, asTool, nodeTypes, startNode } from './engineHost.mts';

export const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url));
export const NODE_TYPE = 'n8n-nodes-openai-videos.openAiVideos';
/** The same node on the tool input of an AI agent. */
export const TOOL_TYPE = `${NODE_TYPE}Tool`;
export const TRIGGER_TYPE = `${NODE_TYPE}Trigger`;
const START_TYPE = 'n8n-nodes-base.manualTrigger';
export const CREDENTIAL_TYPE = 'openAiVideosApi';

interface RunOptions {
	/** The values of the credential's fields. */
	credentials: ICredentialDataDecryptedObject;
	/** The trigger's output; one empty item by default. */
	items?: INodeExecutionData[];
	/** More node types than the manual trigger and the package's own. */
	types?: Record<string, INodeType>;
}

interface RunningExecution {
	finished: Promise<IRun>;
	/** Stops the execution, as the editor's Stop button does. */
	cancel(): void;
}

interface TriggerOptions {
	credentials: ICredentialDataDecryptedObject;
	/** `manual` is a test run in the editor. */
	mode?: 'trigger' | 'manual';
	/** The workflow's static data as n8n saved it, as JSON. */
	staticData?: string;
}

/** The package's trigger in an active workflow. */
interface ActiveTrigger {
	/** What n8n calls at the poll times. */
	poll(): Promise<INodeExecutionData[] | null>;
	/** The workflow's static data as n8n would save it now, as JSON. */
	staticData(): string;
}

export interface Engine {
	run(workflow: IWorkflowBase, options: RunOptions): RunningExecution;
	activate(parameters: INodeParameters, options: TriggerOptions): ActiveTrigger;
	/** The bytes of a binary field. */
	readFile(file: IBinaryData): Promise<Buffer>;
	stop(): Promise<void>;
}

interface Container {
	get(type: object): unknown;
	set(type: object, instance: object): void;
	reset(): void;
}

/**
 * n8n's own engine (n8n-core) with the built package loaded from `dist` as n8n loads it.
 * Its settings and binary files are in a temporary folder. One engine per process: n8n-core consists of
 * singletons.
 */
export async function startEngine(onDebug: (message: string) => void = () => {}): Promise<Engine> {
	const folder = await mkdtemp(path.join(tmpdir(), 'openai-videos-engine-'));
	process.env.N8N_USER_FOLDER = folder;
	process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';

	// Only after the folder is set: n8n-core reads the environment while it loads.
	const core = await import('n8n-core');
	const { Workflow, createRunExecutionData } = await import('n8n-workflow');
	// The copies that n8n-core itself uses: any other copy would have an empty container.
	const requireFromCore = createRequire(createRequire(import.meta.url).resolve('n8n-core'));
	const { Container } = requireFromCore('@n8n/di') as { Container: Container };
	const { Logger } = requireFromCore('@n8n/backend-common') as { Logger: object };

	const ignore = () => {};
	const logger = {
		error: ignore,
		warn: ignore,
		info: ignore,
		debug: onDebug,
		scoped: () => logger,
	};
	// Without what an earlier engine of this process has left.
	Container.reset();
	Container.set(Logger, logger);

	const loader = new core.PackageDirectoryLoader(PACKAGE_ROOT);
	await loader.loadAll();
	const videosNode = loader.nodeTypes.openAiVideos.type as INodeType;
	const videosTrigger = loader.nodeTypes.openAiVideosTrigger.type as INodeType;
	const credentialType = loader.credentialTypes[CREDENTIAL_TYPE].type;
	// As n8n's server runs a declarative node; the context has the signal that Stop aborts.
	videosNode.execute = async function (this: IExecuteFunctions) {
		const context = this as unknown as ConstructorParameters<typeof core.RoutingNode>[0];
		return (await new core.RoutingNode(context, videosNode).runNode()) ?? [];
	};

	const binaryData = Container.get(core.BinaryDataService) as BinaryDataService;
	await binaryData.init();

	return {
		run(workflowData, { credentials, items = [{ json: {} }], types = {} }) {
			const workflow = new Workflow({
				...workflowData,
				id: 'workflow',
				active: false,
				nodes: workflowData.nodes
					.filter(({ type }) => !type.endsWith('.stickyNote'))
					.map((node) =>
						node.type.startsWith(NODE_TYPE)
							? { ...node, credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'Demo' } } }
							: node,
					),
				nodeTypes: nodeTypes({
					...types,
					[NODE_TYPE]: videosNode,
					[TOOL_TYPE]: asTool(videosNode),
					[START_TYPE]: startNode(items),
				}),
			});
			const hooks = new core.ExecutionLifecycleHooks('manual', '1', workflowData);
			const execution = new core.WorkflowExecute(
				additionalData(hooks, credentials, credentialType),
				'manual',
				createRunExecutionData({}),
			).run({ workflow });
			return { finished: execution, cancel: () => execution.cancel() };
		},
		activate(parameters, { credentials, mode = 'trigger', staticData = '{}' }) {
			const node: INode = {
				id: 'trigger',
				name: 'Trigger',
				type: TRIGGER_TYPE,
				typeVersion: 1,
				position: [0, 0],
				parameters,
				credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'Demo' } },
			};
			const workflow = new Workflow({
				id: 'workflow',
				nodes: [node],
				connections: {},
				active: true,
				nodeTypes: nodeTypes({ [TRIGGER_TYPE]: videosTrigger }),
				staticData: JSON.parse(staticData) as IDataObject,
			});
			const hooks = new core.ExecutionLifecycleHooks(mode, '1', {} as IWorkflowBase);
			const context = new core.PollContext(
				workflow,
				workflow.getNode(node.name)!,
				additionalData(hooks, credentials, credentialType),
				mode,
				mode === 'manual' ? 'manual' : 'init',
			);
			return {
				poll: async () => (await videosTrigger.poll!.call(context))?.[0] ?? null,
				staticData: () => JSON.stringify(workflow.staticData),
			};
		},
		readFile: async (file) => await binaryData.getAsBuffer(file),
		async stop() {
			delete process.env.N8N_USER_FOLDER;
			await rm(folder, { recursive: true, force: true });
		},
	};
}
