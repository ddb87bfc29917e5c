import { VideosError } from '../errors/nodeError';
import type { Request } from '../types';

/** Endpoints that people paste along with a server's URL; what ends in a version is none. */
const ENDPOINT_SUFFIX = /^(.*)\/(videos|models|chat\/completions)(\/(?!(.*\/)?v\d+$).*)?$/;

/**
 * The root that all request paths are joined to: no trailing slash, no endpoint, no query, and `/v1`
 * where only a host was given. Returns '' for what is not an http(s) URL.
 */
export function normalizeBaseUrl(entered: unknown): string {
	const url = parse(entered);
	if (!url) return '';
	const path = url.pathname.replace(/\/+$/, '').replace(ENDPOINT_SUFFIX, '$1');
	return url.origin + (path || '/v1');
}

/** The credential's base URL; throws before anything is sent when it is none. */
export function requireBaseUrl({ options }: Pick<Request, 'options'>): string {
	const entered = String(options.baseURL ?? '').trim();
	const baseUrl = normalizeBaseUrl(entered);
	if (baseUrl === '') {
		throw new VideosError({
			message:
				entered === ''
					? "'Base URL' of the OpenAI Videos API credential is empty"
					: `'Base URL' of the OpenAI Videos API credential is not a web address: ${redactUrl(entered)}`,
			nextStep:
				'Open the credential and enter a full address such as https://gateway.example.com/v1 there.',
		});
	}
	return baseUrl;
}

/** The query of the entered URL, which some servers want on every request (`?api-version=...`). */
export function queryOf(entered: unknown): Record<string, string> {
	return Object.fromEntries(parse(entered)?.searchParams ?? []);
}

/** A URL as an error may show it: no password, no query, and no key that was entered in its place. */
export const redactUrl = (entered: string): string =>
	/^[^\s./:]{20,}$/.test(entered)
		? '***'
		: entered.replace(/\/\/[^/?#]*@/, '//***@').replace(/\?.*/s, '?***');

function parse(entered: unknown): URL | undefined {
	const text = String(entered ?? '').trim();
	if (!/^https?:\/\/[^\s/?#]+/i.test(text) || !URL.canParse(text)) return undefined;
	const url = new URL(text);
	return url.username || url.hash ? undefined : url;
}
