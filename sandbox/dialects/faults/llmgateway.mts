import type { ServerAnswer, ServerFault } from '../dialect.mts';

const error = (status: number, code: string | null, message: string): ServerAnswer => ({
	status,
	body: {
		error: {
			message,
			type: status >= 500 ? 'api_error' : 'invalid_request_error',
			param: null,
			code,
		},
	},
});

const createFault = (summary: string, answer: ServerAnswer, once?: boolean): ServerFault => ({
	summary,
	answers: { create: answer },
	...(once && { once }),
});

const archived = error(410, null, 'Project has been archived and is no longer accessible');

export const llmgatewayFaults: Record<string, ServerFault> = {
	archived: {
		summary: 'the project was archived: 410 on every request but the list of models',
		answers: { create: archived, status: archived, content: archived },
	},
	overloaded: createFault(
		'529: too much to do; once',
		{
			status: 529,
			headers: { 'retry-after': '1' },
			body: { type: 'overloaded', message: 'The gateway is overloaded. Please retry shortly.' },
		},
		true,
	),
	'spend-limit': createFault('the limit on spending is reached (429 for 15 hours)', {
		...error(429, 'rate_limit_exceeded', 'Spend limit reached for this API key'),
		headers: { 'retry-after': '55147' },
	}),
	'usage-limit': createFault(
		'the key is used up (401)',
		error(401, 'invalid_api_key', 'API key reached its usage limit'),
	),
	'no-credit': createFault(
		'the organization has no credits left (402)',
		error(402, 'billing_error', 'Organization has insufficient credits'),
	),
	'vendor-balance': createFault(
		"the gateway's own account at the vendor has no balance (502)",
		error(502, null, 'MiniMax video API error: insufficient balance (code 1008)'),
	),
	'overdue-balance': createFault(
		"the gateway's own account at the vendor is overdue (403)",
		error(
			403,
			'permission_denied',
			'The request failed because your account has an overdue balance.',
		),
	),
	'under-review': createFault(
		'the account is under review (403)',
		error(403, 'permission_denied', 'Your account is under review'),
	),
	'deactivated-model': createFault(
		'the model was taken out of service (410)',
		error(410, null, 'Model bytedance/seedance-1-0 has been deactivated'),
	),
	'not-activated': createFault(
		"the gateway's account has not activated the model (404)",
		error(404, 'not_found', 'Your account has not activated the model seedance-2-0'),
	),
	'sensitive-prompt': createFault(
		"the vendor's rules on content refuse the prompt (400)",
		error(
			400,
			null,
			'The request failed because the input text may contain sensitive information.',
		),
	),
	'sensitive-output': {
		summary: 'every video made fails with OutputVideoSensitiveContentDetected',
		failure: {
			code: 'OutputVideoSensitiveContentDetected',
			message: 'The request failed because the output video may contain sensitive information.',
			type: 'video_generation_error',
		},
	},
	'provider-down': createFault('the vendor is not reached: a bare 500', {
		status: 500,
		body: 'Internal Server Error',
	}),
	'job-expired': { summary: 'the job never finishes: the status is "expired", without a file' },
	'file-missing': {
		summary: 'the vendor has the file no more (502)',
		answers: {
			content: error(502, null, 'Failed to fetch video content from upstream provider'),
		},
	},
};
