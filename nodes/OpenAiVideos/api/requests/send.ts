import type {
	DeclarativeRestApiSettings,
	IDataObject,
	IHttpRequestOptions,
	NodeApiError,
} from 'n8n-workflow';

import { isFault, waitAsked } from '../answers/answer';
import type { Answer, Fault, Outcome } from '../answers/answer';
import { problem } from '../problems/problem';
import type { Context } from '../problems/problem';
import { clock } from '../waiting/clock';
import type { Patience } from './patience';

export type Request = DeclarativeRestApiSettings.ResultOptions;

const SECOND = 1000;

/** One try: what came back, and what was wanted of it, where it is there. */
export interface Try<T> {
	outcome: Outcome;
	found?: T;
}

/**
 * Sends the request that the declarative fields describe until `find` finds in an answer what is
 * wanted, for as long as `patience` allows. Resolves with the last try, of whatever status; throws only
 * when the execution is cancelled.
 */
export async function send<T>(
	context: Context,
	request: Request,
	find: (answer: Answer) => T | undefined,
	patience: Patience,
): Promise<Try<T>> {
	return await persist(
		context,
		async () => {
			const outcome = await sendOnce(context, request);
			return { outcome, found: isFault(outcome) ? undefined : find(outcome) };
		},
		patience,
	);
}

/** The repeating itself, for an attempt that is more than one request. */
export async function persist<A extends Try<unknown>>(
	context: Context,
	attempt: () => Promise<A>,
	patience: Patience,
): Promise<A> {
	const start = clock.now();
	for (let tries = 0; ; tries++) {
		const seen = await attempt();
		if (seen.found !== undefined) return seen;
		const delay = retryDelay(seen.outcome, tries);
		if (clock.now() + delay > start + patience(seen.outcome)) return seen;
		await pause(context, delay);
	}
}

/** What the server asks for; else 1, 2, 4 … 30 s, spread so that many items do not come back at once. */
function retryDelay(outcome: Outcome, tries: number): number {
	const asked = isFault(outcome) ? undefined : waitAsked(outcome, clock.now());
	return asked ?? Math.round(Math.min(30, 2 ** tries) * SECOND * (0.8 + 0.4 * clock.random()));
}

export async function sendOnce(context: Context, request: Request): Promise<Outcome> {
	return await outcomeOf(context, async () => (await context.makeRoutingRequest(request))[0].json);
}

/** Asks another host, to which no credential goes, in the way the user set for all requests of the node. */
export async function getWithoutCredentials(
	context: Context,
	{ options }: Request,
	url: string,
	more: Partial<IHttpRequestOptions>,
): Promise<Outcome> {
	const request: IHttpRequestOptions = {
		url,
		method: 'GET',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: options.timeout,
		proxy: options.proxy,
		skipSslCertificateValidation: options.skipSslCertificateValidation === true,
		abortSignal: context.getExecutionCancelSignal(),
		...more,
	};
	return await outcomeOf(
		context,
		async () => (await context.helpers.httpRequest(request)) as IDataObject,
	);
}

async function outcomeOf(context: Context, ask: () => Promise<IDataObject>): Promise<Outcome> {
	stopIfCancelled(context);
	try {
		return (await ask()) as unknown as Answer;
	} catch (error) {
		stopIfCancelled(context);
		return faultOf(error);
	}
}

/** Waits; throws at once when the execution is cancelled. */
export async function pause(context: Context, ms: number): Promise<void> {
	await clock.pause(ms, context.getExecutionCancelSignal());
	stopIfCancelled(context);
}

/** Throws when the execution has been cancelled, so that its end is not told as the server's doing. */
export function stopIfCancelled(context: Context): void {
	if (!context.getExecutionCancelSignal()?.aborted) return;
	throw problem(context, {
		// n8n tells a stopped execution from a failed one by the word "canceled" in its message.
		message: 'The execution was canceled',
		next: 'Videos that were already created go on being made on the server.',
	});
}

/**
 * Keeps only the code and the wording of an error: n8n's error holds the whole request, key included,
 * and would carry it into the saved execution.
 */
export function faultOf(error: unknown): Fault {
	let detail = '';
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		const { code } = cause as NodeJS.ErrnoException;
		detail = cause.message;
		if (typeof code === 'string') return { fault: code, detail };
	}
	// n8n 1.x drops the cause, and keeps its code as `httpCode` and its words in `messages`.
	const { httpCode, messages } = (error ?? {}) as Partial<NodeApiError>;
	return typeof httpCode === 'string' && /^[A-Z]/.test(httpCode)
		? { fault: httpCode, detail: messages?.[0] ?? detail }
		: { fault: '', detail };
}
