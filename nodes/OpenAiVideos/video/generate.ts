import { updateDisplayOptions } from 'n8n-workflow';

import type { Video } from '../api/answers/video';
import { outputItem, requireBaseUrl } from '../api/operation';
import type { Work } from '../api/operation';
import { rememberFailure, runOf } from '../api/orders/run';
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

/** What is told of a video that exists says "run this step again", which here would create another one. */
function howToResume({ description, context }: NodeProblem, videoId: string): string {
	const next = description ?? '';
	// An error that is none of ours has no context.
	const video = (context as NodeProblem['context'] | undefined)?.video as
		| Partial<Video>
		| undefined;
	if (video?.status === 'failed') return next;
	return `${next.replace(/\b(r)un this step again/gi, (_, r: string) => `${r === 'R' ? 'G' : 'g'}et the video with Wait Until Done and Download`)} Its ID is '${videoId}'. To run Generate again would create, and cost, another video.`.trim();
}
