import type {
	IDataObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
	NodeApiError,
} from 'n8n-workflow';

import { clock, SECOND_MS } from '../clock';
import { VideosError } from '../errors/nodeError';
import { isQuotaExceeded, matchKnownError } from '../responses/knownErrors';
import {
	isConnectError,
	isConnectionLost,
	isNetworkError,
	isSuccess,
	readRetryAfter,
	readShouldRetry,
} from '../responses/response';
import type { HttpResponse, HttpResult, NetworkError } from '../responses/response';
import { parseJson } from '../responses/values';
import type { Request, RequestContext } from '../types';

/** One attempt: its result, and the wanted value if it was found. */
export interface Attempt<T> {
	result: HttpResult;
	value?: T;
}

/**
 * For how many ms after the first attempt a result without the wanted value may still be retried; 0
 * means never.
 */
export type RetryPolicy = (result: HttpResult) => number;

/**
 * Sends a request until `parse` finds the wanted value in a response, for as long as the policy allows.
 * Resolves with the last attempt, of whatever status; throws only when the execution is cancelled.
 */
export async function sendWithRetry<T>(
	context: RequestContext,
	request: Request,
	parse: (response: HttpResponse) => T | undefined,
	policy: RetryPolicy,
): Promise<Attempt<T>> {
	return await retry(
		context,
		async () => {
			const result = await send(context, request);
			return { result, value: isNetworkError(result) ? undefined : parse(result) };
		},
		policy,
	);
}

/** The retry loop, also for an attempt that is more than one request. */
export async function retry<A extends Attempt<unknown>>(
	context: RequestContext,
	attempt: () => Promise<A>,
	policy: RetryPolicy,
): Promise<A> {
	const start = clock.now();
	for (let retries = 0; ; retries++) {
		const last = await attempt();
		if (last.value !== undefined) return last;
		const delay = retryDelay(last.result, retries);
		if (clock.now() + delay > start + policy(last.result)) return last;
		await sleep(context, delay);
	}
}

/** What the server asks for; else 1, 2, 4 … 30 s, with jitter so that many items do not come back at once. */
function retryDelay(result: HttpResult, retries: number): number {
	const serverDelay = isNetworkError(result) ? undefined : readRetryAfter(result, clock.now());
	return (
		serverDelay ?? Math.round(Math.min(30, 2 ** retries) * SECOND_MS * (0.8 + 0.4 * clock.random()))
	);
}

/** A server that cannot be reached is more often a wrong URL than a restart. */
export const UNREACHABLE_MAX_RETRY_MS = 15 * SECOND_MS;
/** HTML or broken JSON instead of a video: usually a brief proxy error. */
const INVALID_BODY_MAX_RETRY_MS = 30 * SECOND_MS;
/** A refusal of what worked a moment ago: another replica, or a hiccup of a gateway. With jitter, over a minute. */
const HICCUP_MAX_RETRY_MS = 90 * SECOND_MS;
const RETRYABLE_STATUSES = [304, 408, 409, 425, 429];

/**
 * For requests that only read: retried for up to `limit` ms on everything that may pass.
 * `wasReached` says that this server has responded before, so that its URL is right; `isExpected` that it
 * has, with this key, what is requested, so that any refusal may pass.
 */
export const retryPolicyForReads =
	(limit: number, { isExpected = false, wasReached = false } = {}): RetryPolicy =>
	(result) => {
		if (isNetworkError(result)) {
			if (isConnectError(result) && !wasReached) return Math.min(limit, UNREACHABLE_MAX_RETRY_MS);
			return isConnectError(result) || isConnectionLost(result) ? limit : 0;
		}
		const instruction = readShouldRetry(result);
		if (instruction === false) return 0;
		const hiccupLimit = isExpected ? Math.min(limit, HICCUP_MAX_RETRY_MS) : 0;
		if (isSuccess(result)) {
			return hiccupLimit || (wasReached ? Math.min(limit, INVALID_BODY_MAX_RETRY_MS) : 0);
		}
		if (isFinalRefusal(result)) return 0;
		const { statusCode } = result;
		const isTransient =
			RETRYABLE_STATUSES.includes(statusCode) || (statusCode >= 500 && statusCode !== 501);
		if (instruction || isTransient) return limit;
		return statusCode === 402 ? 0 : hiccupLimit;
	};

/** Whether the server says why it refuses, and time will not change that. */
export const isFinalRefusal = (response: HttpResponse): boolean =>
	isQuotaExceeded(response) ||
	(response.statusCode < 500 && matchKnownError(response.body) === 'contentPolicy');

/** The same request with other options. */
export const withOptions = (request: Request, options: Partial<Request['options']>): Request => ({
	...request,
	options: { ...request.options, ...options },
});

/** Sends a request once, with the credential. */
export async function send(context: RequestContext, request: Request): Promise<HttpResult> {
	const { encoding = 'text' } = request.options;
	const raw = withOptions(request, { encoding });
	return await toResult(context, async () => (await context.makeRoutingRequest(raw))[0].json);
}

/** Sends a GET to another host, without the credential, with the request settings that the user chose. */
export async function getAnonymously(
	context: RequestContext,
	{ options }: Request,
	url: string,
	overrides: Partial<IHttpRequestOptions>,
): Promise<HttpResult> {
	const request: IHttpRequestOptions = {
		url,
		method: 'GET',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: options.timeout,
		proxy: options.proxy,
		skipSslCertificateValidation: options.skipSslCertificateValidation === true,
		abortSignal: context.getExecutionCancelSignal(),
		encoding: 'text',
		...overrides,
	};
	return await toResult(
		context,
		async () => (await context.helpers.httpRequest(request)) as IDataObject,
	);
}

async function toResult(
	context: RequestContext,
	sendOnce: () => Promise<IDataObject>,
): Promise<HttpResult> {
	throwIfCancelled(context);
	try {
		const response = (await sendOnce()) as unknown as HttpResponse;
		const { body } = response;
		// n8n would round the large numbers in it.
		return typeof body === 'string' ? { ...response, body: parseJson(body) } : response;
	} catch (error) {
		throwIfCancelled(context);
		return toNetworkError(error);
	}
}

/** The context of a trigger or a list search, to which n8n gives no engine that sends requests. */
export const requestContext = (
	context: IPollFunctions | ILoadOptionsFunctions,
): RequestContext => ({
	getExecutionCancelSignal: () => undefined,
	helpers: context.helpers,
	async makeRoutingRequest({ options }) {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			'openAiVideosApi',
			{ ...options, returnFullResponse: true } as IHttpRequestOptions,
		);
		return [{ json: response as IDataObject }];
	},
});

/** The base of every request of a trigger or a list search. */
export const baseRequest = (
	baseURL: string,
	options: Partial<IHttpRequestOptions> = {},
): Request => ({
	options: {
		baseURL,
		headers: { Accept: 'application/json, */*' },
		// Without it n8n 1.x saves the API key with a failed request.
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		...options,
	},
	preSend: [],
	postReceive: [],
});

/** Waits; throws at once when the execution is cancelled. */
export async function sleep(context: RequestContext, ms: number): Promise<void> {
	await clock.sleep(ms, context.getExecutionCancelSignal());
	throwIfCancelled(context);
}

/** Throws when the execution has been cancelled, so that its end is not blamed on the server. */
export function throwIfCancelled(context: RequestContext): void {
	if (!context.getExecutionCancelSignal()?.aborted) return;
	throw new VideosError({
		// n8n tells a stopped execution from a failed one by the word "canceled" in its message.
		message: 'The execution was canceled',
		nextStep:
			'Videos that were already created go on being made on the server. One that was just being requested may exist as well.',
	});
}

/**
 * Keeps only the code and the message of an error: n8n's error holds the whole request, key included,
 * and would carry it into the saved execution.
 */
export function toNetworkError(error: unknown): NetworkError {
	let message = '';
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		const { code } = cause as NodeJS.ErrnoException;
		message = cause.message || messageOfFirst(cause);
		if (typeof code === 'string') return { code, message };
	}
	// n8n 1.x drops the cause, and keeps its code as `httpCode` and its message in `messages`.
	const { httpCode, messages } = (error ?? {}) as Partial<NodeApiError>;
	return typeof httpCode === 'string' && /^[A-Z]/.test(httpCode)
		? { code: httpCode, message: messages?.[0] ?? message }
		: { code: '', message };
}

/** A host with several addresses fails with the errors of all of them, without a message of its own. */
function messageOfFirst(error: Error): string {
	for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
		const { errors } = cause as Partial<AggregateError>;
		const first: unknown = errors?.[0];
		if (first instanceof Error) return first.message;
	}
	return '';
}
