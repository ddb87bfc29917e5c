import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { getVideo, inputVideo } from '../../api/getVideo';
import type { VideoPoll } from '../../api/getVideo';
import { pollDelay, pollUntil } from '../../api/polling';
import type { PollSample } from '../../api/polling';
import { clock } from '../../clock';
import { RERUN_LATER, videoFailed } from '../../errors/messages';
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
	let lastStatus = '';
	const last = await pollUntil(
		async () =>
			await getVideo(context, request, ref, {
				maxRetryMs: Math.max(0, deadline - clock.now()),
				known,
				orKnown: true,
				wasReached: samples.length > 0,
			}),
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

	const { video } = last;
	if (!isFinished(video)) throw timeoutError(video, timeoutMs);
	throwIfFailed(context, video);
	return last;
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

const timeoutError = (video: Video, timeoutMs: number): VideosError =>
	new VideosError({
		message: `Video '${video.id}' was not finished within ${formatMinutes(timeoutMs)} (last state: ${formatStatus(video)})`,
		nextStep: 'The server is still working on it.',
		rerunHint: "To wait longer, raise 'Timeout (Minutes)'.",
		...RERUN_LATER,
		video,
	});

const formatMinutes = (ms: number): string =>
	ms === 60_000 ? '1 minute' : `${Number((ms / 60_000).toFixed(2))} minutes`;
