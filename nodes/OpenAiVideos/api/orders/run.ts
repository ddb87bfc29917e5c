import { createHash, randomUUID } from 'crypto';

import type { IExecuteData } from 'n8n-workflow';

import type { Outcome } from '../answers/answer';
import { isObject } from '../answers/object';
import type { Video } from '../answers/video';
import type { Context, NodeProblem } from '../problems/problem';
import type { CreateFields } from '../uploads/body';
import { executionOf, runIndexOf } from './execution';

/** What a request that makes a video asks for. */
export type Wish = Partial<CreateFields> & {
	prompt: string;
	/** The video that the new one is made of. */
	videoId?: string;
};

/** What one run of the node has done so far, by item index. */
export interface Run {
	/** Stands in for the execution's id where n8n gives none. */
	id: string;
	created: Map<number, Video>;
	/** Of the try that is under way. */
	checks: Map<number, Promise<void>>;
	/** Requests that are under way, and those that paid or may have. */
	sends: Map<number, Promise<Outcome>>;
	failures: Map<number, Failure>;
	/** By video id: an item or a try that wants the same one deleted goes on from there. */
	deletions: Map<string, Promise<Deletion>>;
}

export interface Deletion {
	outcome: Outcome;
	isGone: boolean;
	/** Whether the server may have deleted it, though it did not say so. */
	mayBeGone: boolean;
}

interface Failure {
	error: NodeProblem;
	/** The next step without what is added about siblings. */
	next: string;
	/** Whether the server may have accepted the item all the same. */
	isInDoubt: boolean;
}

/**
 * n8n keeps one execution-data object through all items and all Retry On Fail tries of a node run,
 * and makes a new one for the next run: what is remembered by it lives exactly as long as the run.
 */
const runs = new WeakMap<object, Run>();

export function runOf(context: Context): Run {
	const key = memoryOf(context);
	const known = runs.get(key);
	if (known) return known;
	const run: Run = {
		id: randomUUID(),
		created: new Map(),
		checks: new Map(),
		sends: new Map(),
		failures: new Map(),
		deletions: new Map(),
	};
	runs.set(key, run);
	return run;
}

/** An AI agent lends its own data to all calls of its tools; the tries of one call share its arguments. */
function memoryOf(context: Context): object {
	const data = context.getExecuteData();
	if (isOwn(context, data)) return data;
	const { json } = context.getInputData(0, 'ai_tool');
	return isObject(json) ? json : data;
}

/** Whether execution data are those of this node. */
export const isOwn = (context: Context, { node }: IExecuteData): boolean =>
	node.name === context.getNode().name;

/**
 * A key under which a server that honours it makes one video only, however often it is asked: the
 * same whenever n8n repeats this item of this run of the node, also after n8n or a worker died.
 */
export function idempotencyKey(context: Context, run: Run, fields: Wish): string {
	const { model, prompt, size, seconds, extra, videoId } = fields;
	const place = [
		context.getInstanceId(),
		context.getWorkflow().id,
		executionOf(context) ?? run.id,
		context.getNode().id,
		// In a loop the same node runs the same item many times in one execution.
		runIndexOf(context),
		context.getItemIndex(),
		// Calls of an AI tool may share all of the above, and must not get each other's videos. Elsewhere
		// the fields do not count: an expression may give another prompt when the item is repeated.
		isOwn(context, context.getExecuteData())
			? ''
			: { model, prompt, size, seconds, extra, videoId },
	];
	// Hashed, because n8n's own ids are nobody else's business.
	return `n8n-${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 40)}`;
}

/** Remembers a paid video, so that Retry On Fail gets it back instead of paying again. */
export function remember(run: Run, item: number, video: Video): void {
	run.created.set(item, video);
	run.failures.delete(item);
	tellOfSiblings(run);
}

/**
 * Remembers that an item failed. n8n drops the rows of all items when one fails and shows one error
 * only, but not before every item has settled: until then each video that its siblings created is
 * added to the error's description.
 */
export function rememberFailure(
	run: Run,
	item: number,
	error: NodeProblem,
	isInDoubt: boolean,
): void {
	run.failures.set(item, { error, next: error.description ?? '', isInDoubt });
	tellOfSiblings(run);
}

/** Throws again what an earlier try ended with, where sending the item again could pay for it twice. */
export function stopIfInDoubt(run: Run, item: number): void {
	const failure = run.failures.get(item);
	if (failure?.isInDoubt) throw failure.error;
}

/** Whether an error tells that the server could not make the video. */
export function isOfFailedVideo(error?: NodeProblem): boolean {
	// An error that is none of ours has no context.
	const context = error?.context as NodeProblem['context'] | undefined;
	const video = context?.video as Partial<Video> | undefined;
	return video?.status === 'failed';
}

function tellOfSiblings({ created, failures }: Run): void {
	// Where Generate failed, a video can be one that the server could not make.
	const usable = [...created].filter(([item]) => !isOfFailedVideo(failures.get(item)?.error));
	for (const [failed, { error, next }] of failures) {
		const siblings = usable.filter(([item]) => item !== failed);
		error.description = next;
		if (siblings.length === 0) continue;
		const ids = siblings.map(([item, { id }]) => `'${id}' (item ${item})`).join(', ');
		error.description = `${next} Created in the same run, and not lost: ${ids}. Get them with Wait Until Done and Download. To keep the other items when one fails, set 'On Error' to 'Continue (using error output)' in the node's settings.`;
	}
}
