import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
	method: string;
	/** With the query. */
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

export interface ScriptedAnswer {
	/** Default 200. */
	status?: number;
	headers?: Record<string, string>;
	/** Sent as JSON. */
	json?: unknown;
	/** Sent as it is, in place of `json`. */
	body?: string | Buffer;
	/** For what an answer cannot express: a cut body, a hang. */
	respond?: (response: ServerResponse) => void;
}

export interface ScriptedServer {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	/** `http://127.0.0.1:PORT` */
	origin: string;
	/** Everything that arrived, oldest first. */
	received: ReceivedRequest[];
	/** Adds answers for a request such as `GET /v1/videos/a`; each is given once, in order. */
	answer(request: string, ...answers: ScriptedAnswer[]): void;
	/** Gives the same answer to a request as often as it comes, from never to for ever. */
	answerAlways(request: string, answer: ScriptedAnswer): void;
	/** Throws when a request came that nobody scripted, or an answer was never asked for. */
	verify(): void;
	close(): Promise<void>;
}

/** How the node asks for the newest videos. */
export const LIST = 'GET /v1/videos?limit=100&order=desc';

/** A loopback server that says exactly what a test tells it to say, and nothing else. */
export async function startScriptedServer(): Promise<ScriptedServer> {
	const script = new Map<string, ScriptedAnswer[]>();
	// The look for lost videos, which a server may well not offer.
	const always = new Map<string, ScriptedAnswer>([[LIST, { status: 404 }]]);
	const received: ReceivedRequest[] = [];
	const unscripted: string[] = [];

	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { method = '', url: path = '', headers } = request;
			received.push({ method, path, headers, body: Buffer.concat(chunks) });
			const answer = script.get(`${method} ${path}`)?.shift() ?? always.get(`${method} ${path}`);
			if (!answer) unscripted.push(`${method} ${path}`);
			send(response, answer ?? { status: 599, body: 'not scripted' });
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	return {
		origin,
		baseUrl: `${origin}/v1`,
		received,
		answer(request, ...answers) {
			script.set(request, [...(script.get(request) ?? []), ...answers]);
		},
		answerAlways(request, answer) {
			always.set(request, answer);
		},
		verify() {
			const unused = [...script].filter(([, answers]) => answers.length > 0);
			const wrong = [
				...unscripted.map((request) => `came, but nobody scripted it: ${request}`),
				...unused.map(([request, { length }]) => `scripted, but ${length}x never came: ${request}`),
			];
			if (wrong.length > 0) throw new Error(wrong.join('\n'));
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A multipart body as its receiver reads it: Node's own parser, not the one that wrote it. */
export async function readForm({ headers, body }: ReceivedRequest): Promise<FormData> {
	return await new Response(new Uint8Array(body), {
		headers: { 'content-type': String(headers['content-type']) },
	}).formData();
}

function send(response: ServerResponse, answer: ScriptedAnswer): void {
	const { status = 200, headers = {}, json, body, respond } = answer;
	// Its clock would be another than the one that the tests inject.
	response.sendDate = false;
	if (respond) return respond(response);
	const type = json === undefined ? 'text/plain' : 'application/json';
	response.writeHead(status, { 'content-type': type, ...headers });
	response.end(json === undefined ? (body ?? '') : JSON.stringify(json));
}
