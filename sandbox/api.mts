import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { type SandboxUrl, parseFaultHeader, parseUrl, routePrefix } from './baseUrl.mts';
import type { RequestKind, SourceOperation } from './dialects/dialect.mts';
import { contract, namedDialects } from './dialects/index.mts';
import { ApiError, toApiError } from './errors.mts';
import { FAULT_HEADER } from './faults.mts';
import { readValue } from './fields.mts';
import { type Form, MAX_UPLOAD_BYTES, readForm } from './form.mts';
import { idempotencyKeyOf } from './idempotency.mts';
import { type FaultOptions, type RequestInfo, injectFaults } from './injectFaults.mts';
import { type RouteContext, registerRoutes } from './routes.mts';

const MAX_RECORDED_REQUESTS = 10_000;

declare module 'fastify' {
	interface FastifyRequest {
		/** Absent if the path has no known base URL. */
		parsedUrl?: SandboxUrl;
		/** The body of a Create. */
		form: Form;
	}
	interface FastifyContextConfig {
		kind?: RequestKind;
		operation?: SourceOperation;
	}
}

export interface SandboxRequest {
	method: string;
	/** As sent, with the query. */
	path: string;
	/** 0 until the response is sent. */
	statusCode: number;
	/** When it arrived, in Unix milliseconds of the sandbox's clock. */
	at: number;
	/** Only if one was sent. */
	idempotencyKey?: string;
}

interface ApiOptions {
	apiKey: string;
	/** Receives each request as it arrives; keeps the last 10,000. */
	requests: SandboxRequest[];
	routes: RouteContext;
	faultOptions: FaultOptions;
}

/** The API in all dialects, ready to listen. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
	const { apiKey, requests, routes, faultOptions } = options;
	const { now, log } = routes;
	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		rewriteUrl: ({ url = '' }) => tryParseUrl(url)?.route ?? url,
		// Longer than any ID in the wild: an unknown ID must be an unknown video, not an unknown route.
		routerOptions: { maxParamLength: 4096 },
		frameworkErrors: (error, request, reply: FastifyReply) => {
			const { status, body } = errorResponse(request, toApiError(error));
			void reply.code(status).send(body);
		},
	});
	const entries = new WeakMap<FastifyRequest, SandboxRequest>();

	app.addHook('onRequest', async (request) => {
		const { method, originalUrl: path, headers } = request;
		const idempotencyKey = idempotencyKeyOf(request);
		const entry = {
			method,
			path,
			statusCode: 0,
			at: now(),
			...(idempotencyKey && { idempotencyKey }),
		};
		entries.set(request, entry);
		requests.push(entry);
		if (requests.length > MAX_RECORDED_REQUESTS) requests.shift();
		request.parsedUrl = parseUrl(path);
		const urlFaults = request.parsedUrl?.faults ?? [];
		request.requestedFaults = urlFaults;
		const { dialect } = request.parsedUrl ?? {};
		dialect?.checkRequest?.(method, headers);
		if (!checksBodyFirst(request)) requireApiKey(request, apiKey);
		request.requestedFaults = [...urlFaults, ...parseFaultHeader(headers[FAULT_HEADER], dialect)];
	});
	// Before any fault responds, because a client that is still uploading does not read the response.
	app.addHook('preHandler', async (request) => {
		if (requestKind(request) === 'create') request.form = await readForm(request);
		if (!checksBodyFirst(request)) return;
		request.parsedUrl?.dialect.checkBody?.(request.form);
		requireApiKey(request, apiKey);
	});
	injectFaults(app, requestInfo, faultOptions);
	// Before the response is sent, so that a client that has received it finds it recorded.
	app.addHook('onSend', async (request, reply) => {
		const entry = entries.get(request);
		if (entry) entry.statusCode = reply.statusCode;
		// The same clock as in the videos' timestamps.
		reply.header('date', new Date(now()).toUTCString());
		reply.headers(request.parsedUrl?.dialect.responseHeaders?.(requestKind(request)) ?? {});
	});
	app.setErrorHandler((error, request, reply) => {
		const { status, body, message } = errorResponse(request, toApiError(error));
		log(`${request.method} ${request.originalUrl}  refused (${status}): ${message}`);
		return reply.code(status).send(body);
	});
	app.setNotFoundHandler((request) => {
		throw new ApiError(404, `Unknown route: ${request.method} ${request.originalUrl}`, {
			code: 'unknown_url',
		});
	});

	acceptJsonOnly(app);
	await app.register(multipart, { limits: { fileSize: MAX_UPLOAD_BYTES } });
	for (const dialect of [contract, ...namedDialects]) {
		const plugin = async (scope: FastifyInstance) => registerRoutes(scope, dialect, routes);
		// To name a plugin without this, Fastify goes through every module that is loaded.
		Object.assign(plugin, { [Symbol.for('fastify.display-name')]: dialect.name });
		await app.register(plugin, { prefix: routePrefix(dialect) });
	}
	return app;
}

function tryParseUrl(url: string): SandboxUrl | undefined {
	try {
		return parseUrl(url);
	} catch {
		return undefined;
	}
}

const requestKind = (request: FastifyRequest): RequestKind =>
	request.routeOptions?.config?.kind ?? 'other';

/** An error as the requested server would return it. */
function errorResponse(request: FastifyRequest, error: ApiError) {
	const { dialect } = tryParseUrl(request.originalUrl) ?? { dialect: contract };
	const { status, body } = dialect.renderError(error, requestKind(request), request.headers);
	return { status, body, message: error.message };
}

function requestInfo(request: FastifyRequest): RequestInfo {
	const { method, originalUrl: path, parsedUrl } = request;
	const kind = requestKind(request);
	const { name: dialect, faults } = parsedUrl?.dialect ?? contract;
	const { operation } = request.routeOptions?.config ?? {};
	const { id = '' } = (request.params ?? {}) as { id?: string };
	const createIdentity = () =>
		idempotencyKeyOf(request) ?? String(readValue(request.form, 'prompt'));
	const identity =
		kind === 'create' ? `${dialect} create ${createIdentity()}` : `${method} ${path}`;
	return { method, path, kind, dialect, identity, operation, id, serverFaults: faults };
}

/** Whether the server looks at the body of this request before the key. */
const checksBodyFirst = (request: FastifyRequest) =>
	requestKind(request) === 'create' && request.parsedUrl?.dialect.checkBody !== undefined;

function requireApiKey(request: FastifyRequest, apiKey: string): void {
	const { headers, parsedUrl } = request;
	const { dialect = contract, isFile } = parsedUrl ?? {};
	if (isFile && dialect.checkFileRequest) return dialect.checkFileRequest(headers, apiKey);
	if (!dialect.needsApiKey(requestKind(request))) return;
	const key = dialect.readApiKey(headers);
	if (key === apiKey) return;
	const message = key
		? 'Incorrect API key provided.'
		: 'You did not provide an API key. Send it in the header: Authorization: Bearer YOUR_KEY';
	throw new ApiError(401, message, { code: 'invalid_api_key' });
}

/** Some clients send an empty body as JSON, which Fastify's own parser rejects. */
function acceptJsonOnly(app: FastifyInstance): void {
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
