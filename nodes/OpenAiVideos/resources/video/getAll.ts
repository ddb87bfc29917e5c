import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { listVideos, MAX_PAGE_SIZE } from '../../api/listVideos';
import type { Page } from '../../api/listVideos';
import { serverOfRun } from '../../api/runState';
import { outputItem } from '../../operation';
import type { OperationHandler } from '../../operation';
import type { Video } from '../../responses/video';
import type { OperationContext } from '../../types';
import { optionsOf } from './fields';
import { readNumber, readSwitch } from './parameters';

const properties: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['getAll'] } },
	[...properties, optionsOf()],
);

const LIST_UNSUPPORTED =
	'Not every server can, new-api for one. Keep the IDs that Create puts out, for example in a data table of n8n.';

/** Lists the server's videos in its own order, newest first, page by page until there are enough. */
export const execute: OperationHandler = async (context, request) => {
	const { baseUrl } = await serverOfRun(context);
	const limit = readLimit(context);
	const videos = new Map<string, Video>();
	let page: Page = { videos: [] };
	do {
		page = await listVideos(context, request, {
			baseUrl,
			limit: Math.min(MAX_PAGE_SIZE, limit - videos.size),
			after: page.lastId,
			alternative: LIST_UNSUPPORTED,
		});
	} while (addNewVideos(context, videos, page) && page.hasMore !== false && videos.size < limit);
	return [...videos.values()].slice(0, limit).map((video) => outputItem(context, video));
};

/** Whether the page had any new video: a server without pagination returns the same ones forever. */
function addNewVideos(context: OperationContext, videos: Map<string, Video>, page: Page): boolean {
	const newVideos = page.videos.filter(({ id }) => !videos.has(id));
	for (const video of newVideos) videos.set(video.id, video);
	if (newVideos.length === 0 && page.hasMore) {
		context.logger.warn(
			`The server says that it has more than ${videos.size} videos, but gives none that is new`,
		);
	}
	return newVideos.length > 0;
}

function readLimit(context: OperationContext): number {
	if (readSwitch(context, { name: 'returnAll', label: 'Return All' })) return Infinity;
	const limit = readNumber(context, {
		name: 'limit',
		label: 'Limit',
		fallback: 50,
		min: 1,
		max: 1e9,
		nextStep: "Enter how many videos to get at most, for example 50, or switch on 'Return All'.",
	});
	return Math.floor(limit);
}
