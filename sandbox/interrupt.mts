import { Readable } from 'node:stream';
import { setImmediate as afterWriting, setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Kind } from './dialects/dialect.mts';
import { ApiError } from './errors.mts';
import { type FaultName, HTML_PAGE } from './faults.mts';

/** A request about to be answered, as a test decides on it. */
export interface AnswerAhead {
	method: string;
	/** With the query, as it was asked. */
	path: string;
	kind: Kind;
	dialect: string;
}

export interface InterruptOptions {
	/** Decides for each single answer; asked once for each, and apart from the standing faults. */
	faultOn?: (request: AnswerAhead) => FaultName | undefined;
	/** How long `slow` holds an answer back, in milliseconds. */
	slowMs: number;
	/** What `rate-limit` says in Retry-After, in seconds. */
	retryAfterSeconds: number;
	/** Ends what is held back, when the sandbox closes. */
	closing: AbortSignal;
	log: (line: string) => void;
}

/** A request with the faults that stand for it, from its address or a header. */
export interface Asked extends AnswerAhead {
	/** Two requests that are the same to a user, one a repetition of the other, have the same. */
	about: string;
	faults: FaultName[];
}

declare module 'fastify' {
	interface FastifyRequest {
		/** All that go wrong with this answer; from `preHandler` on. */
		faults: ReadonlySet<FaultName>;
	}
}

/** Makes the answers of `app` go wrong as asked, on their way in and out. */
export function interrupt(
	app: FastifyInstance,
	ask: (request: FastifyRequest) => Asked,
	{ faultOn, slowMs, retryAfterSeconds, closing, log }: InterruptOptions,
): void {
	const seen = new Set<string>();
	const states = new WeakMap<FastifyRequest, { asked: Asked; single?: FaultName }>();

	/** Whether this fault strikes now: as a single event, or standing where `isDue` for it. */
	const strikes = (request: FastifyRequest, fault: FaultName, isDue: (asked: Asked) => boolean) => {
		const state = states.get(request);
		if (!state) return false;
		return state.single === fault || (state.asked.faults.includes(fault) && isDue(state.asked));
	};
	/** True once for each thing asked, so that a repetition is spared. */
	const isFirst = (fault: FaultName, { about }: Asked): boolean => {
		const key = `${fault} ${about}`;
		return !seen.has(key) && !!seen.add(key);
	};
	const tell = ({ method, originalUrl }: FastifyRequest, fault: FaultName) =>
		log(`${method} ${originalUrl}  fault: ${fault}`);

	app.addHook('preHandler', async (request, reply) => {
		const asked = ask(request);
		const { method, path, kind, dialect, faults } = asked;
		const single = faultOn?.({ method, path, kind, dialect });
		states.set(request, { asked, single });
		request.faults = new Set(single ? [...faults, single] : faults);

		if (
			strikes(
				request,
				'rate-limit',
				(asked) => ['create', 'status'].includes(asked.kind) && isFirst('rate-limit', asked),
			)
		) {
			reply.header('retry-after', String(retryAfterSeconds));
			throw new ApiError(429, 'Rate limit reached. Please try again later.', {
				code: 'rate_limit_exceeded',
			});
		}
		for (const fault of ['server-error', 'html'] as const) {
			const isDue = (asked: Asked) =>
				asked.kind === 'create' || (asked.method === 'GET' && isFirst(fault, asked));
			if (!strikes(request, fault, isDue)) continue;
			if (fault === 'server-error') {
				throw new ApiError(500, 'The server had an error while processing your request.', {
					code: 'server_error',
				});
			}
			tell(request, fault);
			return reply.code(502).type('text/html').send(HTML_PAGE);
		}
		if (single === 'html-200') {
			tell(request, single);
			const isFile = asked.kind === 'content' || asked.kind === 'file';
			return reply.type(isFile ? 'video/mp4' : 'application/json').send(HTML_PAGE);
		}
		return undefined;
	});

	app.addHook('onSend', async (request, reply, payload) => {
		if (request.faults?.has('slow')) {
			await sleep(slowMs, undefined, { signal: closing }).catch(() => {});
		}
		if (!(payload instanceof Readable)) return payload;
		const half = Math.floor(Number(reply.getHeader('content-length')) / 2);
		if (strikes(request, 'cut-body', (asked) => isFirst('cut-body', asked))) {
			tell(request, 'cut-body');
			return Readable.from(start(payload, half, true), { objectMode: false });
		}
		if (strikes(request, 'short-body', () => false)) {
			tell(request, 'short-body');
			reply.removeHeader('content-length');
			return Readable.from(start(payload, half, false), { objectMode: false });
		}
		return payload;
	});

	// With a callback, as the answer must not go on from here.
	app.addHook('onSend', (request, reply: FastifyReply, payload, done) => {
		const isDue = ({ kind }: Asked) =>
			kind === 'create' && reply.statusCode < 300 && !reply.hasHeader('idempotent-replayed');
		if (!strikes(request, 'accept-then-drop', isDue)) return done(null, payload);
		tell(request, 'accept-then-drop');
		request.raw.socket.destroy();
		if (payload instanceof Readable) payload.destroy();
	});
}

/** The first `length` bytes of `whole`, and then its end, or a break that cuts the connection. */
async function* start(whole: Readable, length: number, breaks: boolean) {
	let left = length;
	for await (const chunk of whole as AsyncIterable<Buffer>) {
		yield chunk.subarray(0, left);
		left -= chunk.length;
		if (left <= 0) break;
	}
	if (!breaks) return;
	await afterWriting();
	throw new Error('cut off on purpose');
}
