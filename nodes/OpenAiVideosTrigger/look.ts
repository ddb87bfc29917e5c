import type { IPollFunctions } from 'n8n-workflow';

import type { Video } from '../OpenAiVideos/api/answers/video';
import { withoutFiles } from '../OpenAiVideos/api/answers/withoutFiles';
import { requireBaseUrl } from '../OpenAiVideos/api/operation';
import { problem } from '../OpenAiVideos/api/problems/problem';
import { clock } from '../OpenAiVideos/api/waiting/clock';
import { baseRequest, contextOf } from './pollContext';
import { readPart, readNewest, readUnlisted } from './readNewest';
import { endedAt, newsIn } from './seen';
import type { Seen } from './seen';

/** What n8n keeps for the node. */
interface Memory {
	seen?: Seen;
	/** The server that it is about. */
	server?: string;
}

/** The videos that finished since the last look; remembers them. */
export async function news(trigger: IPollFunctions): Promise<Video[]> {
	const context = contextOf(trigger);
	const request = await baseRequest(trigger);
	const server = requireBaseUrl(context, request);
	const isWanted = wanted(trigger);
	const memory: Memory = trigger.getWorkflowStaticData('node');
	const remembered = (): Seen | undefined =>
		memory.server === server && memory.seen
			? (JSON.parse(JSON.stringify(memory.seen)) as Seen)
			: undefined;

	const before = remembered();
	const listed = await readNewest(context, request, server, before);
	const unlisted = await readUnlisted(context, request, before?.open ?? [], listed);
	// Read anew, and changed at once: n8n may have begun the next look before this one is over.
	const found = newsIn(remembered(), {
		videos: [...listed, ...unlisted.videos],
		gone: unlisted.gone,
		now: Math.floor(clock.now() / 1000),
	});
	memory.seen = found.seen;
	memory.server = server;
	return found.news.filter(isWanted).map((video) => withoutFiles(video) as Video);
}

/** For a try in the editor: the latest finished video, whether it is new or not. Remembers nothing. */
export async function latest(trigger: IPollFunctions): Promise<Video[]> {
	const context = contextOf(trigger);
	const request = await baseRequest(trigger);
	const { videos } = await readPart(context, request, requireBaseUrl(context, request));
	const [video] = videos.filter(wanted(trigger)).sort((a, b) => endedAt(b) - endedAt(a));
	if (video) return [withoutFiles(video) as Video];
	throw problem(context, {
		message: 'There is no such video on the server yet',
		next: "Create one, wait until it is finished, and try again. What counts is in 'Trigger On'.",
	});
}

/** Tells the videos that the user wants to hear of. */
function wanted(trigger: IPollFunctions): (video: Video) => boolean {
	const events = trigger.getNodeParameter('events', []) as string[];
	return ({ status }) => events.includes(status);
}
