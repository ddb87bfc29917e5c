import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A video on the {@link ChangingServer}; times in Unix seconds. */
interface ServerVideo {
	id: string;
	created_at?: number;
	completed_at?: number;
	status: string;
	[field: string]: unknown;
}

/** A server whose videos a test can change between any two requests. */
export interface ChangingServer {
	baseUrl: string;
	/** Oldest first. */
	videos: ServerVideo[];
	/** The path of every request, with the query. */
	paths: string[];
	/** Called before each response. */
	onRequest: (path: string) => void;
	/** When set, the status of every response. */
	errorStatus?: number;
	/** How the server lists; by default as in the spec. */
	order: 'desc' | 'asc';
	pages: boolean;
	/** Whether `after` with an unknown video is rejected, or returns the first page. */
	rejectsUnknownAfter: boolean;
	maxPerPage: number;
	close(): Promise<void>;
}

export async function startChangingServer(): Promise<ChangingServer> {
	const http = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
		server.paths.push(request.url!);
		server.onRequest(request.url!);
		const respond = (status: number, body: object) => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		};
		if (server.errorStatus) return respond(server.errorStatus, {});
		if (pathname !== '/v1/videos') {
			const id = decodeURIComponent(pathname.replace('/v1/videos/', ''));
			const video = server.videos.find((each) => each.id === id);
			return video ? respond(200, video) : respond(404, { error: { message: 'Video not found' } });
		}
		const all = server.order === 'asc' ? server.videos : [...server.videos].reverse();
		const after = server.pages ? searchParams.get('after') : null;
		const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
		if (after !== null && start === 0 && server.rejectsUnknownAfter)
			return respond(400, { error: { message: 'Bad after' } });
		const count = Math.min(server.maxPerPage, Number(searchParams.get('limit')));
		const data = all.slice(start, start + count);
		respond(200, { object: 'list', data, has_more: start + count < all.length });
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const server: ChangingServer = {
		baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
		videos: [],
		paths: [],
		onRequest: () => {},
		order: 'desc',
		pages: true,
		rejectsUnknownAfter: true,
		maxPerPage: 100,
		async close() {
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
	return server;
}
