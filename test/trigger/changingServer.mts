import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A video on the {@link MovingServer}; times in Unix seconds. */
export interface ServerVideo {
	id: string;
	created_at?: number;
	completed_at?: number;
	status: string;
	[field: string]: unknown;
}

/** A server whose videos the test moves as it likes, between any two requests. */
export interface MovingServer {
	baseUrl: string;
	/** Oldest first. */
	videos: ServerVideo[];
	/** Of every request, with the query. */
	paths: string[];
	/** Called before each answer. */
	onRequest: (path: string) => void;
	/** When set, the status of every answer. */
	refuseWith?: number;
	/** How the server lists; what the contract says by default. */
	order: 'desc' | 'asc';
	pages: boolean;
	/** Whether a page behind a video that is not there is refused, or is the first page again. */
	refusesAfter: boolean;
	mostPerPage: number;
	close(): Promise<void>;
}

export async function startMovingServer(): Promise<MovingServer> {
	const http = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
		moving.paths.push(request.url!);
		moving.onRequest(request.url!);
		const answer = (status: number, body: object) => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		};
		if (moving.refuseWith) return answer(moving.refuseWith, {});
		if (pathname !== '/v1/videos') {
			const id = decodeURIComponent(pathname.replace('/v1/videos/', ''));
			const video = moving.videos.find((each) => each.id === id);
			return video ? answer(200, video) : answer(404, { error: { message: 'Video not found' } });
		}
		const all = moving.order === 'asc' ? moving.videos : [...moving.videos].reverse();
		const after = moving.pages ? searchParams.get('after') : null;
		const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
		if (after !== null && start === 0 && moving.refusesAfter)
			return answer(400, { error: { message: 'Bad after' } });
		const count = Math.min(moving.mostPerPage, Number(searchParams.get('limit')));
		const data = all.slice(start, start + count);
		answer(200, { object: 'list', data, has_more: start + count < all.length });
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const moving: MovingServer = {
		baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
		videos: [],
		paths: [],
		onRequest: () => {},
		order: 'desc',
		pages: true,
		refusesAfter: true,
		mostPerPage: 100,
		async close() {
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
	return moving;
}
