import { createRequire } from 'node:module';

import type {
	ICredentialDataDecryptedObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	IRun,
	IWorkflowBase,
	NodeApiError,
} from 'n8n-workflow';

import type { ReceivedRequest } from './scriptedServer.mts';
import { type Engine, NODE_TYPE, startEngine } from '../../scripts/engine.mts';

export const API_KEY = 'sk-secret-of-the-tests';

export const SORA = { __rl: true, mode: 'id', value: 'sora-2' };

const { clock } = createRequire(import.meta.url)('../../dist/nodes/clock.js') as {
	clock: {
		now: () => number;
		random: () => number;
		sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
	};
};
const REAL_PAUSE = clock.sleep;

/** Time as the node sees it: it passes only while the node waits, and then at once. */
export class FakeTime {
	/** Milliseconds since the epoch; starts at a round moment. */
	now = Date.UTC(2026, 10, 1);

	/** Every wait, in ms. */
	pauses: number[] = [];

	/** The node's own way to wait, for the tests of cancelling. */
	readonly realPause = REAL_PAUSE;

	constructor() {
		clock.now = () => this.now;
		clock.random = () => 0.5;
		clock.sleep = async (ms) => {
			this.pauses.push(ms);
			this.now += ms;
		};
	}

	/** From now on the node waits as `pause` does. */
	pauseWith(pause: typeof clock.sleep): void {
		clock.sleep = pause;
	}

	/** All time waited so far, in ms. */
	get waited(): number {
		return this.pauses.reduce((sum, ms) => sum + ms, 0);
	}
}

/** Time that passes, but many times faster: for many items that wait side by side. */
export class TimeLapse {
	private readonly start = Date.now();

	constructor(private readonly factor: number) {
		clock.now = () => this.now();
		clock.sleep = async (ms, signal) => await REAL_PAUSE(ms / factor, signal);
	}

	/** Milliseconds since the epoch. */
	now(): number {
		return Math.round(this.start + (Date.now() - this.start) * this.factor);
	}
}

export interface NodeRun {
	/** Rows of the main output. */
	items: INodeExecutionData[];
	/** Rows of the error output, where the node has one. */
	failed: INodeExecutionData[];
	/** What ended the execution, if something did. */
	error?: NodeApiError;
	run: IRun;
}

export interface NodeSetup {
	credentials: ICredentialDataDecryptedObject;
	/** Input rows; one empty row by default. */
	items?: INodeExecutionData[];
	/** The node's own settings: onError, retryOnFail, maxTries ... */
	settings?: Partial<INode>;
}

/** A workflow of a trigger and one node of this package. */
export function workflowOf(
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): IWorkflowBase {
	const node = (name: string, type: string, rest: Partial<INode>): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...rest,
	});
	return {
		id: 'test',
		name: 'Test',
		active: false,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', {}),
			node('Videos', NODE_TYPE, { parameters, ...settings }),
		],
		connections: { Start: { main: [[{ node: 'Videos', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	} as unknown as IWorkflowBase;
}

let engine: Promise<Engine> | undefined;

/** The one engine of this test file. */
export const sharedEngine = async (): Promise<Engine> => await (engine ??= startEngine());

export const stopSharedEngine = async (): Promise<void> => await (await engine)?.stop();

/** Runs one node in n8n's engine to its end. */
export async function runNode(parameters: INodeParameters, setup: NodeSetup): Promise<NodeRun> {
	const { credentials, items, settings } = setup;
	const running = (await sharedEngine()).run(workflowOf(parameters, settings), {
		credentials,
		items,
	});
	return resultOf(await running.finished);
}

export function resultOf(run: IRun): NodeRun {
	const { error, runData } = run.data.resultData;
	const [items, failed] = runData.Videos?.at(-1)?.data?.main ?? [];
	return {
		items: items ?? [],
		failed: failed ?? [],
		error: error as NodeApiError | undefined,
		run,
	};
}

/** A multipart body as its receiver reads it: Node's own parser, not the one that wrote it. */
export async function readForm({ headers, body }: ReceivedRequest): Promise<FormData> {
	return await new Response(new Uint8Array(body), {
		headers: { 'content-type': String(headers['content-type']) },
	}).formData();
}

/** A row with a file in the binary field `data`. */
export const rowWithFile = (
	file: Buffer,
	{
		fileName,
		mimeType = 'application/octet-stream',
	}: { fileName?: string; mimeType?: string } = {},
): INodeExecutionData => ({
	json: {},
	binary: { data: { data: file.toString('base64'), mimeType, fileName } },
});

/** A small PNG, black, in the size that a video has by default: 720x1280. */
export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAtAAAAUAAQAAAABGtViQAAAAiElEQVR42u3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAlwHHDwABi4bK8wAAAABJRU5ErkJggg==',
	'base64',
);

/** A finished video as the contract's server describes it. */
export const completedVideo = (id: string) => ({
	id,
	object: 'video',
	created_at: 1741570283,
	completed_at: 1741570383,
	model: 'sora-2',
	status: 'completed',
	progress: 100,
	seconds: '4',
	size: '720x1280',
});

const box = (type: string, content: Buffer): Buffer => {
	const header = Buffer.alloc(8);
	header.writeUInt32BE(8 + content.length, 0);
	header.write(type, 4, 'latin1');
	return Buffer.concat([header, content]);
};

/** The outermost structure of every MP4, which is all that the node looks at. */
export const MP4 = Buffer.concat([
	box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom', 'latin1')),
	box('moov', Buffer.alloc(300, 1)),
	box('mdat', Buffer.alloc(200_000, 7)),
]);
