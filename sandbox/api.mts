import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { type Address, faultsInHeader, readAddress, routeOf } from './address.mts';
import type { Kind } from './dialects/dialect.mts';
import { contract, namedDialects } from './dialects/index.mts';
import { ApiError, toApiError } from './errors.mts';
import { FAULT_HEADER } from './faults.mts';
import { valueOf } from './fields.mts';
import { type Form, MAX_UPLOAD_BYTES, readForm } from './form.mts';
import { keyOf } from './idempotency.mts';
import { type Asked, type InterruptOptions, interrupt } from './interrupt.mts';
import { type RouteContext, registerRoutes } from './routes.mts';

const KEPT_REQUESTS = 10_000;

declare module 'fastify' {
	interface FastifyRequest {
		/** Absent where the path has no base URL that is known. */
		address?: Address;
		/** The body of a Create. */
		form: Form;
	}
	interface FastifyContextConfig {
		kind?: Kind;
	}
}

export interface SandboxRequest {
	method: string;
	/** With the query, as it was asked. */
	path: string;
	/** 0 until it is answered. */
	statusCode: number;
	/** When it arrived, in Unix milliseconds, by the sandbox's clock. */
	at: number;
	/** Only where one was sent. */
	idempotencyKey?: string;
}

export interface ApiOptions {
	apiKey: string;
	/** Gets each request as it arrives; the last 10,000 are kept. */
	requests: SandboxRequest[];
	routes: RouteContext;
	interrupts: InterruptOptions;
}

/** The API in all its dialects, ready to listen. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
	const { apiKey, requests, routes, interrupts } = options;
	const { now, log } = routes;
	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		rewriteUrl: ({ url = '' }) => addressOf(url)?.route ?? url,
		// Longer than any id in the wild: an unknown id must be an unknown video, not an unknown route.
		routerOptions: { maxParamLength: 4096 },
		frameworkErrors: (error, request, reply: FastifyReply) => {
			const { status, body } = refusal(request, toApiError(error));
			void reply.code(status).send(body);
		},
	});
	const recorded = new WeakMap<FastifyRequest, SandboxRequest>();

	app.addHook('onRequest', async (request) => {
		const { method, originalUrl: path, headers } = request;
		const idempotencyKey = keyOf(request);
		const entry = {
			method,
			path,
			statusCode: 0,
			at: now(),
			...(idempotencyKey && { idempotencyKey }),
		};
		recorded.set(request, entry);
		requests.push(entry);
		if (requests.length > KEPT_REQUESTS) requests.shift();
		request.address = readAddress(path);
		const inAddress = request.address?.faults ?? [];
		request.standingFaults = inAddress;
		refuseStranger(request, apiKey);
		request.standingFaults = [...inAddress, ...faultsInHeader(headers[FAULT_HEADER])];
	});
	// Before a fault can answer: a client still uploading hears nothing. A stranger is refused earlier.
	app.addHook('preHandler', async (request) => {
		if (kindOf(request) === 'create') request.form = await readForm(request);
	});
	interrupt(app, ask, interrupts);
	// Before the answer leaves, so that a client that has it finds it recorded.
	app.addHook('onSend', async (request, reply) => {
		const entry = recorded.get(request);
		if (entry) entry.statusCode = reply.statusCode;
		// The clock that the videos live by, as their times are by it.
		reply.header('date', new Date(now()).toUTCString());
	});
	app.setErrorHandler((error, request, reply) => {
		const { status, body, message } = refusal(request, toApiError(error));
		log(`${request.method} ${request.originalUrl}  refused (${status}): ${message}`);
		return reply.code(status).send(body);
	});
	app.setNotFoundHandler((request) => {
		throw new ApiError(404, `Unknown route: ${request.method} ${request.originalUrl}`, {
			code: 'unknown_url',
		});
	});

	readJsonOnly(app);
	await app.register(multipart, { limits: { fileSize: MAX_UPLOAD_BYTES } });
	for (const dialect of [contract, ...namedDialects]) {
		await app.register(async (scope) => registerRoutes(scope, dialect, routes), {
			prefix: routeOf(dialect),
		});
	}
	return app;
}

function addressOf(url: string): Address | undefined {
	try {
		return readAddress(url);
	} catch {
		return undefined;
	}
}

const kindOf = (request: FastifyRequest): Kind => request.routeOptions?.config?.kind ?? 'other';

/** In the words of the server that was asked. */
function refusal(request: FastifyRequest, error: ApiError) {
	const { dialect } = addressOf(request.originalUrl) ?? { dialect: contract };
	return { ...dialect.refuse(error, kindOf(request)), message: error.message };
}

function ask(request: FastifyRequest): Asked {
	const { method, originalUrl: path, address } = request;
	const kind = kindOf(request);
	const dialect = (address?.dialect ?? contract).name;
	const order = () => keyOf(request) ?? String(valueOf(request.form, 'prompt'));
	const about = kind === 'create' ? `${dialect} create ${order()}` : `${method} ${path}`;
	return { method, path, kind, dialect, about };
}

function refuseStranger({ headers, address }: FastifyRequest, apiKey: string): void {
	const key = (address?.dialect ?? contract).keyIn(headers);
	if (key === apiKey) return;
	const message = key
		? 'Incorrect API key provided.'
		: 'You did not provide an API key. Send it in the header: Authorization: Bearer YOUR_KEY';
	throw new ApiError(401, message, { code: 'invalid_api_key' });
}

/** Clients label bodiless requests as JSON, too, which the framework's own parser refuses. */
function readJsonOnly(app: FastifyInstance): void {
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
