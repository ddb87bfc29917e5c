/** Endpoints that people paste along with the address of a server; what ends in a version is none. */
const ENDPOINT = /^(.*)\/(videos|models|chat\/completions)(\/(?!(.*\/)?v\d+$).*)?$/;

/**
 * The root all request paths are joined to: no trailing slash, no endpoint, no query, and `/v1` where
 * only a host was given. Returns '' for what is not an http(s) URL.
 */
export function completeBaseUrl(entered: unknown): string {
	const url = parse(entered);
	if (!url) return '';
	const path = url.pathname.replace(/\/+$/, '').replace(ENDPOINT, '$1');
	return url.origin + (path || '/v1');
}

/** The query of the entered address, which some servers want on every request (`?api-version=...`). */
export function queryOf(entered: unknown): Record<string, string> {
	return Object.fromEntries(parse(entered)?.searchParams ?? []);
}

/** An address as an error may show it: no password, no query, and no key that was entered in its place. */
export const shownAddress = (entered: string): string =>
	/^[^\s./:]{20,}$/.test(entered)
		? '***'
		: entered.replace(/\/\/[^/?#]*@/, '//***@').replace(/\?.*/s, '?***');

function parse(entered: unknown): URL | undefined {
	const text = String(entered ?? '').trim();
	if (!/^https?:\/\/[^\s/?#]+/i.test(text) || !URL.canParse(text)) return undefined;
	const url = new URL(text);
	return url.username || url.hash ? undefined : url;
}
