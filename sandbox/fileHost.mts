import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import fastify, { type FastifyRequest } from 'fastify';

import { ApiError, toApiError } from './errors.mts';
import { type FaultName, isFault } from './faults.mts';
import { VARIANTS, type Variant } from './files.mts';
import { type FaultOptions, injectFaults } from './injectFaults.mts';
import { sendFile } from './sendFile.mts';
import { EXPIRY_SECONDS, type VideoRecord, completedAt } from './videos.mts';

const MAX_RECORDED_REQUESTS = 10_000;

/** A request to the file host, with all its headers. */
export interface FileRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	/** 0 until the response is sent. */
	statusCode: number;
}

interface FileHost {
	/** `http://127.0.0.1:PORT`; not the API's origin. */
	origin: string;
	/** The last 10,000 requests, oldest first. */
	requests: FileRequest[];
	/** A signed URL of a file, valid until the file expires; it carries the faults. */
	signedUrl(record: VideoRecord, variant: Variant, faults: Iterable<FaultName>): string;
	close(): Promise<void>;
}

interface FileHostOptions {
	videos: Map<string, VideoRecord>;
	fileBytes: number;
	now: () => number;
	log: (line: string) => void;
	faultOptions: FaultOptions;
}

/** Starts the equivalent of a gateway's S3: it accepts signed URLs, and no API key. */
export async function startFileHost(options: FileHostOptions): Promise<FileHost> {
	const { videos, fileBytes, now, log, faultOptions } = options;
	const secret = randomBytes(32);
	const requests: FileRequest[] = [];
	const entries = new WeakMap<FastifyRequest, FileRequest>();
	const sign = (url: string) => createHmac('sha256', secret).update(url).digest('hex');

	const app = fastify({
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: 4096 },
	});
	const recordFor = ({ url }: FastifyRequest): VideoRecord | undefined => {
		const [, id = ''] = url.split(/[/?]/);
		return videos.get(Buffer.from(id, 'base64url').toString());
	};

	app.addHook('onRequest', async (request) => {
		const { method, url: path, headers } = request;
		const entry = { method, path, headers, statusCode: 0 };
		requests.push(entry);
		entries.set(request, entry);
		if (requests.length > MAX_RECORDED_REQUESTS) requests.shift();
		if (headers.authorization !== undefined) {
			throw new ApiError(
				400,
				'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
				{ code: 'InvalidArgument' },
			);
		}
		const [, unsignedUrl, signature] = /^(.*)&signature=([0-9a-f]{64})$/.exec(path) ?? [];
		if (!unsignedUrl || !timingSafeEqual(Buffer.from(sign(unsignedUrl)), Buffer.from(signature))) {
			throw new ApiError(403, 'The request signature we calculated does not match.', {
				code: 'SignatureDoesNotMatch',
			});
		}
		const { faults = '' } = request.query as { faults?: string };
		request.requestedFaults = faults.split(',').filter(isFault);
	});
	injectFaults(
		app,
		(request) => {
			const { method, url: path } = request;
			return {
				method,
				path,
				kind: 'file',
				dialect: recordFor(request)?.dialect ?? '',
				identity: `${method} ${path}`,
				id: '',
				serverFaults: {},
			};
		},
		faultOptions,
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
			const record = recordFor(request);
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
		signedUrl(record, variant, faults) {
			const path = `/${Buffer.from(record.id).toString('base64url')}/${variant}`;
			const faultList = [...faults].join(',');
			const query = `expires=${completedAt(record) + EXPIRY_SECONDS}${faultList && `&faults=${faultList}`}`;
			const unsignedUrl = `${path}?${query}`;
			return `${origin}${unsignedUrl}&signature=${sign(unsignedUrl)}`;
		},
		close: async () => await app.close(),
	};
}

const noSuchKey = () =>
	new ApiError(404, 'The specified key does not exist.', { code: 'NoSuchKey' });

function errorXml(code: string | null, message: string): string {
	return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code ?? 'InternalError'}</Code><Message>${message}</Message></Error>\n`;
}
