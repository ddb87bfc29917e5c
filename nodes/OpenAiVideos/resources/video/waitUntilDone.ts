import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { ASK_ABOUT_REPLICAS, getVideo, inputVideo } from '../../api/getVideo';
import type { VideoPoll } from '../../api/getVideo';
import { pollDelay, pollUntil } from '../../api/polling';
import type { PollSample } from '../../api/polling';
import { probeFile } from '../../api/probeFile';
import { runStateOf } from '../../api/runState';
import { clock, SECOND_MS } from '../../clock';
import { videoFailed } from '../../errors/messages';
import { VideosError } from '../../errors/nodeError';
import { sleep } from '../../http/request';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import { MIN_DELAY_MS } from '../../responses/response';
import { formatStatus, isFinished } from '../../responses/video';
import type { Video } from '../../responses/video';
import type { OperationContext, Request, VideoRef } from '../../types';
import { optionsOf, requireVideo, videoId } from './fields';
import { readNumber, requireOption } from './parameters';

export const timeoutMinutes: INodeProperties = {
	displayName: 'Timeout (Minutes)',
	name: 'timeoutMinutes',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30,
	description: 'How long to wait at most. The video is not lost after that: wait for it again.',
};

export const waitOptions: INodeProperties[] = [
	{
		displayName: 'If the Video Failed',
		name: 'onFailedVideo',
		type: 'options',
		default: 'throw',
		description: 'What to do when the server could not make the video',
		options: [
			{ name: 'Stop With an Error', value: 'throw' },
			{ name: 'Return the Failed Video', value: 'return' },
		],
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'How often to ask the server. 0 lets the node choose, which is best for most.',
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['waitUntilDone'] } },
	[videoId, timeoutMinutes, optionsOf(...waitOptions)],
);

/** Items wait in parallel: n8n runs this once for each of them. */
export const execute: OperationHandler = async (context, request) => {
	const ref = await requireVideo(context);
	const known = inputVideo(context, ref.videoId);
	const { video, holdsFile } = await waitForVideo(context, request, ref, known);
	return [outputItem(context, video, { holdsFile })];
};

/**
 * Polls until the video is finished; throws at the deadline, or if the video has failed, unless the
 * user wants a failed video returned. `known` is the video from a previous node or request.
 */
export async function waitForVideo(
	context: OperationContext,
	request: Request,
	ref: VideoRef,
	known?: Video,
): Promise<VideoPoll> {
	const { timeoutMs, interval } = readWaitOptions(context);
	const start = clock.now();
	const deadline = start + timeoutMs;

	const samples: PollSample[] = [];
	const state = stateOfWait(context, request, ref);
	const wasCreated = runStateOf(context).created.get(context.getItemIndex())?.id === ref.videoId;
	let lastStatus = '';
	const last = await pollUntil(
		async () => {
			const poll = await getVideo(context, request, ref, {
				maxRetryMs: Math.max(0, deadline - clock.now()),
				known,
				orKnown: true,
				wasRead: wasCreated || samples.length > 0,
				wasMissing: state.wasMissing,
			});
			// Right after its Create, a video may be missing anywhere.
			if (poll.wasMissing && samples.length > 0) state.wasMissing = true;
			return await state.settle(poll);
		},
		{
			isDone: (poll) => {
				const status = formatStatus(poll.video);
				if (status !== lastStatus) context.logger.debug(`Video '${ref.videoId}': ${status}`);
				lastStatus = status;
				samples.push({ elapsedMs: clock.now() - start, progress: poll.video.progress });
				return isFinished(poll.video);
			},
			// The user's interval comes first, then the server's, then the adaptive one.
			delay: ({ retryAfterMs }) =>
				interval > 0
					? Math.max(MIN_DELAY_MS, interval * 1000)
					: (retryAfterMs ?? pollDelay(samples, clock.random())),
			deadline,
			sleep: async (ms) => await sleep(context, ms),
		},
	);

	const end = isFinished(last.video) ? last : await state.settleAtDeadline(last);
	const { video } = end;
	if (!isFinished(video)) throw timeoutError(video, timeoutMs, state);
	throwIfFailed(context, video);
	return end;
}

/** For how long a status may say nothing before other signs count. */
const UNCLEAR_MS = 60 * SECOND_MS;

/** What the polls of a video, one after the other, show beyond their status. */
interface WaitState {
	/** Whether the server did not know the video at some time, and then did. */
	wasMissing: boolean;
	/** Whether it has just said, in a known word, that the video is not finished. */
	isRunning: boolean;
	/** The poll, finished if the status has said nothing for long, and something else does. */
	settle(poll: VideoPoll): Promise<VideoPoll>;
	/** The same for the last poll: a known word may also be out of date. */
	settleAtDeadline(poll: VideoPoll): Promise<VideoPoll>;
}

function stateOfWait(context: OperationContext, request: Request, ref: VideoRef): WaitState {
	let unclearSince: number | undefined;
	/** When to ask the address of the file; the pauses double, for as long as it answers. */
	let nextProbe = 0;
	let probePause = UNCLEAR_MS;

	const probe = async (poll: VideoPoll): Promise<VideoPoll> => {
		const video = await probeFile(context, request, ref, poll.video);
		state.isRunning ||= video !== undefined;
		probePause *= 2;
		nextProbe = video ? clock.now() + probePause : Infinity;
		return video && isFinished(video) ? { ...poll, video } : poll;
	};
	const state: WaitState = {
		wasMissing: false,
		isRunning: false,
		async settle(poll) {
			state.isRunning = poll.tellsState === true;
			const now = clock.now();
			if (isFinished(poll.video)) return poll;
			if (state.isRunning) unclearSince = undefined;
			else unclearSince ??= now;
			if (unclearSince === undefined || now - unclearSince < UNCLEAR_MS) return poll;
			if (poll.verdict) return { ...poll, video: poll.verdict };
			return now < nextProbe ? poll : await probe(poll);
		},
		settleAtDeadline: probe,
	};
	return state;
}

/** Unless the user wants a failed video returned. */
export function throwIfFailed(context: OperationContext, video: Video): void {
	const { isFailureReturned } = readWaitOptions(context);
	if (video.status === 'failed' && !isFailureReturned) throw new VideosError(videoFailed(video));
}

/** How to wait: for how many ms at most, and how many seconds between two polls; throws if one is invalid. */
export function readWaitOptions(context: OperationContext) {
	const minutes = readNumber(context, {
		name: 'timeoutMinutes',
		label: 'Timeout (Minutes)',
		fallback: 30,
		min: Number.MIN_VALUE,
		max: 1e9,
		nextStep: 'Enter how many minutes to wait at most, for example 30.',
	});
	const interval = readNumber(context, {
		name: 'options.pollInterval',
		label: 'Poll Interval (Seconds)',
		fallback: 0,
		min: 0,
		max: 86_400,
		nextStep: 'Enter how many seconds to wait between two looks, or 0 to let the node choose.',
	});
	const onFailedVideo = { name: 'options.onFailedVideo', label: 'If the Video Failed' };
	return {
		timeoutMs: minutes * 60_000,
		interval,
		isFailureReturned: requireOption(context, onFailedVideo, ['throw', 'return']) === 'return',
	};
}

const timeoutError = (
	video: Video,
	timeoutMs: number,
	{ isRunning, wasMissing }: WaitState,
): VideosError =>
	new VideosError({
		message: `Video '${video.id}' was not finished within ${formatMinutes(timeoutMs)} (last state: ${formatStatus(video)})`,
		nextStep: isRunning
			? video.status === 'pending'
				? 'It is still queued on the server.'
				: 'The server is still working on it.'
			: 'The server does not say whether the video is still being made.',
		rerunHint: "To wait longer, raise 'Timeout (Minutes)'.",
		isRerunnable: true,
		isVideoKept: isRunning,
		ifItPersists: wasMissing ? ASK_ABOUT_REPLICAS : undefined,
		video,
	});

const formatMinutes = (ms: number): string =>
	ms === 60_000 ? '1 minute' : `${Number((ms / 60_000).toFixed(2))} minutes`;
