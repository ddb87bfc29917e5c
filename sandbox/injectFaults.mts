import { Readable } from 'node:stream';
import { setImmediate as afterWriting, setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type {
	RequestKind,
	ServerAnswer,
	ServerFault,
	SourceOperation,
} from './dialects/dialect.mts';
import { FAULT_RESPONSES } from './faultResponses.mts';
import type { FaultName } from './faults.mts';

/** A response that is about to be sent, as `faultFor` sees it. */
interface PendingResponse {
	method: string;
	/** As sent, with the query. */
	path: string;
	kind: RequestKind;
	dialect: string;
}

export interface FaultOptions {
	/** Called once for each response, to choose a fault besides the requested ones. */
	faultFor?: (response: PendingResponse) => FaultName | undefined;
	/** How long `slow` delays a response, in milliseconds. */
	slowMs: number;
	/** In Unix milliseconds. */
	now: () => number;
	/** The Retry-After of `rate-limit`, in seconds. */
	retryAfterSeconds: number;
	/** Ends all delays when the sandbox closes. */
	closeSignal: AbortSignal;
	log: (line: string) => void;
}

export interface RequestInfo extends PendingResponse {
	/** The same for a request and its retries. */
	identity: string;
	operation?: SourceOperation;
	/** In the path; `''` if there is none. */
	id: string;
	/** Of the server family, by name. */
	serverFaults: Readonly<Record<string, ServerFault>>;
}

declare module 'fastify' {
	interface FastifyRequest {
		/** The faults in the URL and the header; set as soon as they are known. */
		requestedFaults?: FaultName[];
		/** All faults of this response; set in `preHandler`. */
		faults: ReadonlySet<FaultName>;
		/** What a Create is answered although videos were made. */
		lostAnswer?: { videosMade: number; send(reply: FastifyReply): FastifyReply };
	}
}

/** Cuts every download when it is a minute old. */
const CUT_BY_AGE = 'cut-at-60-seconds';

/** Injects the requested and chosen faults into the responses of `app`. */
export function injectFaults(
	app: FastifyInstance,
	requestInfo: (request: FastifyRequest) => RequestInfo,
	{ faultFor, slowMs, now, retryAfterSeconds, closeSignal, log }: FaultOptions,
): void {
	const seen = new Set<string>();
	const states = new WeakMap<FastifyRequest, { info: RequestInfo; chosenFault?: FaultName }>();

	/** Whether a fault applies to this response: chosen for it, or requested and due. */
	const applies = (
		request: FastifyRequest,
		fault: FaultName,
		frequency: (info: RequestInfo) => 'always' | 'first' | 'never',
	): boolean => {
		const { info, chosenFault } = states.get(request) ?? {};
		if (chosenFault === fault) return true;
		if (!info || !request.requestedFaults?.includes(fault)) return false;
		const when = frequency(info);
		const key = `${fault} ${info.identity}`;
		if (when === 'first' && !seen.has(key)) return !!seen.add(key);
		return when === 'always';
	};
	const logFault = ({ method, originalUrl }: FastifyRequest, fault: FaultName) =>
		log(`${method} ${originalUrl}  fault: ${fault}`);

	/** Sends what a fault of this server family alone answers, if there is one. */
	const answerAsServer = (request: FastifyRequest, reply: FastifyReply, info: RequestInfo) => {
		for (const [name, { answers, once, videosMade }] of Object.entries(info.serverFaults)) {
			const answer = answers?.[info.operation ?? info.kind] ?? answers?.[info.kind];
			if (!answer || !applies(request, name, () => (once ? 'first' : 'always'))) continue;
			logFault(request, name);
			const send = (to: FastifyReply) => sendAnswer(to, answer, { id: info.id, now: now() });
			if (!videosMade) return send(reply);
			request.lostAnswer = { videosMade: videosMade(request.headers), send };
		}
		return undefined;
	};

	app.addHook('preHandler', async (request, reply) => {
		const info = requestInfo(request);
		const { method, path, kind, dialect } = info;
		const chosenFault = faultFor?.({ method, path, kind, dialect });
		states.set(request, { info, chosenFault });
		const requested = request.requestedFaults ?? [];
		request.faults = new Set(chosenFault ? [...requested, chosenFault] : requested);
		const fault = FAULT_RESPONSES.find(({ name, frequency }) => applies(request, name, frequency));
		if (!fault) return answerAsServer(request, reply, info);
		// If this throws, the error handler logs it.
		const response = fault.respond(reply, info, retryAfterSeconds);
		logFault(request, fault.name);
		return response;
	});

	app.addHook('onSend', async (request, reply, payload) => {
		// Not by `applies`: a request that is rejected before `preHandler` is slow, too.
		const isSlow = states.get(request)?.chosenFault === 'slow';
		if (isSlow || request.requestedFaults?.includes('slow')) {
			await sleep(slowMs, undefined, { signal: closeSignal }).catch(() => {});
		}
		if (!(payload instanceof Readable)) return payload;
		const isCut = applies(request, 'cut-body', () => 'first');
		const isTimedOut = !isCut && applies(request, CUT_BY_AGE, () => 'always');
		const isShort = !isCut && !isTimedOut && applies(request, 'short-body', () => 'never');
		if (!isCut && !isTimedOut && !isShort) return payload;
		logFault(request, isCut ? 'cut-body' : isTimedOut ? CUT_BY_AGE : 'short-body');
		const half = Math.floor(Number(reply.getHeader('content-length')) / 2);
		if (isShort) reply.removeHeader('content-length');
		const beforeCut = async () => {
			if (isTimedOut) await sleep(20 * slowMs, undefined, { signal: closeSignal }).catch(() => {});
		};
		const body = truncate(payload, half, isShort ? undefined : beforeCut);
		return Readable.from(body, { objectMode: false });
	});

	// With a callback: without calling `done`, the response is never sent.
	app.addHook('onSend', (request, reply, payload, done) => {
		const frequency = ({ kind }: RequestInfo) =>
			kind === 'create' && reply.statusCode < 300 && !reply.hasHeader('idempotent-replayed')
				? 'always'
				: 'never';
		if (!applies(request, 'accept-then-drop', frequency)) return done(null, payload);
		logFault(request, 'accept-then-drop');
		request.raw.socket.destroy();
		if (payload instanceof Readable) payload.destroy();
	});
}

/** The answer of a server, or the error that it causes. */
function sendAnswer(
	reply: FastifyReply,
	{ status, body, headers = {} }: ServerAnswer,
	request: { id: string; now: number },
): FastifyReply {
	return reply
		.code(status)
		.headers(headers)
		.send(typeof body === 'function' ? body(request) : body);
}

/** The first `length` bytes of a body, and then its end, or an error that cuts the connection. */
async function* truncate(body: Readable, length: number, beforeCut?: () => Promise<void>) {
	let left = length;
	for await (const chunk of body as AsyncIterable<Buffer>) {
		yield chunk.subarray(0, left);
		left -= chunk.length;
		if (left <= 0) break;
	}
	if (!beforeCut) return;
	await beforeCut();
	// Lets the socket flush, or the headers would be lost as well.
	await afterWriting();
	throw new Error('cut off on purpose');
}
