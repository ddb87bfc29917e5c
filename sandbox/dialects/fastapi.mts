import type { ApiError } from '../errors.mts';
import { fileName } from '../files.mts';
import { completedAt } from '../videos.mts';
import type { DialectResponse, RenderContext } from './dialect.mts';
import { withCode } from './formatting.mts';

/** Paths that it knows with another method only. */
export const NOT_ALLOWED = (
	[
		['POST', '/videos/edits'],
		['POST', '/videos/extensions'],
		['HEAD', '/videos/:id/content'],
	] as const
).map(([method, path]) => ({
	method,
	path,
	status: 405,
	body: { detail: 'Method Not Allowed' },
}));

/** Of a file on the server's disk. */
export const diskFileHeaders = ({ record }: RenderContext) => ({
	'content-disposition': `attachment; filename="${fileName(record, 'video')}"`,
	'last-modified': new Date(completedAt(record) * 1000).toUTCString(),
	'accept-ranges': 'bytes',
	etag: `"${Buffer.from(record.id).toString('hex').slice(-32)}"`,
});

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
