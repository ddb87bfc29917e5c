import { clock, MINUTE_MS, orAborted, SECOND_MS } from '../clock';
import { retry, sendWithRetry, throwIfCancelled, withOptions } from '../http/request';
import type { Attempt } from '../http/request';
import { isConcurrencyLimit } from '../responses/concurrencyLimit';
import { wasRepeatedByGateway } from '../responses/repeatedRequest';
import { isNetworkError, readShouldRetry } from '../responses/response';
import type { HttpResult } from '../responses/response';
import { isFinished } from '../responses/video';
import type { OperationContext, Request, RequestContext } from '../types';
import { isVideoGone, parseGetResponse, statusRequest } from './getVideo';
import { hasRunFailed, runStateOf, throwIfRunFailed } from './runState';
import type { RunState } from './runState';

/**
 * Waits until the item may create its video: until fewer than `limit` items of the run have a place.
 * Throws if the run has failed meanwhile.
 */
export async function takePlace(
	context: OperationContext,
	run: RunState,
	limit: number,
): Promise<void> {
	if (limit <= 0) return;
	const { taken, waiting } = run.places;
	const item = context.getItemIndex();
	// Nobody overtakes an item that waits.
	if (!taken.has(item) && (waiting.size > 0 || taken.size >= limit)) {
		let grant: () => void = () => {};
		const granted = new Promise<void>((resolve) => (grant = resolve));
		// An earlier try of the item may still be waiting.
		const place = waiting.get(item) ?? { limit, granted, grant };
		waiting.set(item, place);
		await untilCancelled(context, place.granted);
	}
	taken.add(item);
	if (hasRunFailed(context, run)) freePlace(run, item);
	throwIfRunFailed(context, run);
}

/** Lets the next items create their videos. */
export function freePlace({ places: { taken, waiting } }: RunState, item: number): void {
	taken.delete(item);
	for (const [next, { limit, grant }] of waiting) {
		if (taken.size >= limit) return;
		waiting.delete(next);
		taken.add(next);
		grant();
	}
}

/** The item's video is finished, or nobody waits for it any more. */
export function releaseVideo(context: OperationContext): void {
	const run = runStateOf(context);
	const item = context.getItemIndex();
	run.places.making.delete(item);
	freePlace(run, item);
}

async function untilCancelled(context: RequestContext, promise: Promise<unknown>): Promise<void> {
	await orAborted(promise, context.getExecutionCancelSignal());
	throwIfCancelled(context);
}

/** Also for a limit that lasts although no video of the run is being made: others use the account as well. */
export const RATE_LIMIT_MAX_RETRY_MS = 10 * MINUTE_MS;
/** The same with a status that most servers send for what does not pass. */
const REFUSAL_MAX_RETRY_MS = 65 * SECOND_MS;

/** Whether a Create may be taken later, without having been accepted now. */
const isFull = (result: HttpResult): boolean =>
	isConcurrencyLimit(result) &&
	!wasRepeatedByGateway(result) &&
	!isNetworkError(result) &&
	readShouldRetry(result) !== false;

/**
 * Repeats a Create that was refused because the account makes as many videos as it may at once, for as
 * long as videos of this run are being made. One item at a time does so: the others wait behind it.
 */
export async function sendWhenThereIsRoom<T>(
	context: OperationContext,
	request: Request,
	run: RunState,
	send: () => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
	const first = await send();
	if (first.value !== undefined || !isFull(first.result)) return first;

	const { places } = run;
	const previous = places.turn;
	let end: (foundRoom: boolean) => void = () => {};
	const turn = new Promise<boolean>((resolve) => (end = resolve));
	places.turn = turn;
	let foundRoom = false;
	try {
		if (previous) {
			await untilCancelled(context, previous);
			// Behind an item that gave up the others would wait in vain.
			if (!(await previous) || hasRunFailed(context, run)) return first;
		}
		const last = await repeatWhileFull(context, request, run, first, send);
		foundRoom = last.value !== undefined || !isFull(last.result);
		return last;
	} finally {
		end(foundRoom);
		if (places.turn === turn) places.turn = undefined;
	}
}

async function repeatWhileFull<T>(
	context: OperationContext,
	request: Request,
	run: RunState,
	first: Attempt<T>,
	send: () => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
	const start = clock.now();
	let lastMaking = start;
	let isMaking = run.places.making.size > 0;
	let last: Attempt<T> | undefined;
	return await retry(
		context,
		async () => {
			// A video of a run that fails would be paid for nothing.
			if (!last || hasRunFailed(context, run)) return (last ??= first);
			isMaking = await isMakingVideos(context, request, run);
			if (isMaking) lastMaking = clock.now();
			return (last = await send());
		},
		(result) => {
			if (!isFull(result) || hasRunFailed(context, run)) return 0;
			if (isMaking) return Infinity;
			const isRateLimit = !isNetworkError(result) && result.statusCode === 429;
			return lastMaking - start + (isRateLimit ? RATE_LIMIT_MAX_RETRY_MS : REFUSAL_MAX_RETRY_MS);
		},
	);
}

const STATUS_TIMEOUT_MS = 10 * SECOND_MS;
/** A video that takes longer is no reason to wait. */
const MAX_MAKING_MS = 60 * MINUTE_MS;
/** A server that tells no status of these tells none of the others. */
const MAX_UNREADABLE = 3;

/** Whether a video of the run is being made: looks at one after the other, until one is. */
async function isMakingVideos(
	context: OperationContext,
	request: Request,
	{ places: { making, missing }, created }: RunState,
): Promise<boolean> {
	let unreadable = 0;
	for (const [item, since] of making) {
		const id = created.get(item)?.id ?? '';
		if (clock.now() - since > MAX_MAKING_MS) making.delete(item);
		else {
			const { result, value: video } = await sendWithRetry(
				context,
				withOptions(statusRequest(request, id), { timeout: STATUS_TIMEOUT_MS }),
				(response) => parseGetResponse(response, id),
				() => 0,
			);
			if (video && !isFinished(video)) return true;
			const isMissing = !video && !isNetworkError(result) && isVideoGone(result);
			// A server beside the one that says so may still be making it.
			if (isMissing && !missing.has(item)) {
				missing.add(item);
				return true;
			}
			missing.delete(item);
			if (video || isMissing) making.delete(item);
			else if (++unreadable >= MAX_UNREADABLE) return false;
		}
	}
	return false;
}
