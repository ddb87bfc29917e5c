import { updateDisplayOptions } from 'n8n-workflow';

import { statusRequest } from '../../api/getVideo';
import { rememberFailure, runStateOf, serverOfRun } from '../../api/runState';
import { toVideosError, VideosError } from '../../errors/nodeError';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import type { OperationContext } from '../../types';
import { createFields, createFromPrompt, createOptions } from './create';
import { downloadItem, fileFields, fileOptions, requireFileFields } from './download';
import { optionsOf } from './fields';
import { readTimeout, timeoutMinutes, waitForVideo, waitOptions } from './waitUntilDone';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['generate'] } },
	[
		...createFields,
		timeoutMinutes,
		...fileFields,
		optionsOf(...createOptions, ...fileOptions, ...waitOptions),
	],
);

/** Create, Wait Until Done and Download, one after the other, for each item. */
export const execute: OperationHandler = async (context, request) => {
	const created = await createFromPrompt(context, request, () => {
		readTimeout(context);
		requireFileFields(context);
	});
	if (!created) return [];

	const { baseUrl } = await serverOfRun(context);
	const ref = { baseUrl, videoId: created.id };
	try {
		const get = statusRequest(request, created.id);
		const { video } = await waitForVideo(context, get, ref, created);
		return [
			video.status === 'failed'
				? outputItem(context, video)
				: await downloadItem(context, request, ref, video),
		];
	} catch (error) {
		throw afterCreate(context, error, created.id);
	}
};

/** Retry On Fail continues with the created video, but a new execution of this step would create another. */
function afterCreate(
	context: OperationContext,
	error: unknown,
	createdVideoId: string,
): VideosError {
	const { info } = toVideosError(error);
	const isOver = info.video?.status === 'failed' || info.isVideoGone === true;
	return rememberFailure(
		runStateOf(context),
		context.getItemIndex(),
		new VideosError(isOver ? info : { ...info, createdVideoId }),
		false,
	);
}
