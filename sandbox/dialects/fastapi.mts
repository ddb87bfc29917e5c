import type { ApiError } from '../errors.mts';
import type { DialectResponse } from './dialect.mts';
import { withCode } from './formatting.mts';

/** It knows their path with another method: that of Get Status, or of Get Many. */
export const NOT_ALLOWED = (['/videos/edits', '/videos/extensions'] as const).map((path) => ({
	method: 'POST' as const,
	path,
	status: 405,
	body: { detail: 'Method Not Allowed' },
}));

/** The errors of FastAPI servers: a list with 422 for fields, a string for everything else. */
export function renderFastApiError(error: ApiError): DialectResponse {
	const { status, code, param } = error;
	// The key is checked before FastAPI gets the request.
	if (code === 'invalid_api_key') return { status, body: { error: 'Unauthorized' } };
	if (param !== null) return { status: 422, body: { detail: [fastApiDetail(error)] } };
	return { status, body: { detail: fastApiText(error) } };
}

/** What FastAPI says about a field. */
export function fastApiDetail({ code, param, message }: ApiError) {
	const loc = ['body', param];
	const [, pattern, input] = /^String should match pattern '(.+)': '(.*)'$/.exec(message) ?? [];
	return code === 'missing_required_parameter'
		? { type: 'missing', loc, msg: 'Field required', input: null }
		: pattern
			? {
					type: 'string_pattern_mismatch',
					loc,
					msg: `String should match pattern '${pattern}'`,
					input,
					ctx: { pattern },
				}
			: { type: code ?? 'value_error', loc, msg: message };
}

/** What FastAPI servers say about anything else. */
export function fastApiText(error: ApiError): string {
	switch (error.code) {
		case 'video_not_ready':
			return 'Generation is still in-progress';
		case 'not_found':
			return 'Video not found';
		case 'video_expired':
			return withCode(error);
		default:
			return error.message;
	}
}
