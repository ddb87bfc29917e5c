import { getHttpOperationsFromSpec, type IHttpRequest } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';

type Logger = Parameters<typeof createServer>[1]['components']['logger'];

export interface Prism {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	/** Everything that arrived, oldest first, such as `POST /v1/videos multipart/form-data`. */
	received: string[];
	/** Those of them that Prism found to be as the description has them. */
	accepted: string[];
	/** What it found wrong with the others, in its own words. */
	complaints: string[];
	close(): Promise<void>;
}

/**
 * Stoplight's Prism as the server that an OpenAPI 3 description describes. It holds every request
 * against the description (422, or 401 without a key) and answers with the description's example,
 * or with a made-up one of the described shape: the same each time, whatever was asked for.
 * What it found is told apart by order, so requests must come one at a time.
 */
export async function startPrism(description: object): Promise<Prism> {
	const operations = await getHttpOperationsFromSpec(description);
	const received: string[] = [];
	const accepted: string[] = [];
	const complaints: string[] = [];
	const server = createServer(
		// Prism serves at the root, where a base URL without a path would not point: it gets /v1.
		operations.map((operation) => ({ ...operation, path: `/v1${operation.path}` })),
		{
			cors: false,
			components: {
				logger: logger({
					received: (request) => received.push(request),
					accepted: () => accepted.push(received.at(-1)!),
					complaint: (words) => complaints.push(words),
				}),
			},
			config: {
				isProxy: false,
				upstreamProxy: undefined,
				mock: { dynamic: false },
				validateRequest: true,
				validateResponse: true,
				checkSecurity: true,
				errors: true,
			},
		},
	);
	const origin = await server.listen(0, '127.0.0.1');
	return {
		baseUrl: `${origin}/v1`,
		received,
		accepted,
		complaints,
		close: async () => await server.close(),
	};
}

interface Listener {
	received(request: string): void;
	accepted(): void;
	complaint(words: string): void;
}

/** Prism tells what it thinks of a request in its log only; its answers say no more than yes or no. */
function logger(listener: Listener): Logger {
	const ignore = () => {};
	const log = {
		info: (about: unknown) => {
			const { input } = about as { input?: IHttpRequest };
			if (!input) return;
			const type = input.headers?.['content-type']?.split(';')[0];
			const parts = [input.method.toUpperCase(), input.url.path, type];
			listener.received(parts.filter(Boolean).join(' '));
		},
		success: (about: unknown) => {
			if ((about as { name?: string }).name === 'VALIDATOR') listener.accepted();
		},
		error: (_about: unknown, words: string) => listener.complaint(words),
		warn: ignore,
		debug: ignore,
		trace: ignore,
		child: () => log,
	};
	return log as unknown as Logger;
}
