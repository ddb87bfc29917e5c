import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { SHORTEST_WAIT_MS } from '../api/answers/answer';
import { describeState, isFinished } from '../api/answers/video';
import type { Video } from '../api/answers/video';
import { outputItem, requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import { failedVideo } from '../api/problems/failedVideo';
import { problem, problemInServerWords } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';
import type { Subject } from '../api/problems/refusal';
import { readVideo } from '../api/requests/read';
import { pause } from '../api/requests/send';
import type { Request } from '../api/requests/send';
import { clock } from '../api/waiting/clock';
import { pollDelay } from '../api/waiting/pollDelay';
import type { Sighting } from '../api/waiting/pollDelay';
import { waitFor } from '../api/waiting/wait';
import { optionsOf } from './options';
import { videoId } from './videoId';

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

export const waitUntilDoneDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['waitUntilDone'] } },
	[videoId, timeoutMinutes, optionsOf(...waitOptions)],
);

/** Items wait side by side: n8n runs this once for each of them. */
export const waitUntilDone: Work = async (context, request) => [
	outputItem(context, await awaitVideo(context, request, requireVideo(context, request))),
];

/** Asks until the video is finished; throws if it is not in time, or has failed, unless that is wanted. */
export async function awaitVideo(
	context: Context,
	request: Request,
	subject: Required<Subject>,
): Promise<Video> {
	const timeoutMs = readTimeout(context);
	const interval = Number(context.getNodeParameter('options.pollInterval', 0));
	const start = clock.now();
	const deadline = start + timeoutMs;

	const seen: Sighting[] = [];
	let lastState = '';
	const { video } = await waitFor(
		async () => {
			const left = Math.max(0, deadline - clock.now());
			return await readVideo(context, request, subject, left, lastState !== '');
		},
		{
			isFinal: (look) => {
				const state = describeState(look.video);
				if (state !== lastState) context.logger.debug(`Video '${subject.videoId}': ${state}`);
				lastState = state;
				seen.push({ at: clock.now() - start, progress: look.video.progress });
				return isFinished(look.video);
			},
			// The user's own wish, then the server's, then experience.
			delay: ({ askAgainInMs }) =>
				interval > 0
					? Math.max(SHORTEST_WAIT_MS, interval * 1000)
					: (askAgainInMs ?? pollDelay(seen, clock.random())),
			deadline,
			pause: async (ms) => await pause(context, ms),
		},
	);

	if (!isFinished(video)) throw tooLate(context, video, timeoutMs);
	if (
		video.status === 'failed' &&
		context.getNodeParameter('options.onFailedVideo', 'throw') !== 'return'
	) {
		throw await problemInServerWords(context, { ...failedVideo(video), video });
	}
	return video;
}

/** In ms. */
export function readTimeout(context: Context): number {
	const minutes = Number(context.getNodeParameter('timeoutMinutes', 30));
	if (!(minutes > 0)) {
		throw problem(context, {
			message: "'Timeout (Minutes)' must be a number above 0",
			next: 'Enter how many minutes to wait at most, for example 30.',
		});
	}
	return minutes * 60_000;
}

const tooLate = (context: Context, video: Video, timeoutMs: number) =>
	problem(context, {
		message: `Video '${video.id}' was not finished within ${inMinutes(timeoutMs)} (last state: ${describeState(video)})`,
		next: `The server is still working on it and it is not lost: run Wait Until Done again with this video ID, or raise 'Timeout (Minutes)'.`,
		video,
	});

const inMinutes = (ms: number): string =>
	ms === 60_000 ? '1 minute' : `${Number((ms / 60_000).toFixed(2))} minutes`;
