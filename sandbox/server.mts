import type { AddressInfo } from 'node:net';

import multipart from '@fastify/multipart';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';

import { ApiError, toApiError } from './errors.mts';
import { MAX_PADDED_BYTES } from './files.mts';
import { MAX_UPLOAD_BYTES } from './form.mts';
import { registerRoutes } from './routes.mts';
import type { VideoRecord } from './videos.mts';

const KEPT_REQUESTS = 10_000;

export interface SandboxOptions {
	/** 0, the default, takes any free port. */
	port?: number;
	/** Default `sandbox-key`. */
	apiKey?: string;
	/** How long each video takes from create to done, in seconds; fractions allowed; default 10. */
	renderSeconds?: number;
	/** Every MP4 is padded to at least this many bytes, on the fly; at most 4,000,000,000. */
	fileBytes?: number;
	/** Gets one line for each event; the API key is never in it. */
	log?: (line: string) => void;
	/** The clock the videos live by, in Unix milliseconds. */
	now?: () => number;
}

export interface SandboxRequest {
	method: string;
	/** With the query, as it was asked. */
	path: string;
	/** 0 until it is answered. */
	statusCode: number;
	/** When it arrived, in Unix milliseconds, by the sandbox's clock. */
	at: number;
}

export interface Sandbox {
	/** `http://127.0.0.1:PORT/v1` */
	baseUrl: string;
	apiKey: string;
	/** What arrived, by video id, oldest first. */
	videos: Map<string, VideoRecord>;
	/** The last 10,000 requests, oldest first. */
	requests: SandboxRequest[];
	/** Cuts open connections; a second call does nothing. */
	close(): Promise<void>;
}

/** Starts a server of the Videos API on the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const {
		port = 0,
		apiKey = 'sandbox-key',
		renderSeconds = 10,
		fileBytes = 0,
		log = () => {},
		now = Date.now,
	} = options;
	if (!(renderSeconds >= 0 && renderSeconds < Infinity)) {
		throw new RangeError('renderSeconds must be 0 or more');
	}
	if (!(fileBytes >= 0 && fileBytes <= MAX_PADDED_BYTES)) {
		throw new RangeError(`fileBytes must be from 0 to ${MAX_PADDED_BYTES}`);
	}
	const videos = new Map<string, VideoRecord>();
	const requests: SandboxRequest[] = [];
	const logLine = (line: string) => log(line.replaceAll(apiKey, '***'));

	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		// Longer than any id in the wild: an unknown id must be an unknown video, not an unknown route.
		routerOptions: { maxParamLength: 4096 },
		frameworkErrors: (error, _request, reply: FastifyReply) => {
			const refusal = toApiError(error);
			void reply.code(refusal.status).send(refusal.toBody());
		},
	});
	const recorded = new WeakMap<FastifyRequest, SandboxRequest>();

	app.addHook('onRequest', async (request) => {
		const entry = { method: request.method, path: request.url, statusCode: 0, at: now() };
		recorded.set(request, entry);
		requests.push(entry);
		if (requests.length > KEPT_REQUESTS) requests.shift();
		refuseStranger(request, apiKey);
	});
	// Before the answer leaves, so that a client that has it finds it recorded.
	app.addHook('onSend', async (request, reply) => {
		const entry = recorded.get(request);
		if (entry) entry.statusCode = reply.statusCode;
	});
	app.setErrorHandler((error, request, reply) => {
		const refusal = toApiError(error);
		logLine(`${request.method} ${request.url}  refused (${refusal.status}): ${refusal.message}`);
		return reply.code(refusal.status).send(refusal.toBody());
	});
	app.setNotFoundHandler((request) => {
		throw new ApiError(404, `Unknown route: ${request.method} ${request.url}`, {
			code: 'unknown_url',
		});
	});

	readJsonOnly(app);
	await app.register(multipart, { limits: { fileSize: MAX_UPLOAD_BYTES } });
	await app.register(
		async (scope) => {
			registerRoutes(scope, {
				videos,
				now,
				renderMs: renderSeconds * 1000,
				fileBytes,
				log: logLine,
			});
		},
		{ prefix: '/v1' },
	);
	await app.listen({ port, host: '127.0.0.1' });
	const { port: taken } = app.server.address() as AddressInfo;

	return {
		baseUrl: `http://127.0.0.1:${taken}/v1`,
		apiKey,
		videos,
		requests,
		close: async () => await app.close(),
	};
}

function refuseStranger({ headers }: FastifyRequest, apiKey: string): void {
	const [, key] = /^Bearer +(.+)$/i.exec(headers.authorization ?? '') ?? [];
	if (key === apiKey) return;
	const message = key
		? 'Incorrect API key provided.'
		: 'You did not provide an API key. Send it in the header: Authorization: Bearer YOUR_KEY';
	throw new ApiError(401, message, { code: 'invalid_api_key' });
}

/** Clients label bodiless requests as JSON, too, which the framework's own parser refuses. */
function readJsonOnly(app: ReturnType<typeof fastify>): void {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser(
		'application/json',
		{ parseAs: 'string' },
		async (_request: FastifyRequest, body: string) => {
			if (!body.trim()) return undefined;
			try {
				return JSON.parse(body) as unknown;
			} catch {
				throw new ApiError(400, 'The request body is not valid JSON.', { code: 'invalid_json' });
			}
		},
	);
}
