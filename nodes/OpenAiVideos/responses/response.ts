import type { IDataObject } from 'n8n-workflow';

import { isMarkup } from './errorText';
import { isObject } from './values';

/** One HTTP response, whatever its status. */
export interface HttpResponse {
	statusCode: number;
	headers: IDataObject;
	/** Parsed JSON, text, or a stream if one was requested. */
	body: unknown;
}

/** A request that got no response: `code` is Node's, for example ECONNRESET, or '' if there is none. */
export interface NetworkError {
	code: string;
	message: string;
}

export type HttpResult = HttpResponse | NetworkError;

export const isNetworkError = (result: HttpResult): result is NetworkError => 'code' in result;

export const isSuccess = ({ statusCode }: HttpResponse): boolean =>
	statusCode >= 200 && statusCode < 300;

/** The connection was never made, so the server cannot have accepted anything. */
const CONNECT_ERRORS = [
	...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'],
	...['EHOSTDOWN', 'ENETDOWN', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
];
const CONNECTION_LOST_ERRORS = ['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ERR_NETWORK'];
/** Other codes have two meanings, and only Node's own message tells whether there was a connection. */
const CONNECT_MESSAGE =
	/^connect E[A-Z]+\b|before secure TLS connection was established|before receiving CONNECT response|tunneling socket could not be established/i;
/** A route may also break in the middle of a connection: the request was sent then. */
const OPEN_MESSAGE = /^(?:read|write) E[A-Z]+\b/;
const TLS_MESSAGE = /before secure TLS connection was established/i;

export const isConnectError = ({ code, message }: NetworkError): boolean =>
	(CONNECT_ERRORS.includes(code) && !OPEN_MESSAGE.test(message)) ||
	CONNECT_MESSAGE.test(message) ||
	// Of several connects (n8n 1.x keeps no more of it); a read that times out says "read".
	(code === 'ETIMEDOUT' && /^(AggregateError)?$/.test(message));

export const isConnectionLost = (error: NetworkError): boolean =>
	CONNECTION_LOST_ERRORS.includes(error.code) ||
	(CONNECT_ERRORS.includes(error.code) && !isConnectError(error));

/** n8n gave up waiting. */
export const isTimeout = ({ code, message }: NetworkError): boolean =>
	/^timeout of \d+ ?ms exceeded/i.test(message) ||
	(code === 'ECONNABORTED' && /timeout/i.test(message));

/** TLS that breaks after its handshake. */
const BROKEN_RECORD = /bad.?record.?mac|decryption.?failed|decrypt.?error/i;

/** The TLS connection failed, most often for a reason that a retry does not change. */
export const isTlsError = ({ code, message }: NetworkError): boolean =>
	(/CERT|^ERR_(TLS|SSL)|^EPROTO$|UNABLE_TO_/.test(code) &&
		!BROKEN_RECORD.test(`${code} ${message}`)) ||
	TLS_MESSAGE.test(message);

/** n8n blocked the request: SSRF protection, or the credential's allowed domains. n8n gives no code. */
export const isBlockedByN8n = ({ message }: NetworkError): boolean =>
	/restricted IP address|hostname is restricted|^Domain not allowed/i.test(message);

/** 5xx or 408: the server may have started to process the request. */
export const isServerError = ({ statusCode }: HttpResponse): boolean =>
	statusCode >= 500 || statusCode === 408;

/** Whether a body is a web page, not what an API sends. */
export const isHtml = (body: unknown): boolean => typeof body === 'string' && isMarkup(body);

/** How the proxies of companies answer in place of a server that they do not let n8n reach. */
const PROXY_PAGE =
	/\b(?:squid|zscaler|fortigate|fortiguard|blue ?coat|forcepoint|websense|netskope|sophos web|mcafee web|web gateway|web ?proxy|cache administrator)\b|blocked by your (?:organi[sz]ation|administrator|network|company)/i;

/** Whether a proxy between n8n and the server answered, and the server has got nothing. */
export function isProxyPage({ statusCode, headers, body }: HttpResponse): boolean {
	if (statusCode === 407) return true;
	if (statusCode !== 403 && statusCode !== 503) return false;
	if (headers['x-squid-error'] !== undefined) return true;
	return typeof body === 'string' && isHtml(body) && PROXY_PAGE.test(body.slice(0, 20_000));
}

/** Lower bound, so that a tiny delay cannot cause a busy loop. */
export const MIN_DELAY_MS = 500;

/** How many milliseconds the server asks to wait before the next request; undefined if it does not say. */
export function readRetryAfter({ headers, body }: HttpResponse, now: number): number | undefined {
	const delay =
		positiveNumber(headers['retry-after-ms']) ??
		positiveNumber(headers['openai-poll-after-ms']) ??
		secondsToMs(positiveNumber(headers['retry-after'])) ??
		// LiteLLM passes on what its provider said.
		secondsToMs(positiveNumber(headers['llm_provider-retry-after'])) ??
		secondsToMs(positiveNumber(isObject(body) ? body.poll_after_seconds : undefined)) ??
		// CLIProxyAPI has the length of a cooldown there.
		secondsToMs(
			positiveNumber(isObject(body) && isObject(body.error) ? body.error.reset_seconds : undefined),
		) ??
		// RFC 9110 allows an HTTP date here as well.
		positiveNumber(Date.parse(String(headers['retry-after'] ?? '')) - now);
	return delay === undefined ? undefined : Math.max(MIN_DELAY_MS, delay);
}

/** The server's own instruction, which OpenAI's clients also follow; undefined if it gives none. */
export function readShouldRetry({ headers }: HttpResponse): boolean | undefined {
	const value = headers['x-should-retry'];
	return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** Ignores 0, which would cause a busy loop. */
function positiveNumber(value: unknown): number | undefined {
	const number = Number(value ?? NaN);
	return Number.isFinite(number) && number > 0 ? number : undefined;
}

const secondsToMs = (seconds?: number): number | undefined => seconds && seconds * 1000;
