import type { ServerAnswer, ServerFault } from '../dialect.mts';

const TAIL =
	"\n\nLiteLLM: model group 'sora-2' failed with the error above. No fallback was attempted.";

const proxy = (
	status: number,
	message: string,
	type = 'invalid_request_error',
	param: string | null = null,
): ServerAnswer => ({
	status,
	body: { error: { message, type, param, code: `${status}` } },
});

/** An error of the server behind it, as JSON or another text inside the message. */
const upstream = (
	status: number,
	exception: string,
	text: string | object,
	type = 'internal_server_error',
): ServerAnswer => {
	const inner = typeof text === 'string' ? text : JSON.stringify({ error: text });
	return proxy(status, `litellm.${exception}: OpenAIException - ${inner}${TAIL}`, type);
};

const openAiError = (message: string, type: string, code: string | null = null) => ({
	message,
	type,
	param: null,
	code,
});

const createFault = (
	summary: string,
	answer: ServerAnswer,
	rest: Partial<ServerFault> = {},
): ServerFault => ({ summary, answers: { create: answer }, ...rest });

/** It repeats a Create twice by itself, unless a header says how often. */
const attempts = (headers: Record<string, unknown>) =>
	1 + Number(headers['x-litellm-num-retries'] ?? 2);

const VALIDATION_ERRORS = ['id', 'object', 'status']
	.map(
		(name) =>
			`\n${name}\n  Field required [type=missing, input_value={}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.14/v/missing`,
	)
	.join('');

const requestLimit: ServerAnswer = {
	...proxy(
		429,
		'Rate limit exceeded for api_key: 7d0ce683af5d1a543c8a2392b1763fa4b828a46ad196fb0107e1c7c3ea544eaa. Limit type: requests. Current limit: 30, Remaining: 0. Limit resets at: 2026-11-28 07:50:29 UTC',
		'throttling_error',
	),
	headers: { 'retry-after': '60' },
};

const noDatabase = proxy(400, 'No connected db.', 'no_db_connection');
const budget = (status: number) =>
	proxy(status, 'Budget has been exceeded! Current cost: 0.6, Max budget: 0.5', 'budget_exceeded');

export const litellmFaults: Record<string, ServerFault> = {
	'no-database': {
		summary: 'the key is unknown, and there is no database to look it up (400)',
		answers: { models: noDatabase, create: noDatabase, status: noDatabase, content: noDatabase },
	},
	'no-prisma': createFault('the same without the package "prisma": a bare 500', {
		status: 500,
		body: 'Internal Server Error',
	}),
	'expired-key': createFault(
		'the key has expired (400)',
		proxy(
			400,
			'Authentication Error - Expired Key. Key Expiry time 2026-01-01 00:00:00+00:00 and current time 2026-11-28 07:44:00+00:00',
			'expired_key',
			'sk-expired',
		),
	),
	'blocked-key': createFault(
		'the key is blocked (401)',
		proxy(
			401,
			"Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin.",
			'auth_error',
			'None',
		),
	),
	'no-model-access': createFault(
		'the key is not for this model (403)',
		proxy(
			403,
			"The requested model 'sora-2' is not available for this API key, or the model name is invalid. Check the models available to you and try again.",
			'key_model_access_denied',
			'model',
		),
	),
	budget: createFault("the key's budget is used up (422)", budget(422)),
	'budget-429': createFault('the same as 429', budget(429)),
	'parallel-limit': createFault(
		'the key allows one request at a time (429); once',
		{
			...proxy(
				429,
				'Rate limit exceeded for api_key: 7bd3b60d501980225002c41ef29c05ad3fd89d6ebf231f33d789102cf9061fd6. Limit type: max_parallel_requests. Current limit: 1, Remaining: 0. Limit resets at: 2026-11-28 07:45:23 UTC',
				'throttling_error',
			),
			headers: { 'retry-after': '60' },
		},
		{ once: true },
	),
	'request-limit': {
		summary: 'the key allows 30 requests a minute, polls and downloads included (429); once',
		once: true,
		answers: { status: requestLimit, content: requestLimit },
	},
	'upstream-429': createFault(
		'the server behind it has a rate limit; its Retry-After comes under another name; once',
		{
			...upstream(
				429,
				'RateLimitError: RateLimitError',
				openAiError('Rate limit reached for requests', 'requests', 'rate_limit_exceeded'),
				'throttling_error',
			),
			headers: { 'llm_provider-retry-after': '2' },
		},
		{ once: true },
	),
	'hidden-429': createFault(
		'a 429 although a video was made in a repetition of its own; none with x-litellm-num-retries: 0',
		upstream(
			429,
			'RateLimitError: RateLimitError',
			openAiError('Rate limit reached for requests', 'requests', 'rate_limit_exceeded'),
			'throttling_error',
		),
		{ videosMade: (headers) => Math.min(1, attempts(headers) - 1) },
	),
	'upstream-quota': createFault(
		'the account behind it has no quota left (429 insufficient_quota)',
		upstream(
			429,
			'RateLimitError: RateLimitError',
			openAiError(
				'You exceeded your current quota, please check your plan and billing details.',
				'insufficient_quota',
				'insufficient_quota',
			),
			'throttling_error',
		),
	),
	'upstream-credit': createFault(
		'the account behind it has no credit left (402)',
		upstream(
			402,
			'APIError: APIError',
			openAiError('Insufficient credits', 'billing_error', 'insufficient_credits'),
			'invalid_request_error',
		),
	),
	'upstream-key': createFault(
		"the server behind it refuses the proxy's key (401)",
		upstream(
			401,
			'AuthenticationError: AuthenticationError',
			openAiError('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'),
			'authentication_error',
		),
	),
	'upstream-403': createFault(
		'the account behind it may not use the model (403)',
		upstream(
			403,
			'BadRequestError',
			openAiError(
				'Your organization must be verified to use the model `sora-2`.',
				'invalid_request_error',
			),
			'permission_error',
		),
	),
	'upstream-model': createFault(
		'the server behind it does not know the model (404)',
		upstream(
			404,
			'NotFoundError',
			openAiError(
				'The model `sora-2` does not exist or you do not have access to it.',
				'invalid_request_error',
				'model_not_found',
			),
			'invalid_request_error',
		),
	),
	safety: createFault(
		"Gemini's rules on content (400)",
		proxy(
			400,
			`litellm.BadRequestError: GeminiException BadRequestError - {"error":{"code":400,"message":"The prompt could not be submitted. Your current safety filter threshold prohibited it.","status":"INVALID_ARGUMENT"}}${TAIL}`,
		),
	),
	'not-video': createFault(
		'the provider of the model makes no videos (400)',
		proxy(400, `litellm.BadRequestError: video generation is not supported for anthropic${TAIL}`),
	),
	unsupported: {
		summary: 'the provider has no remix, edit and extension (500)',
		answers: {
			remix: proxy(
				500,
				'litellm.APIConnectionError: Video remix is not supported by Google Veo. Please use video_generation() to create new videos.',
				'internal_server_error',
			),
			edit: proxy(
				500,
				`litellm.InternalServerError: GeminiException InternalServerError - video edit is not supported for Gemini${TAIL}`,
				'internal_server_error',
			),
			extend: proxy(
				500,
				'litellm.APIConnectionError: video extension is not supported for Gemini',
				'internal_server_error',
			),
		},
	},
	'upstream-overloaded': createFault(
		'the server behind it is overloaded (503)',
		upstream(
			503,
			'ServiceUnavailableError: ServiceUnavailableError',
			openAiError(
				'The engine is currently overloaded, please try again later.',
				'server_error',
				'overloaded',
			),
		),
	),
	'upstream-500': createFault(
		'a 500 after acceptance: three videos; one with x-litellm-num-retries: 0',
		upstream(
			500,
			'InternalServerError: InternalServerError',
			openAiError('Internal error after acceptance', 'server_error'),
		),
		{ videosMade: attempts },
	),
	'upstream-drop': createFault(
		'a connection cut after acceptance: the same',
		upstream(500, 'InternalServerError: InternalServerError', 'Server disconnected'),
		{ videosMade: attempts },
	),
	'upstream-empty': createFault(
		'an answer without a video after acceptance: the same',
		upstream(
			500,
			'APIConnectionError: APIConnectionError',
			`3 validation errors for VideoObject${VALIDATION_ERRORS}`,
		),
		{ videosMade: attempts },
	),
	'upstream-page': createFault(
		'the server behind it answers with a web page and 200',
		upstream(
			500,
			'APIConnectionError: APIConnectionError',
			'Expecting value: line 1 column 1 (char 0)',
		),
	),
	'upstream-502': createFault(
		'the server behind it answers with a web page and 502',
		upstream(
			502,
			'BadGatewayError: BadGatewayError',
			'<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
		),
	),
	'no-response-data': {
		summary: 'a Veo video that failed: "completed", and 500 for its file',
		answers: {
			content: proxy(
				500,
				'litellm.APIConnectionError: No response data in completed operation',
				'internal_server_error',
			),
		},
	},
};
