import type { ApiError } from '../errors.mts';
import type { DialectResponse } from './dialect.mts';
import { withCode } from './formatting.mts';

/** The errors of FastAPI servers: a list with 422 for fields, a string for everything else. */
export function renderFastApiError(error: ApiError): DialectResponse {
	const { status, code, param, message } = error;
	// Both servers check the key before FastAPI gets the request.
	if (code === 'invalid_api_key') return { status, body: { error: 'Unauthorized' } };
	if (param !== null) {
		const detail =
			code === 'missing_required_parameter'
				? { type: 'missing', loc: ['body', param], msg: 'Field required' }
				: { type: code ?? 'value_error', loc: ['body', param], msg: message };
		return { status: 422, body: { detail: [detail] } };
	}
	return { status, body: { detail: errorDetail(error) } };
}

function errorDetail(error: ApiError): string {
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
