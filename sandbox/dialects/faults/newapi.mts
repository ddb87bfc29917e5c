import type { ServerAnswer, ServerFault } from '../dialect.mts';

const REQUEST_ID = '20261128074400123456789abcdefgh';

/** What the gateway's middleware answers. */
const gateway = (status: number, code: string, reason: string): ServerAnswer => ({
	status,
	body: {
		error: { code, message: `${reason} (request id: ${REQUEST_ID})`, type: 'new_api_error' },
	},
});

/** What it answers about a task. */
const task = (status: number, code: string, message: string): ServerAnswer => ({
	status,
	body: { code, message, data: null },
});

const content = (status: number, message: string): ServerAnswer => ({
	status,
	body: {
		error: {
			message,
			type: status < 500 && status !== 403 ? 'invalid_request_error' : 'server_error',
		},
	},
});

const isFailure = content(400, 'Task is not completed yet, current status: FAILURE');

const noAccess = gateway(403, '', 'This token has no access to model sora-2');
const invalidToken = gateway(401, '', 'Invalid token');

const dashboard: ServerAnswer = {
	status: 200,
	headers: { 'content-type': 'text/html; charset=utf-8' },
	body: '<!doctype html>\n<html lang="en"><head><title>New API</title></head><body><div id="root"></div></body></html>\n',
};

const MODEL_PRICE =
	'model sora-2 ratio or price not set, please contact the administrator to set it, or enable self-use mode';

/** What vendors say about content, as new-api hands it on when it refuses a Create. */
const refusal = (summary: string, message: string): ServerFault => ({
	summary,
	answers: { create: task(400, 'task_failed', message) },
});

export const newapiFaults: Record<string, ServerFault> = {
	'failed-without-status': {
		summary: 'its own FAILURE: the video is an error beside its ID, without a status',
		answers: {
			status: {
				status: 200,
				body: ({ id }) => ({ error: { code: null, message: 'Temporary' }, id }),
			},
			content: isFailure,
		},
	},
	'stays-unknown': {
		summary: 'the status stays "unknown"; only the download tells of the FAILURE',
		answers: { content: isFailure },
	},
	'no-model-access': {
		summary: 'the key is not for this model (403), also when the video is looked at',
		answers: { create: noAccess, status: noAccess, content: noAccess },
	},
	'token-quota': {
		summary: 'the key has no quota left for a Create (403)',
		answers: {
			create: task(
				403,
				'pre_consume_token_quota_failed',
				'token quota is not enough, token remain quota: ＄0.000000, need quota: ＄0.400000',
			),
		},
	},
	'used-up-token': {
		summary: 'the Create uses the key up: its video is answered with "Invalid token" (401)',
		answers: { status: invalidToken, content: invalidToken },
	},
	'fail-to-fetch-task': {
		summary: "the vendor refuses the gateway's own key (401)",
		answers: {
			create: task(
				401,
				'fail_to_fetch_task',
				'{"error":{"message":"Incorrect API key provided: sk-ope****tor.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}',
			),
		},
	},
	'model-price': {
		summary: 'the operator has set no price for the model (400)',
		answers: { create: task(400, 'model_price_error', MODEL_PRICE) },
	},
	saturated: {
		summary: 'every 429 of the vendor, quota included, has these words and no Retry-After; once',
		once: true,
		answers: { create: task(429, 'fail_to_fetch_task', '当前分组上游负载已饱和，请稍后再试') },
	},
	'do-request-failed': {
		summary: 'the vendor was not reached, or broke off (500)',
		answers: {
			create: task(
				500,
				'do_request_failed',
				'Post "https://vendor.example/v1/videos": unexpected EOF',
			),
		},
	},
	'invalid-response': {
		summary: 'the vendor accepted the Create with an answer that new-api cannot use (500)',
		answers: { create: task(500, 'invalid_response', 'task_id is empty') },
		videosMade: () => 1,
	},
	'unreadable-response': {
		summary: 'the vendor accepted the Create with an answer that is no JSON (500)',
		answers: {
			create: task(
				500,
				'unmarshal_response_body_failed',
				"invalid character '<' looking for beginning of value",
			),
		},
		videosMade: () => 1,
	},
	'risk-control': refusal(
		'content rules: "risk control"',
		'The request was rejected by risk control',
	),
	'data-inspection': refusal(
		'content rules: DataInspectionFailed',
		'DataInspectionFailed: Input data may contain inappropriate content.',
	),
	'prompt-policy': refusal(
		'content rules: TaskPromptPolicyViolation',
		'TaskPromptPolicyViolation: the prompt is not allowed',
	),
	'usage-guidelines': refusal(
		'content rules: "violate usage guidelines"',
		'The prompt may violate usage guidelines',
	),
	'sensitive-output': {
		summary: 'every video made fails with OutputVideoSensitiveContentDetected',
		failure: {
			code: 'OutputVideoSensitiveContentDetected',
			message: 'The output video may contain sensitive information.',
			type: 'video_generation_error',
		},
	},
	'private-address': {
		summary: "downloads are blocked by the operator's rules on private addresses (403)",
		answers: {
			content: content(403, 'request blocked: private IP address not allowed: 127.0.0.1'),
		},
	},
	'blocked-port': {
		summary: "downloads are blocked by the operator's rules on ports (403)",
		answers: { content: content(403, 'request blocked: port 9734 is not allowed') },
	},
	'file-missing': {
		summary: 'the vendor does not find the file: 502 with its 404 in words',
		answers: { content: content(502, 'Upstream service returned status 404') },
	},
	'cut-at-60-seconds': { summary: 'every download is cut when it is a minute old' },
	'path-limit': {
		summary: 'paths that it does not have answer 429 without a body',
		answers: { other: { status: 429, body: '' } },
	},
	dashboard: {
		summary: 'the base URL is that of the dashboard: a web page with 200 for everything',
		answers: {
			...{ create: dashboard, status: dashboard, content: dashboard },
			...{ models: dashboard, other: dashboard },
		},
	},
};
