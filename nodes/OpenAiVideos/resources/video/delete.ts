import { updateDisplayOptions } from 'n8n-workflow';

import { deleteVideo } from '../../api/deleteVideo';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import { requireVideo, videoId } from './fields';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['delete'] } },
	[videoId],
);

/** Deletes a video from the server. */
export const execute: OperationHandler = async (context, request) => {
	const ref = requireVideo(context, request);
	await deleteVideo(context, request, ref);
	return [outputItem(context, { id: ref.videoId, deleted: true })];
};
