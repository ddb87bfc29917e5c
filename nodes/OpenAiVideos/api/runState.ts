import { createHash, randomUUID } from 'crypto';

import type { IExecuteData } from 'n8n-workflow';

import type { ApiStyle } from '../apiStyle';
import { clock } from '../clock';
import { toVideosError, VideosError } from '../errors/nodeError';
import type { SiblingVideo } from '../errors/nodeError';
import type { CreateParams } from '../files/createFields';
import type { UploadFile } from '../files/mediaType';
import { serverOf } from '../http/server';
import type { Server } from '../http/server';
import type { HttpResult } from '../responses/response';
import { isObject } from '../responses/values';
import { isFinished } from '../responses/video';
import type { Video } from '../responses/video';
import type { OperationContext } from '../types';
import type { LearnedStyle } from './adaptStyle';

/** The parameters of a request that creates a video. */
export type VideoParams = Partial<CreateParams> & {
	prompt: string;
	/** The video that the new one is based on, by its ID or as a file. */
	videoId?: string;
	video?: UploadFile;
	/** How many videos of the run may be made at once; 0 or undefined means any number. */
	videosAtATime?: number;
};

/** What one run of the node has done so far, by item index. */
export interface RunState {
	/** Replaces the execution ID if n8n provides none. */
	id: string;
	created: Map<number, Video>;
	/** Of the current try only. */
	validations: Map<number, Promise<void>>;
	/** Requests in progress, and those that were or may have been billed. */
	requests: Map<number, Promise<SentRequest>>;
	failures: Map<number, FailedItem>;
	/** The first item that failed in the current try. */
	firstFailed?: number;
	/** How often each item was refused: a refused request frees its idempotency key. */
	refusals: Map<number, number>;
	/** Which items may create their videos now. */
	places: Places;
	/** By the style that each began with. */
	learnedStyles: Map<string, LearnedStyle>;
	/** The credential's server. */
	server?: Promise<Server>;
	/** By video ID: an item or a try that deletes the same video continues from there. */
	deletions: Map<string, Promise<DeleteResult>>;
}

/** The last result of a Create, and the style of its request. */
export interface SentRequest {
	result: HttpResult;
	style: ApiStyle;
	/** Clock ms at which the last attempt was sent. */
	since: number;
}

interface Places {
	/** Items from their Create until their video is done. */
	taken: Set<number>;
	/** Items that wait for a place, in their order. */
	waiting: Map<number, { limit: number; granted: Promise<void>; grant: () => void }>;
	/** The items whose videos are being made as far as is known, and the clock ms of their Create. */
	making: Map<number, number>;
	/** Those of them that the server did not know the last time. */
	missing: Set<number>;
	/** The last of the items that repeat a Create one after the other; whether it found room. */
	turn?: Promise<boolean>;
}

export interface DeleteResult {
	result: HttpResult;
	isDeleted: boolean;
	/** Whether the server may have deleted it without confirming that. */
	mayBeDeleted: boolean;
}

interface FailedItem {
	error: VideosError;
	/** Whether the server may have accepted the item nevertheless. */
	isUncertain: boolean;
}

/**
 * n8n keeps one execution-data object through all items and all Retry On Fail tries of a node run,
 * and creates a new one for the next run: data keyed by it lives exactly as long as the run.
 */
const runStates = new WeakMap<object, RunState>();

export function runStateOf(context: OperationContext): RunState {
	const key = runStateKey(context);
	const existing = runStates.get(key);
	if (existing) return existing;
	const run: RunState = {
		id: randomUUID(),
		created: new Map(),
		validations: new Map(),
		requests: new Map(),
		failures: new Map(),
		refusals: new Map(),
		places: { taken: new Set(), waiting: new Map(), making: new Map(), missing: new Set() },
		learnedStyles: new Map(),
		deletions: new Map(),
	};
	runStates.set(key, run);
	return run;
}

/** All tool calls of an AI agent share the agent's data; the tries of one call share its arguments. */
function runStateKey(context: OperationContext): object {
	const data = context.getExecuteData();
	if (isOwnExecution(context, data)) return data;
	const { json } = context.getInputData(0, 'ai_tool');
	return isObject(json) ? json : data;
}

/** Whether execution data belongs to this node. */
export const isOwnExecution = (context: OperationContext, { node }: IExecuteData): boolean =>
	node.name === context.getNode().name;

/** The server of the credential, which is the same for all items; throws if the credential is invalid. */
export async function serverOfRun(context: OperationContext): Promise<Server> {
	const run = runStateOf(context);
	run.server ??= context.getCredentials('openAiVideosApi').then(serverOf);
	return await run.server;
}

/** Adds the validation of an item; the first of a new try discards the previous ones. */
export function addValidation(run: RunState, item: number, params: Promise<unknown>): void {
	if (run.validations.has(item)) {
		run.validations.clear();
		run.firstFailed = undefined;
	}
	// Does not keep the params: an uploaded file would stay in memory for the whole run.
	const validation = params.then(() => {});
	run.validations.set(item, validation);
	// Prevents an unhandled rejection; later awaits still see the error.
	validation.catch(() => {});
}

/**
 * Waits until all items that n8n started together are validated, and returns the first error. If there
 * is one, none of them is sent: n8n would drop the videos of the valid items, even if paid for.
 */
export async function firstValidationError(
	context: OperationContext,
	{ validations, requests }: RunState,
): Promise<VideosError | undefined> {
	await Promise.allSettled(validations.values());
	if (context.continueOnFail()) return undefined;
	for (const [item, validation] of validations) {
		const error = await validation.then(
			() => undefined,
			(reason: unknown) => toVideosError(reason),
		);
		if (!error) continue;
		return new VideosError({
			...error.info,
			invalidItem: validations.size > 1 ? item : undefined,
			billing: requests.size > 0 ? 'noMoreSent' : 'nothingSent',
		});
	}
	return undefined;
}

/**
 * Whether n8n ended the node while it was still starting the items, as it does when a parameter's
 * expression fails: it starts all of them at once unless they are batched. The output would be lost.
 */
export function isAbandoned(context: OperationContext, { validations }: RunState): boolean {
	const execution = context.getExecuteData();
	if (!isOwnExecution(context, execution) || context.continueOnFail()) return false;
	const interval = context.getNodeParameter('requestOptions.batching.batch.batchInterval', 0);
	const items = execution.node.executeOnce ? 1 : (execution.data.main?.[0]?.length ?? 0);
	return !(Number(interval) > 0) && validations.size < items;
}

/** Remembers a paid video, so that Retry On Fail returns it instead of paying again. */
export function rememberCreated(run: RunState, item: number, video: Video): void {
	run.created.set(item, video);
	run.failures.delete(item);
	holdPlace(run, item, video);
}

/** An item with a video needs no free place, but takes one until the video is done. */
export function holdPlace({ places }: RunState, item: number, video: Video): void {
	places.taken.add(item);
	if (!isFinished(video)) places.making.set(item, clock.now());
}

/** Remembers that an item failed; returns the error. */
export function rememberFailure(
	run: RunState,
	item: number,
	error: VideosError,
	isUncertain: boolean,
): VideosError {
	run.failures.set(item, { error, isUncertain });
	run.firstFailed ??= item;
	return error;
}

/** Whether an item of the current try has failed, for which n8n will drop the output of all. */
export const hasRunFailed = (context: OperationContext, { firstFailed }: RunState): boolean =>
	firstFailed !== undefined && !context.continueOnFail();

/** Throws the error of that item: a video that is not yet requested would be paid for nothing. */
export function throwIfRunFailed(context: OperationContext, run: RunState): void {
	const { firstFailed: item = -1, failures } = run;
	const failure = failures.get(item);
	if (!failure || !hasRunFailed(context, run)) return;
	const { billing = 'noMoreSent', ...info } = failure.error.info;
	throw new VideosError({ ...info, billing, invalidItem: info.invalidItem ?? item });
}

/** A refused request frees its idempotency key: a server may answer that with the same refusal for ever. */
export function countRefusal({ refusals }: RunState, item: number): void {
	refusals.set(item, (refusals.get(item) ?? 0) + 1);
}

/** Rethrows the error of an earlier try if sending the item again could be billed twice. */
export function throwIfUncertain(run: RunState, item: number): void {
	const failure = run.failures.get(item);
	if (failure?.isUncertain) throw failure.error;
}

/** The videos that other items of this run created, except those that failed or are gone. */
export function siblingVideos(context: OperationContext): SiblingVideo[] {
	const { created, failures } = runStateOf(context);
	return [...created]
		.filter(([, { status }]) => status !== 'failed')
		.map(([item, { id }]) => ({ item, id }))
		.filter(({ item }) => item !== context.getItemIndex())
		.filter(({ item }) => {
			const { video, isVideoForgotten = false } = failures.get(item)?.error.info ?? {};
			return video?.status !== 'failed' && !isVideoForgotten;
		});
}

/**
 * A key for which a server creates only one video, however often it is asked: the same whenever n8n
 * repeats this request of this node run, even after n8n or a worker has crashed. Another request has
 * another key: a server that knows the key would refuse it, or return the video of the first.
 */
export function idempotencyKey(
	context: OperationContext,
	run: RunState,
	params: VideoParams,
	style: ApiStyle,
): string {
	const { model, prompt, size, seconds, extra, videoId, image, video, files } = params;
	const parts = [
		context.getInstanceId(),
		context.getWorkflow().id,
		executionKey(context) ?? run.id,
		context.getNode().id,
		// In a loop the same node runs the same item many times in one execution.
		nodeRunIndex(context),
		context.getItemIndex(),
		run.refusals.get(context.getItemIndex()) ?? 0,
		{ model, prompt, size, seconds, extra, videoId, image, video, files },
		style,
	];
	// Hashed, so that n8n's IDs do not reach the server.
	const text = JSON.stringify(parts, (_name, value: unknown) => withoutBytes(value));
	return `n8n-${hash(text).slice(0, 40)}`;
}

const hash = (...data: Array<string | Buffer>): string =>
	data.reduce((sum, each) => sum.update(each), createHash('sha256')).digest('hex');

/** Of each end of a file: to hash all of a long video would block n8n. */
const HASHED_BYTES = 65_536;

/** A file as its length and a hash. */
function withoutBytes(value: unknown): unknown {
	if (!isObject(value) || !Buffer.isBuffer(value.bytes)) return value;
	const { bytes } = value;
	return [bytes.length, hash(bytes.subarray(0, HASHED_BYTES), bytes.subarray(-HASHED_BYTES))];
}

/**
 * Identifies the execution. n8n 2 gives each one a token, which is kept when a user retries it after a
 * crash, although the ID changes; n8n 1.x has only the ID.
 */
function executionKey(context: OperationContext): string | undefined {
	const { $execution } = context.getWorkflowDataProxy(context.getItemIndex());
	const { resumeUrl } = ($execution ?? {}) as { resumeUrl?: string };
	return /[?&]signature=([^&]+)/.exec(resumeUrl ?? '')?.[1] ?? context.getExecutionId();
}

/** The index of this node run in the execution, from 0; a loop has many runs. */
function nodeRunIndex(context: OperationContext): number {
	const { $runIndex, $items } = context.getWorkflowDataProxy(context.getItemIndex());
	const index = Number($runIndex);
	if (index === 0) return 0;
	try {
		// After a crash, n8n puts this item in place of a first run whose output was not saved: it is the same run.
		const [first] = $items(context.getNode().name, 0, 0);
		return first?.json.isArtificialRecoveredEventItem === true ? index - 1 : index;
	} catch {
		return index;
	}
}
