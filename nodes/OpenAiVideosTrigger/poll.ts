import type { IPollFunctions } from 'n8n-workflow';

import { clock } from '../OpenAiVideos/clock';
import { toNodeApiError, VideosError } from '../OpenAiVideos/errors/nodeError';
import { baseRequest, requestContext } from '../OpenAiVideos/http/request';
import { serverOf } from '../OpenAiVideos/http/server';
import { truncateInlineFiles } from '../OpenAiVideos/responses/values';
import type { Video } from '../OpenAiVideos/responses/video';
import { getUnlisted, listChanges, listPage } from './listChanges';
import type { Server } from './listChanges';
import { detectNewVideos, finishedAt } from './state';
import type { TriggerState } from './state';

/** What n8n saves for the node. */
interface StaticData {
	state?: TriggerState;
	/** The base URL of the server that `state` is about. */
	baseUrl?: string;
}

/** The videos that a poll returns; a manual one, in the editor, gets the latest video and saves nothing. */
export async function pollVideos(trigger: IPollFunctions): Promise<Video[]> {
	try {
		// First, because videos that were found count as reported.
		const matchesEvents = eventFilter(trigger);
		const server = await polledServer(trigger);
		const videos =
			trigger.getMode() === 'manual'
				? await findLatestVideo(server, matchesEvents)
				: (await findNewVideos(trigger, server)).filter(matchesEvents);
		return videos.map((video) => truncateInlineFiles(video) as Video);
	} catch (error) {
		throw await toNodeApiError(trigger, error);
	}
}

async function polledServer(trigger: IPollFunctions): Promise<Server> {
	const { baseUrl } = serverOf(await trigger.getCredentials('openAiVideosApi'));
	return { context: requestContext(trigger), request: baseRequest(baseUrl), baseUrl };
}

/** The videos that finished since the last poll; saves them as reported. */
async function findNewVideos(trigger: IPollFunctions, server: Server): Promise<Video[]> {
	const staticData: StaticData = trigger.getWorkflowStaticData('node');
	const savedState = (): TriggerState | undefined =>
		staticData.baseUrl === server.baseUrl && staticData.state
			? (JSON.parse(JSON.stringify(staticData.state)) as TriggerState)
			: undefined;

	const before = savedState();
	const listed = await listChanges(server, before);
	const unlisted = await getUnlisted(server, before?.pending ?? [], listed);
	// Reads the state again and replaces it without an `await`: n8n may start the next poll before this one ends.
	const { newVideos, state } = detectNewVideos(savedState(), {
		videos: [...listed, ...unlisted.videos],
		gone: unlisted.gone,
		now: Math.floor(clock.now() / 1000),
	});
	staticData.state = state;
	staticData.baseUrl = server.baseUrl;
	return newVideos;
}

/** The latest finished video, new or not. */
async function findLatestVideo(
	server: Server,
	matchesEvents: (video: Video) => boolean,
): Promise<Video[]> {
	const { videos } = await listPage(server);
	const [video] = videos.filter(matchesEvents).sort((a, b) => finishedAt(b) - finishedAt(a));
	if (video) return [video];
	throw new VideosError({
		message: 'There is no such video on the server yet',
		nextStep:
			"Create one, wait until it is finished, and try again. What counts is in 'Trigger On'.",
	});
}

const EVENTS = ['completed', 'failed'];

/** Filters by the events in 'Trigger On', which an expression may give as one word. */
function eventFilter(trigger: IPollFunctions): (video: Video) => boolean {
	const events = [trigger.getNodeParameter('events', []) as unknown].flat();
	if (events.length > 0 && events.every((each) => EVENTS.includes(String(each)))) {
		return ({ status }) => events.includes(status);
	}
	throw new VideosError({
		message: `'Trigger On' is not one or more of ${EVENTS.join(', ')}`,
		nextStep: 'Choose them in the node, or check the expression that should give them.',
	});
}
