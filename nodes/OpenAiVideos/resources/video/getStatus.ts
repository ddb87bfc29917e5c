import { updateDisplayOptions } from 'n8n-workflow';

import { getVideo, inputVideo } from '../../api/getVideo';
import { SECOND_MS } from '../../clock';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import { optionsOf, requireVideo, videoId } from './fields';

const MAX_RETRY_MS = 30 * SECOND_MS;

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['getStatus'] } },
	[videoId, optionsOf()],
);

/** Gets a video's status once, finished or not. */
export const execute: OperationHandler = async (context, request) => {
	const ref = await requireVideo(context);
	const known = inputVideo(context, ref.videoId);
	const { video } = await getVideo(context, request, ref, { maxRetryMs: MAX_RETRY_MS, known });
	return [outputItem(context, video)];
};
