import { getHttpOperationsFromSpec, type IHttpRequest } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';

type Logger = Parameters<typeof createServer>[1]['components']['logger'];

export interface Prism {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	/** Every request that arrived, oldest first, such as `POST /v1/videos multipart/form-data`. */
	received: string[];
	/** The requests among them that match the spec. */
	accepted: string[];
	/** Prism's error messages about the others. */
	validationErrors: string[];
	close(): Promise<void>;
}

/**
 * Stoplight's Prism as a server for an OpenAPI 3 spec. It validates every request against the spec
 * (422, or 401 without a key) and responds with the spec's example, or a generated one: the same
 * each time. Its log does not name the request, so requests must arrive one at a time.
 */
export async function startPrism(spec: object): Promise<Prism> {
	const operations = await getHttpOperationsFromSpec(spec);
	const received: string[] = [];
	const accepted: string[] = [];
	const validationErrors: string[] = [];
	const server = createServer(
		// Prism serves at the root, but the node adds /v1 to a base URL without a path.
		operations.map((operation) => ({ ...operation, path: `/v1${operation.path}` })),
		{
			cors: false,
			components: {
				logger: logger({
					received: (request) => received.push(request),
					accepted: () => accepted.push(received.at(-1)!),
					rejected: (message) => validationErrors.push(message),
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
		validationErrors,
		close: async () => await server.close(),
	};
}

interface Listener {
	received(request: string): void;
	accepted(): void;
	rejected(message: string): void;
}

/** Prism reports the validation of a request only in its log, not in its response. */
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
		error: (_about: unknown, message: string) => listener.rejected(message),
		warn: ignore,
		debug: ignore,
		trace: ignore,
		child: () => log,
	};
	return log as unknown as Logger;
}
