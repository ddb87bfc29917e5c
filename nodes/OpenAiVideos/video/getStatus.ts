import { updateDisplayOptions } from 'n8n-workflow';

import { outputItem, requireVideo } from '../api/operation';
import type { Work } from '../api/operation';
import { readVideo } from '../api/requests/read';
import { videoId } from './videoId';

const PATIENCE_MS = 30_000;

export const getStatusDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['getStatus'] } },
	[videoId],
);

/** Reads a video once, finished or not. */
export const getStatus: Work = async (context, request) => {
	const subject = requireVideo(context, request);
	const { video } = await readVideo(context, request, subject, PATIENCE_MS);
	return [outputItem(context, video)];
};
