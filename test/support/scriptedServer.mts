import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
	method: string;
	/** Includes the query. */
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

export interface ScriptedResponse {
	/** Default 200. */
	status?: number;
	headers?: Record<string, string>;
	/** Sent as JSON. */
	json?: unknown;
	/** Sent unchanged instead of `json`. */
	body?: string | Buffer;
	/** Sends anything else, such as a truncated body, or nothing at all. */
	respond?: (response: ServerResponse) => void;
}

export interface ScriptedServer {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	/** `http://127.0.0.1:PORT` */
	origin: string;
	/** Every request that arrived, oldest first. */
	received: ReceivedRequest[];
	/** The POST requests among them, which create videos. */
	posts(): ReceivedRequest[];
	/** Queues responses to a request such as `GET /v1/videos/a`; each is sent once, in order. */
	respondTo(request: string, ...responses: ScriptedResponse[]): void;
	/** Sends the same response to a request every time, however often it arrives. */
	alwaysRespondTo(request: string, response: ScriptedResponse): void;
	/** Throws if an unscripted request arrived, or a queued response was never requested. */
	verify(): void;
	close(): Promise<void>;
}

/** The node's request for the newest videos. */
export const LIST = 'GET /v1/videos?limit=100&order=desc';

/** A loopback server that sends exactly the responses that a test gives it. */
export async function startScriptedServer(): Promise<ScriptedServer> {
	const script = new Map<string, ScriptedResponse[]>();
	// The node's search for lost videos, and the list of video models, which many servers do not have.
	const always = new Map<string, ScriptedResponse>([
		[LIST, { status: 404 }],
		['GET /v1/videos/models', { status: 404 }],
	]);
	const received: ReceivedRequest[] = [];
	const unscripted: string[] = [];

	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method = '', url: path = '', headers } = request;
			received.push({ method, path, headers, body: Buffer.concat(chunks) });
			const name = `${method} ${path}`;
			const scripted = script.get(name)?.shift() ?? always.get(name);
			if (!scripted) unscripted.push(name);
			send(response, scripted ?? { status: 599, body: 'not scripted' });
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	return {
		origin,
		baseUrl: `${origin}/v1`,
		received,
		posts: () => received.filter(({ method }) => method === 'POST'),
		respondTo(request, ...responses) {
			script.set(request, [...(script.get(request) ?? []), ...responses]);
		},
		alwaysRespondTo(request, response) {
			always.set(request, response);
		},
		verify() {
			const unused = [...script].filter(([, responses]) => responses.length > 0);
			const errors = [
				...unscripted.map((request) => `arrived, but is not scripted: ${request}`),
				...unused.map(([request, { length }]) => `scripted, but ${length}x not sent: ${request}`),
			];
			if (errors.length > 0) throw new Error(errors.join('\n'));
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A multipart body, read by Node's own parser and not by the code that wrote it. */
export async function readForm({ headers, body }: ReceivedRequest): Promise<FormData> {
	return await new Response(new Uint8Array(body), {
		headers: { 'content-type': String(headers['content-type']) },
	}).formData();
}

function send(response: ServerResponse, scripted: ScriptedResponse): void {
	const { status = 200, headers = {}, json, body, respond } = scripted;
	// Its clock would differ from the one that the tests inject.
	response.sendDate = false;
	if (respond) return respond(response);
	const type = json === undefined ? 'text/plain' : 'application/json';
	response.writeHead(status, { 'content-type': type, ...headers });
	response.end(json === undefined ? (body ?? '') : JSON.stringify(json));
}
