/**
 * The root all request paths are joined to: no trailing slash, and `/v1` where only a host was given.
 * Returns '' for what is not an http(s) URL.
 */
export function completeBaseUrl(entered: unknown): string {
	const text = String(entered ?? '').trim();
	if (!/^https?:\/\/[^\s/?#]+/i.test(text) || !URL.canParse(text)) return '';
	const { origin, pathname, username, search, hash } = new URL(text);
	if (username || search || hash) return '';
	const path = pathname.replace(/\/+$/, '');
	return origin + (path || '/v1');
}
