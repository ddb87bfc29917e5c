import { knownHost } from '../apiStyle';
import { VideosError } from '../errors/nodeError';

/** Endpoints that users paste along with a server's URL; a path that ends in a version is not one. */
const ENDPOINT_SUFFIX = /^(.*)\/(videos|models|chat\/completions)(\/(?!(.*\/)?v\d+$).*)?$/;

/**
 * The root that all request paths are joined to: no trailing slash, no endpoint, no query, and the
 * host's own path, or `/v1`, if only a host was entered. Returns '' for anything but an http(s) URL.
 */
function normalizeBaseUrl(entered: unknown): string {
	const url = parse(entered);
	if (!url) return '';
	const path = url.pathname.replace(/\/+$/, '').replace(ENDPOINT_SUFFIX, '$1');
	return url.origin + (path || (knownHost(url.hostname)?.path ?? '/v1'));
}

/** The credential's base URL; throws before anything is sent if it is invalid. */
export function requireBaseUrl(value: unknown): string {
	const entered = String(value ?? '').trim();
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

/** The query of the entered URL, which some servers require on every request (`?api-version=...`). */
export function queryOf(entered: unknown): Record<string, string> {
	return Object.fromEntries(parse(entered)?.searchParams ?? []);
}

/** A URL that is safe to show in an error: no password, no query, and no key that was entered instead. */
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
