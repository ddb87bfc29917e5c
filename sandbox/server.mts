import type { AddressInfo } from 'node:net';

import { type SandboxRequest, createApi } from './api.mts';
import { type FileRequest, startFileHost } from './fileHost.mts';
import { MAX_PADDED_BYTES } from './files.mts';
import { OrderBook } from './idempotency.mts';
import type { InterruptOptions } from './interrupt.mts';
import type { Fate, VideoRecord } from './videos.mts';

export type { SandboxRequest } from './api.mts';
export type { FaultName } from './faults.mts';

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
	/** Whether a Create with a known `Idempotency-Key` gets the video of the first; default true. */
	honourIdempotencyKeys?: boolean;
	/** How long the fault `slow` holds each answer back, in real milliseconds; default 3000. */
	slowMs?: number;
	/** What the fault `rate-limit` asks to wait, in seconds; default 2. */
	retryAfterSeconds?: number;
	/**
	 * Lets a test choose a fault for each single answer, of the API and of the file host; also
	 * `short-body` and `html-200`. A Create that gets `rate-limit`, `server-error`, `html` or
	 * `html-200` is not accepted; `cut-body` and `short-body` strike answers that carry a file.
	 */
	faultOn?: InterruptOptions['faultOn'];
	/** Gives each video, as it is accepted, a time or a progress of its own. */
	fateOf?: () => Fate;
}

export interface Sandbox {
	/** `http://127.0.0.1:PORT/v1`; words before `/v1` choose another server family, or faults. */
	baseUrl: string;
	/** `http://127.0.0.1:OTHER_PORT`: where some server families keep their files. */
	fileHost: string;
	apiKey: string;
	/** Every video ever accepted, of all server families, by id, oldest first. */
	videos: Map<string, VideoRecord>;
	/** The last 10,000 requests, oldest first. */
	requests: SandboxRequest[];
	/** The last 10,000 requests to the file host with their headers, oldest first. */
	fileRequests: FileRequest[];
	/** Cuts open connections; a second call does nothing. */
	close(): Promise<void>;
}

/** Starts a server of the Videos API, and its file host, on the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const {
		port = 0,
		apiKey = 'sandbox-key',
		renderSeconds = 10,
		fileBytes = 0,
		log = () => {},
		now = Date.now,
		honourIdempotencyKeys = true,
		slowMs = 3000,
		retryAfterSeconds = 2,
		faultOn,
		fateOf = () => ({}),
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
	const closing = new AbortController();
	const interrupts = {
		faultOn,
		slowMs,
		retryAfterSeconds,
		closing: closing.signal,
		log: logLine,
	};

	const files = await startFileHost({ videos, fileBytes, now, log: logLine, interrupts });
	const api = await createApi({
		apiKey,
		requests,
		interrupts,
		routes: {
			videos,
			now,
			renderMs: renderSeconds * 1000,
			fateOf,
			fileBytes,
			log: logLine,
			orders: honourIdempotencyKeys ? new OrderBook() : undefined,
			fileUrlOf: files.urlOf,
		},
	});
	const close = async () => {
		await Promise.all([api.close(), files.close()]);
		closing.abort();
	};
	try {
		await api.listen({ port, host: '127.0.0.1' });
	} catch (error) {
		await close();
		throw error;
	}
	const { port: taken } = api.server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${taken}/v1`,
		fileHost: files.origin,
		apiKey,
		videos,
		requests,
		fileRequests: files.requests,
		close,
	};
}
