import { updateDisplayOptions } from 'n8n-workflow';

import type { Video } from '../api/answers/video';
import { outputItem, requireBaseUrl } from '../api/operation';
import type { Work } from '../api/operation';
import { isOfFailedVideo, rememberFailure, runOf } from '../api/orders/run';
import type { NodeProblem } from '../api/problems/problem';
import { statusRequest } from '../api/requests/endpoint';
import { createVideo } from './create';
import { createFields, createOptions } from './createFields';
import { fileFields, fileItem, fileOptions, requireFileFields } from './download';
import { optionsOf } from './options';
import { awaitVideo, readTimeout, timeoutMinutes, waitOptions } from './waitUntilDone';

export const generateDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['generate'] } },
	[
		...createFields,
		timeoutMinutes,
		...fileFields,
		optionsOf(
			// Not by localeCompare, which loads tables of languages while n8n starts.
			...[...createOptions, ...fileOptions, ...waitOptions].sort((one, other) =>
				one.displayName < other.displayName ? -1 : 1,
			),
		),
	],
);

/** Create, Wait Until Done and Download, one after the other, for each item. */
export const generateVideo: Work = async (context, request) => {
	const [created] = await createVideo(context, request, () => {
		readTimeout(context);
		requireFileFields(context);
	});
	// n8n has given the node up; see `isAbandoned`.
	if (!created) return [];

	const { id: videoId } = created.json as Video;
	const subject = { baseUrl: requireBaseUrl(context, request), videoId };
	try {
		const video = await awaitVideo(context, statusRequest(request, videoId), subject);
		return [
			video.status === 'failed'
				? outputItem(context, video)
				: await fileItem(context, request, subject, video),
		];
	} catch (error) {
		const known = error as NodeProblem;
		known.description = howToResume(known, videoId);
		// n8n drops the rows of the other items then, and their videos, too, are paid.
		rememberFailure(runOf(context), context.getItemIndex(), known, false);
		throw known;
	}
};

/** As said of a video that exists by steps that only read it; in Generate it would create another one. */
const AGAIN =
	/\b(r)un (?:this step again|Wait Until Done again with this video ID, or raise 'Timeout \(Minutes\)')/gi;

/** The next step, and the ID by which to take it; nobody is told to create a second video. */
function howToResume(error: NodeProblem, videoId: string): string {
	if (isOfFailedVideo(error)) return error.description ?? '';
	const next = (error.description ?? '').replace(
		AGAIN,
		(_, r: string) => `${r === 'R' ? 'G' : 'g'}et the video with Wait Until Done and Download`,
	);
	const how = next.includes('Wait Until Done')
		? ''
		: ' Get the video with Wait Until Done and Download.';
	return `${next}${how} Its ID is '${videoId}'. To run Generate again would create, and cost, another video.`.trim();
}
