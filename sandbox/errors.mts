/** The body of an error response, in OpenAI's shape. */
interface ErrorBody {
	error: { message: string; type: string; param: string | null; code: string | null };
}

/** Thrown while a request is handled, and returned in the dialect's error shape. */
export class ApiError extends Error {
	readonly status: number;

	readonly code: string | null;

	readonly param: string | null;

	constructor(
		status: number,
		message: string,
		{ code = null, param = null }: { code?: string | null; param?: string | null } = {},
	) {
		super(message);
		this.status = status;
		this.code = code;
		this.param = param;
	}

	toBody(): ErrorBody {
		const type = this.status >= 500 ? 'server_error' : 'invalid_request_error';
		return { error: { message: this.message, type, param: this.param, code: this.code } };
	}
}

/** A 400 for one field. */
export function fieldError(param: string, code: string, message: string): ApiError {
	return new ApiError(400, message, { code, param });
}

/** Converts any error, including Fastify's own, to an `ApiError`. */
export function toApiError(error: unknown): ApiError {
	if (error instanceof ApiError) return error;
	const { statusCode, code, message } = error as {
		statusCode?: number;
		code?: string;
		message?: string;
	};
	if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
		return new ApiError(413, 'The request body is too large.', { code: 'request_too_large' });
	}
	if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
		return new ApiError(
			415,
			"Unsupported content type. This endpoint accepts 'multipart/form-data' and 'application/json'.",
			{ code: 'unsupported_content_type' },
		);
	}
	if (statusCode && statusCode >= 400 && statusCode < 500) {
		return new ApiError(statusCode, message ?? 'Bad request');
	}
	return new ApiError(500, `The sandbox itself failed: ${message ?? String(error)}`);
}
