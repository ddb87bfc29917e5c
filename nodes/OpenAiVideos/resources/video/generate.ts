import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { statusRequest } from '../../api/getVideo';
import { releaseVideo } from '../../api/places';
import { rememberFailure, runStateOf, serverOfRun } from '../../api/runState';
import { toVideosError, VideosError } from '../../errors/nodeError';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import type { Video } from '../../responses/video';
import type { OperationContext, Request, VideoRef } from '../../types';
import { createFields, createFromPrompt, createOptions } from './create';
import { downloadItem, fileFields, fileOptions, requireFileFields } from './download';
import { optionsOf } from './fields';
import { readNumber } from './parameters';
import {
	readWaitOptions,
	throwIfFailed,
	timeoutMinutes,
	waitForVideo,
	waitOptions,
} from './waitUntilDone';

const videosAtATime: INodeProperties = {
	displayName: 'Videos at a Time',
	name: 'videosAtATime',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 0,
	description:
		'How many videos of this run are made at the same time: the next one is started when one is done. 0 starts all at once.',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['generate'] } },
	[
		...createFields,
		timeoutMinutes,
		...fileFields,
		optionsOf(...createOptions, ...fileOptions, ...waitOptions, videosAtATime),
	],
);

/** Create, Wait Until Done and Download, one after the other, for each item. */
export const execute: OperationHandler = async (context, request) => {
	const created = await createFromPrompt(context, request, () => {
		readWaitOptions(context);
		requireFileFields(context);
		return { videosAtATime: readVideosAtATime(context) };
	});
	if (!created) return [];

	try {
		const { baseUrl } = await serverOfRun(context);
		const ref = { baseUrl, videoId: created.id };
		const video = await waitForCreated(context, request, ref, created).finally(() =>
			releaseVideo(context),
		);
		return [
			video.status === 'failed'
				? outputItem(context, video)
				: await downloadItem(context, request, ref, video),
		];
	} catch (error) {
		throw afterCreate(context, error, created.id);
	}
};

async function waitForCreated(
	context: OperationContext,
	request: Request,
	ref: VideoRef,
	created: Video,
): Promise<Video> {
	// A server may not keep what failed at once.
	if (created.status === 'failed') {
		throwIfFailed(context, created);
		return created;
	}
	const get = statusRequest(request, created.id);
	return (await waitForVideo(context, get, ref, created)).video;
}

const readVideosAtATime = (context: OperationContext): number =>
	readNumber(context, {
		name: 'options.videosAtATime',
		label: 'Videos at a Time',
		fallback: 0,
		min: 0,
		max: 10_000,
		isWhole: true,
		nextStep: 'Enter how many videos the account may make at the same time, or 0 for any number.',
	});

/** Retry On Fail continues with the created video, but a new execution of this step would create another. */
function afterCreate(
	context: OperationContext,
	error: unknown,
	createdVideoId: string,
): VideosError {
	const { info } = toVideosError(error);
	const isGone = info.isVideoForgotten === true || info.video?.status === 'failed';
	return rememberFailure(
		runStateOf(context),
		context.getItemIndex(),
		new VideosError(isGone ? info : { ...info, createdVideoId }),
		false,
	);
}
