import { CREATE } from '../support/fixtures.mts';
import { errorFrom } from '../support/errorFrom.mts';
import { testNode } from '../support/testNode.mts';

const GET = 'GET /v1/videos/video_1';

const node = testNode({ operation: 'getStatus' });
const { create, get } = errorFrom(node);

const newApiUpstream = (status: number, message: string) =>
	[
		status,
		{ code: 'fail_to_fetch_task', message: JSON.stringify({ error: { message } }), data: null },
	] as const;
const litellm = (inner: string) => ({
	error: {
		message: `litellm.RateLimitError: RateLimitError: OpenAIException - ${inner}\n\nLiteLLM: model group 'm' failed with the error above.`,
	},
});

describe('A refused Create', () => {
	it.each([
		[
			"is the operator's matter: the key of a gateway",
			...newApiUpstream(401, 'Incorrect API key provided: sk-1.'),
			/own provider did not accept the server's key/,
			/Your 'API Key' is not meant/,
		],
		[
			"is the operator's matter: the credit of a gateway",
			...newApiUpstream(403, 'You exceeded your current quota.'),
			/server's own account at its provider has no credit/,
			/operator/,
		],
		[
			"is the operator's matter: prices of models",
			400,
			{ code: 'model_price_error', message: 'model x price or ratio not set', data: null },
			/has no price for it/,
			/operator/,
		],
		[
			"is told as no credit: a key's quota at new-api",
			403,
			{
				code: 'pre_consume_token_quota_failed',
				message: 'token quota is not enough, token remain quota: 0',
				data: null,
			},
			/used up its limit/,
			/Raise the limit/,
		],
		[
			'is told as no credit: a quota that LiteLLM quotes',
			429,
			litellm(
				'{"error":{"message":"You exceeded your current quota.","code":"insufficient_quota"}}',
			),
			/no credit left/,
			/./,
		],
		[
			'is told as no credit: a budget',
			422,
			{
				error: {
					message: 'Budget has been exceeded! Current cost: 0.6, Max budget: 0.5',
					type: 'budget_exceeded',
				},
			},
			/used up its limit/,
			/./,
		],
		[
			'is told as no credit: a usage limit',
			401,
			{ error: { message: 'API key reached its usage limit' } },
			/used up its limit/,
			/./,
		],
		[
			'is told as no credit: an overdue balance',
			403,
			{ error: { message: 'The account has an overdue balance.' } },
			/no credit left/,
			/./,
		],
		[
			'is told as no credit: licenses',
			403,
			{ error: "Your team doesn't have any credits or licenses yet." },
			/no credit left/,
			/./,
		],
		['is told as no credit: 账户欠费', 400, { message: '账户欠费，请充值' }, /no credit left/, /./],
		[
			'is about the account: under review',
			403,
			{ error: { message: 'Your account is under review.' } },
			/blocked, closed or under review/,
			/operator/,
		],
		[
			'is about the model: unsupported',
			400,
			{ error: { message: 'Unsupported video model: x' } },
			/does not offer this model/,
			/'Model'/,
		],
		[
			'is about the model: deactivated',
			410,
			{ error: { message: 'Model x has been deactivated' } },
			/does not offer this model/,
			/'Model'/,
		],
		[
			'is about the model: not activated',
			403,
			{ error: { message: 'Your account has not activated the model x.' } },
			/may not use the model/,
			/access/,
		],
		[
			'is about the model: no video model',
			400,
			{ error: { message: 'gpt-4 is not a video model' } },
			/does not offer this model/,
			/'Model'/,
		],
		[
			'is about the model: LiteLLM',
			403,
			{
				error: {
					message:
						"The requested model 'sora-2' is not available for this API key, or the model name is invalid.",
					type: 'key_model_access_denied',
				},
			},
			/may not use the model/,
			/access/,
		],
		[
			'is about the model: new-api',
			403,
			{ error: { message: 'This token has no access to model sora-2', type: 'new_api_error' } },
			/may not use the model/,
			/access/,
		],
		[
			'is about the key: 403',
			403,
			{ detail: 'Invalid API key.' },
			/did not accept the API key/,
			/'API Key'/,
		],
		[
			'is about the key: LiteLLM without a database',
			400,
			{ error: { message: 'No connected db.', type: 'no_db_connection' } },
			/did not accept the API key/,
			/'API Key'/,
		],
		[
			'is about the key: LiteLLM, expired',
			400,
			{ error: { message: 'Authentication Error - Expired Key.', type: 'expired_key' } },
			/did not accept the API key/,
			/'API Key'/,
		],
		[
			'is about the content: LLM Gateway',
			400,
			{ error: { message: 'The input text may contain sensitive information.' } },
			/rules on content/,
			/Change the prompt/,
		],
		[
			'is about the content: ByteDance',
			400,
			{ error: { message: 'x', code: 'OutputVideoSensitiveContentDetected' } },
			/rules on content/,
			/Change the prompt/,
		],
		[
			'is about the content: Alibaba',
			400,
			{ code: 'DataInspectionFailed', message: 'Input may be inappropriate.' },
			/rules on content/,
			/Change the prompt/,
		],
		[
			'is about the content: Kling',
			400,
			{ message: 'Failure to pass the risk control system' },
			/rules on content/,
			/Change the prompt/,
		],
		[
			'is about the content: guidelines',
			400,
			{ error: { message: 'This may violate our usage guidelines.' } },
			/rules on content/,
			/Change the prompt/,
		],
		[
			'is about the content: Veo',
			400,
			{
				error: {
					message:
						'The prompt could not be submitted. Your current safety filter threshold prohibited it.',
				},
			},
			/rules on content/,
			/Change the prompt/,
		],
		[
			'is about the size of the body',
			400,
			{ error: { message: 'Request body too large' } },
			/too large for the server/,
			/smaller/,
		],
		[
			"is a proxy's matter: 407",
			407,
			'',
			/^A proxy between n8n and the server answered in its place/,
			/administrator of your network/,
		],
		[
			"is a proxy's matter: 403",
			403,
			'<html><title>Access Denied</title><body>Zscaler has blocked this.</body></html>',
			/^A proxy between n8n/,
			/administrator of your network/,
		],
	] as Array<[string, number, object | string, RegExp, RegExp]>)(
		'%s',
		async (_name, status, body, message, next) => {
			const error = await create({
				status,
				...(typeof body === 'string' ? { body } : { json: body }),
			});
			expect(error.message).toMatch(message);
			expect(error.description).toMatch(next);
			expect(error.description).toContain('Nothing was created for this item.');
			expect(node.time.pauses).toEqual([]);
		},
	);

	it('says when an account has credit again', async () => {
		const error = await create({
			status: 429,
			headers: { 'retry-after': '55147' },
			json: { error: { message: 'Spend limit reached for this organization.' } },
		});
		expect(error.message).toMatch(/used up its limit|no credit left/);
		expect(error.description).toContain('The server takes requests again in 16 hours.');
		expect(node.time.pauses).toEqual([]);
	});
});

describe('A refused read', () => {
	it.each([
		[
			'names no field that Get Status does not have',
			403,
			{ error: { message: 'This token has no access to model sora-2' } },
			/may not use the model \(video 'video_1'\)/,
			/operator/,
		],
		[
			'is about the key: 403',
			403,
			{ detail: 'Invalid API key.' },
			/did not accept the API key for video 'video_1'/,
			/Another key of the same account/,
		],
		[
			'is not told as expired: an archived project',
			410,
			{ error: { message: 'Project has been archived and is no longer accessible' } },
			/blocked, closed or under review/,
			/operator/,
		],
	] as Array<[string, number, object, RegExp, RegExp]>)(
		'%s',
		async (_name, status, json, message, next) => {
			const error = await get({ status, json });
			expect(error.message).toMatch(message);
			expect(error.description).toMatch(next);
			expect(error.description).not.toMatch(/'Model'|Create it again, and download it soon/);
		},
	);
});

it('A video that its rules on content stop while it is made has failed, whatever the status', async () => {
	const json = {
		code: 'Client specified an invalid argument',
		error: 'Generated video rejected by content moderation.',
	};
	node.server.respondTo(GET, { status: 400, json });
	const { error } = await node.run({ operation: 'waitUntilDone' });
	expect(error?.message).toMatch(/^The server could not make video 'video_1': Generated video/);
	expect(error?.description).toContain('Change the prompt');
});

describe('A failed video', () => {
	it.each([
		['CUDA out of memory. Tried to allocate 2 GiB', /smaller 'Size'/],
		['No available accounts', /create it again later/],
		['The scheduler worker exited', /tell its operator/],
		['EngineDeadError: the engine core has died', /tell its operator/],
		['Upstream returned 429', /create it again later/],
		['Failure to pass the risk control system', /Change the prompt/],
		['insufficient balance', /operator/],
	])('has advice for its reason: %s', async (message, advice) => {
		node.server.respondTo(GET, { json: { id: 'video_1', status: 'failed', error: { message } } });
		const { error } = await node.run({ operation: 'waitUntilDone' });
		expect(error?.message).toContain("The server could not make video 'video_1'");
		expect(error?.description).toMatch(advice);
	});
});

it('A remix by ID gets no advice on a field that it does not have', async () => {
	node.server.respondTo('POST /v1/videos/video_1/remix', {
		status: 404,
		json: { error: { message: "The model 'x' does not exist." } },
	});
	const { error } = await node.run({ ...CREATE, operation: 'remix' });
	expect(error?.message).toMatch(/^The server does not offer this model/);
	expect(error?.description).not.toContain("'Model'");
});
