import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

import { MOST_PER_PAGE } from '../api/answers/list';
import type { Page } from '../api/answers/list';
import type { Video } from '../api/answers/video';
import { outputItem, requireBaseUrl } from '../api/operation';
import type { Work } from '../api/operation';
import { problem } from '../api/problems/problem';
import type { Context } from '../api/problems/problem';
import { readPage } from '../api/requests/readPage';

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

export const getAllDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['getAll'] } },
	properties,
);

const WITHOUT_LIST =
	'Not every server can, new-api for one. Keep the IDs that Create puts out, for example in a data table of n8n.';

/** Puts out the server's videos in its own order, newest first, page by page until there are enough. */
export const getAllVideos: Work = async (context, request) => {
	const baseUrl = requireBaseUrl(context, request);
	const limit = readLimit(context);
	const videos = new Map<string, Video>();
	let page: Page = { videos: [] };
	do {
		const wanted = Math.min(MOST_PER_PAGE, limit - videos.size);
		page = await readPage(context, request, {
			baseUrl,
			limit: wanted,
			after: page.last,
			withoutList: WITHOUT_LIST,
		});
	} while (addNew(context, videos, page) && page.hasMore !== false && videos.size < limit);
	return [...videos.values()].slice(0, limit).map((video) => outputItem(context, video));
};

/** Whether the page had any new video: a server that cannot page gives the same ones for ever. */
function addNew(context: Context, videos: Map<string, Video>, page: Page): boolean {
	const isNew = page.videos.filter(({ id }) => !videos.has(id));
	for (const video of isNew) videos.set(video.id, video);
	if (isNew.length === 0 && page.hasMore) {
		context.logger.warn(
			`The server says that it has more than ${videos.size} videos, but gives none that is new`,
		);
	}
	return isNew.length > 0;
}

function readLimit(context: Context): number {
	if (context.getNodeParameter('returnAll', false) === true) return Infinity;
	const limit = Math.floor(Number(context.getNodeParameter('limit', 50)));
	if (limit >= 1) return limit;
	throw problem(context, {
		message: "'Limit' must be a number above 0",
		next: "Enter how many videos to get at most, for example 50, or switch on 'Return All'.",
	});
}
