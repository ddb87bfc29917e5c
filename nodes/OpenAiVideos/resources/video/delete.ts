import { updateDisplayOptions } from 'n8n-workflow';

import { deleteVideo } from '../../api/deleteVideo';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import { optionsOf, requireVideo, videoId } from './fields';

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['delete'] } },
	[videoId, optionsOf()],
);

/** Deletes a video from the server. */
export const execute: OperationHandler = async (context, request) => {
	const ref = await requireVideo(context);
	await deleteVideo(context, request, ref);
	return [outputItem(context, { id: ref.videoId, deleted: true })];
};
