import type { AddressInfo } from 'node:net';

import { type SandboxRequest, createApi } from './api.mts';
import { type FileRequest, startFileHost } from './fileHost.mts';
import { MAX_PADDED_BYTES } from './files.mts';
import { IdempotencyStore } from './idempotency.mts';
import type { FaultOptions } from './injectFaults.mts';
import type { RenderOutcome, VideoRecord } from './videos.mts';

export type { FaultName } from './faults.mts';

export interface SandboxOptions {
	/** Default 0: any free port. */
	port?: number;
	/** Default `sandbox-key`. */
	apiKey?: string;
	/** How long each video takes to complete, in seconds; fractions allowed; default 10. */
	renderSeconds?: number;
	/** Every MP4 is padded to at least this many bytes, on the fly; at most 4,000,000,000. */
	fileBytes?: number;
	/** Receives one line for each event, never with the API key. */
	log?: (line: string) => void;
	/** The clock of the videos, in Unix milliseconds. */
	now?: () => number;
	/** Whether a Create with a known `Idempotency-Key` returns the first video; default true. */
	honourIdempotencyKeys?: boolean;
	/** How long the fault `slow` delays each response, in real milliseconds; default 3000. */
	slowMs?: number;
	/** The Retry-After of the fault `rate-limit`, in seconds; default 2. */
	retryAfterSeconds?: number;
	/**
	 * Lets a test choose a fault for each response of the API and the file host, including
	 * `short-body` and `html-200`. A Create that gets `rate-limit`, `server-error`, `html` or
	 * `html-200` is not accepted; `cut-body` and `short-body` apply to responses with a file.
	 */
	faultFor?: FaultOptions['faultFor'];
	/** Sets the render time or the progress of each video when it is accepted. */
	outcomeFor?: () => RenderOutcome;
}

export interface Sandbox {
	/** `http://127.0.0.1:PORT/v1`; segments before `/v1` choose another server family, or faults. */
	baseUrl: string;
	/** `http://127.0.0.1:OTHER_PORT`: where some server families store their files. */
	fileHost: string;
	apiKey: string;
	/** Every video ever accepted, of all server families, by ID, oldest first. */
	videos: Map<string, VideoRecord>;
	/** The last 10,000 requests, oldest first. */
	requests: SandboxRequest[];
	/** The last 10,000 requests to the file host with their headers, oldest first. */
	fileRequests: FileRequest[];
	/** Closes open connections; a second call does nothing. */
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
		faultFor,
		outcomeFor = () => ({}),
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
	const faultOptions = {
		faultFor,
		slowMs,
		now,
		retryAfterSeconds,
		closeSignal: closing.signal,
		log: logLine,
	};

	const files = await startFileHost({ videos, fileBytes, now, log: logLine, faultOptions });
	const api = await createApi({
		apiKey,
		requests,
		faultOptions,
		routes: {
			videos,
			now,
			renderMs: renderSeconds * 1000,
			outcomeFor,
			fileBytes,
			log: logLine,
			idempotencyStore: honourIdempotencyKeys ? new IdempotencyStore() : undefined,
			fileUrlFor: files.signedUrl,
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
	const { port: actualPort } = api.server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${actualPort}/v1`,
		fileHost: files.origin,
		apiKey,
		videos,
		requests,
		fileRequests: files.requests,
		close,
	};
}
