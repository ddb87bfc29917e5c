import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import fastify, { type FastifyRequest } from 'fastify';

import { ApiError, toApiError } from './errors.mts';
import { type FaultName, isFault } from './faults.mts';
import { VARIANTS, type Variant } from './files.mts';
import { type InterruptOptions, interrupt } from './interrupt.mts';
import { sendFile } from './send.mts';
import { EXPIRY_SECONDS, type VideoRecord, doneAt } from './videos.mts';

const KEPT_REQUESTS = 10_000;

/** A request to the file host, with all that the client told about itself. */
export interface FileRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	/** 0 until it is answered. */
	statusCode: number;
}

export interface FileHost {
	/** `http://127.0.0.1:PORT`, another origin than the API's. */
	origin: string;
	/** The last 10,000 requests, oldest first. */
	requests: FileRequest[];
	/** A signed address of a file, for as long as the file is kept; faults go with it. */
	urlOf(record: VideoRecord, variant: Variant, faults: Iterable<FaultName>): string;
	close(): Promise<void>;
}

export interface FileHostOptions {
	videos: Map<string, VideoRecord>;
	fileBytes: number;
	now: () => number;
	log: (line: string) => void;
	interrupts: InterruptOptions;
}

/** Starts what S3 is to a gateway: it knows no API key, only addresses that were signed. */
export async function startFileHost(options: FileHostOptions): Promise<FileHost> {
	const { videos, fileBytes, now, log, interrupts } = options;
	const secret = randomBytes(32);
	const requests: FileRequest[] = [];
	const entries = new WeakMap<FastifyRequest, FileRequest>();
	const sign = (address: string) => createHmac('sha256', secret).update(address).digest('hex');

	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: 4096 },
	});
	const recordIn = ({ url }: FastifyRequest): VideoRecord | undefined => {
		const [, id = ''] = url.split(/[/?]/);
		return videos.get(Buffer.from(id, 'base64url').toString());
	};

	app.addHook('onRequest', async (request) => {
		const { method, url: path, headers } = request;
		const entry = { method, path, headers, statusCode: 0 };
		requests.push(entry);
		entries.set(request, entry);
		if (requests.length > KEPT_REQUESTS) requests.shift();
		if (headers.authorization !== undefined) {
			throw new ApiError(
				400,
				'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
				{ code: 'InvalidArgument' },
			);
		}
		const [, address, signature] = /^(.*)&signature=([0-9a-f]{64})$/.exec(path) ?? [];
		if (!address || !timingSafeEqual(Buffer.from(sign(address)), Buffer.from(signature))) {
			throw new ApiError(403, 'The request signature we calculated does not match.', {
				code: 'SignatureDoesNotMatch',
			});
		}
		const { faults = '' } = request.query as { faults?: string };
		request.standingFaults = faults.split(',').filter(isFault);
	});
	interrupt(
		app,
		(request) => {
			const { method, url: path } = request;
			return {
				method,
				path,
				kind: 'file',
				dialect: recordIn(request)?.dialect ?? '',
				about: `${method} ${path}`,
			};
		},
		interrupts,
	);
	app.addHook('onSend', async (request, reply) => {
		const entry = entries.get(request);
		if (entry) entry.statusCode = reply.statusCode;
	});
	app.setErrorHandler((error, request, reply) => {
		const { status, code, message } = toApiError(error);
		log(`file host: ${request.method} ${request.url}  refused (${status}): ${message}`);
		return reply.code(status).type('application/xml').send(errorXml(code, message));
	});
	app.setNotFoundHandler(() => {
		throw noSuchKey();
	});

	app.get<{ Params: { variant: Variant }; Querystring: { expires: string } }>(
		'/:id/:variant',
		async (request, reply) => {
			const record = recordIn(request);
			const { variant } = request.params;
			if (!record || record.isDeleted || !VARIANTS.includes(variant)) throw noSuchKey();
			if (now() >= Number(request.query.expires) * 1000 || request.faults.has('expired')) {
				throw new ApiError(410, 'The file of this video has expired.', { code: 'video_expired' });
			}
			return await sendFile(reply, record, variant, { fileBytes, log });
		},
	);

	await app.listen({ port: 0, host: '127.0.0.1' });
	const { port } = app.server.address() as AddressInfo;
	const origin = `http://127.0.0.1:${port}`;
	return {
		origin,
		requests,
		urlOf(record, variant, faults) {
			const path = `/${Buffer.from(record.id).toString('base64url')}/${variant}`;
			const carried = [...faults].join(',');
			const query = `expires=${doneAt(record) + EXPIRY_SECONDS}${carried && `&faults=${carried}`}`;
			const address = `${path}?${query}`;
			return `${origin}${address}&signature=${sign(address)}`;
		},
		close: async () => await app.close(),
	};
}

const noSuchKey = () =>
	new ApiError(404, 'The specified key does not exist.', { code: 'NoSuchKey' });

function errorXml(code: string | null, message: string): string {
	return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code ?? 'InternalError'}</Code><Message>${message}</Message></Error>\n`;
}
