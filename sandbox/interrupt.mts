import { Readable } from 'node:stream';
import { setImmediate as afterWriting, setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Kind } from './dialects/dialect.mts';
import type { FaultName } from './faults.mts';
import { REPLACEMENTS } from './replacements.mts';

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

export interface Asked extends AnswerAhead {
	/** Two requests that are the same to a user, one a repetition of the other, have the same. */
	about: string;
}

declare module 'fastify' {
	interface FastifyRequest {
		/** What the client asked for, by its address or a header; set as soon as it is known. */
		standingFaults?: FaultName[];
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

	/** Whether a fault strikes this answer: chosen for it alone, or standing and due. */
	const strikes = (
		request: FastifyRequest,
		fault: FaultName,
		due: (asked: Asked) => 'always' | 'first' | 'never',
	): boolean => {
		const { asked, single } = states.get(request) ?? {};
		if (single === fault) return true;
		if (!asked || !request.standingFaults?.includes(fault)) return false;
		const when = due(asked);
		const key = `${fault} ${asked.about}`;
		if (when === 'first' && !seen.has(key)) return !!seen.add(key);
		return when === 'always';
	};
	const tell = ({ method, originalUrl }: FastifyRequest, fault: FaultName) =>
		log(`${method} ${originalUrl}  fault: ${fault}`);

	app.addHook('preHandler', async (request, reply) => {
		const asked = ask(request);
		const { method, path, kind, dialect } = asked;
		const single = faultOn?.({ method, path, kind, dialect });
		states.set(request, { asked, single });
		const standing = request.standingFaults ?? [];
		request.faults = new Set(single ? [...standing, single] : standing);
		const found = REPLACEMENTS.find((fault) => strikes(request, fault.name, fault.strikes));
		if (!found) return undefined;
		// One that throws is told to the log as a refusal.
		const answer = found.answer(reply, asked, retryAfterSeconds);
		tell(request, found.name);
		return answer;
	});

	app.addHook('onSend', async (request, reply, payload) => {
		// Not by `strikes`: what is refused before anything is looked at comes late as well.
		const isSlow = states.get(request)?.single === 'slow';
		if (isSlow || request.standingFaults?.includes('slow')) {
			await sleep(slowMs, undefined, { signal: closing }).catch(() => {});
		}
		if (!(payload instanceof Readable)) return payload;
		const cuts = strikes(request, 'cut-body', () => 'first');
		if (!cuts && !strikes(request, 'short-body', () => 'never')) return payload;
		tell(request, cuts ? 'cut-body' : 'short-body');
		const half = Math.floor(Number(reply.getHeader('content-length')) / 2);
		if (!cuts) reply.removeHeader('content-length');
		return Readable.from(start(payload, half, cuts), { objectMode: false });
	});

	// With a callback, as the answer must not go on from here.
	app.addHook('onSend', (request, reply, payload, done) => {
		const due = ({ kind }: Asked) =>
			kind === 'create' && reply.statusCode < 300 && !reply.hasHeader('idempotent-replayed')
				? 'always'
				: 'never';
		if (!strikes(request, 'accept-then-drop', due)) return done(null, payload);
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
	// What is in the socket's own buffer when it is cut would be lost, headers included.
	await afterWriting();
	throw new Error('cut off on purpose');
}
