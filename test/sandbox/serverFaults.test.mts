import { namedDialects } from '../../sandbox/dialects/index.mts';
import { readPage } from '../support/pages.mts';
import { familyFor, formData, minimalFields, sendRequest, startTestSandbox } from './helpers.mts';

type TestSandbox = Awaited<ReturnType<typeof startTestSandbox>>;
type Response = { status: number; headers: Headers; bytes: Buffer };

/** What is requested of a video that was made without the fault, or of a new one. */
const REQUESTS = {
	create: async ({ client }: Clients) => await client.postVideo(),
	status: async ({ client, id }: Clients) => await client.getVideo(id),
	content: async ({ client, id }: Clients) => await client.getContent(id),
	models: async ({ client }: Clients) => await client.call('GET', '/models'),
	list: async ({ client }: Clients) => await client.call('GET', '/videos'),
	remix: async ({ client, id }: Clients) =>
		await client.call('POST', `/videos/${encodeURIComponent(id)}/remix`, { prompt: 'x' }),
	edit: async ({ client }: Clients) => await client.call('POST', '/videos/edits', { prompt: 'x' }),
	extend: async ({ client }: Clients) =>
		await client.call('POST', '/videos/extensions', { prompt: 'x' }),
	/** The status of a video made with the fault. */
	failed: async ({ client }: Clients) => await client.getVideo(await client.startVideo()),
	delete: async ({ client, id }: Clients) =>
		await client.call('DELETE', `/videos/${encodeURIComponent(id)}`),
} satisfies Record<string, (clients: Clients) => Promise<Response>>;

interface Clients {
	client: ReturnType<TestSandbox['client']>;
	id: string;
}

type Row = [fault: string, request: keyof typeof REQUESTS, status: number, body: string];

/** Each fault with what gateways answered, as far as it was written down, or a part of it. */
const ANSWERS: Record<string, Row[]> = {
	newapi: [
		[
			'failed-without-status',
			'status',
			200,
			'{"error":{"code":null,"message":"Temporary"},"id":"task_',
		],
		['failed-without-status', 'content', 400, 'Task is not completed yet, current status: FAILURE'],
		['stays-unknown', 'status', 200, '"status":"unknown"'],
		['stays-unknown', 'content', 400, 'Task is not completed yet, current status: FAILURE'],
		['no-model-access', 'create', 403, 'This token has no access to model sora-2 (request id: '],
		['no-model-access', 'status', 403, 'This token has no access to model sora-2'],
		[
			'token-quota',
			'create',
			403,
			'{"code":"pre_consume_token_quota_failed","message":"token quota is not enough, ',
		],
		['used-up-token', 'status', 401, 'Invalid token (request id: '],
		['used-up-token', 'content', 401, 'Invalid token'],
		[
			'fail-to-fetch-task',
			'create',
			401,
			'{"code":"fail_to_fetch_task","message":"{\\"error\\":{\\"message\\":\\"Incorrect API key provided: ',
		],
		['model-price', 'create', 400, '"code":"model_price_error"'],
		['saturated', 'create', 429, '当前分组上游负载已饱和，请稍后再试'],
		['do-request-failed', 'create', 500, '"code":"do_request_failed"'],
		['invalid-response', 'create', 500, '"code":"invalid_response"'],
		['unreadable-response', 'create', 500, '"code":"unmarshal_response_body_failed"'],
		['risk-control', 'create', 400, 'risk control'],
		['data-inspection', 'create', 400, 'DataInspectionFailed'],
		['prompt-policy', 'create', 400, 'TaskPromptPolicyViolation'],
		['usage-guidelines', 'create', 400, 'violate usage guidelines'],
		['sensitive-output', 'failed', 200, 'OutputVideoSensitiveContentDetected'],
		[
			'private-address',
			'content',
			403,
			'{"error":{"message":"request blocked: private IP address not allowed: 127.0.0.1","type":"server_error"}}',
		],
		['blocked-port', 'content', 403, 'port 9734 is not allowed'],
		['file-missing', 'content', 502, 'Upstream service returned status 404'],
		['path-limit', 'list', 429, ''],
		['path-limit', 'delete', 429, ''],
		['dashboard', 'create', 200, '<!doctype html>'],
		['dashboard', 'models', 200, '<!doctype html>'],
	],
	litellm: [
		[
			'no-database',
			'models',
			400,
			'{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}',
		],
		['no-prisma', 'create', 500, 'Internal Server Error'],
		['expired-key', 'create', 400, '"type":"expired_key","param":"sk-expired"'],
		[
			'blocked-key',
			'create',
			401,
			"Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin.",
		],
		['no-model-access', 'create', 403, '"type":"key_model_access_denied"'],
		[
			'budget',
			'create',
			422,
			'{"error":{"message":"Budget has been exceeded! Current cost: 0.6, Max budget: 0.5","type":"budget_exceeded","param":null,"code":"422"}}',
		],
		['budget-429', 'create', 429, '"type":"budget_exceeded"'],
		['parallel-limit', 'create', 429, 'Limit type: max_parallel_requests. Current limit: 1'],
		['request-limit', 'status', 429, 'Limit type: requests. Current limit: 30'],
		['request-limit', 'content', 429, 'Limit type: requests.'],
		[
			'upstream-429',
			'create',
			429,
			'litellm.RateLimitError: RateLimitError: OpenAIException - {\\"error\\":{\\"message\\":\\"Rate limit reached for requests\\"',
		],
		['hidden-429', 'create', 429, 'Rate limit reached for requests'],
		[
			'upstream-quota',
			'create',
			429,
			'\\"code\\":\\"insufficient_quota\\"}}\\n\\nLiteLLM: model group',
		],
		[
			'upstream-credit',
			'create',
			402,
			'litellm.APIError: APIError: OpenAIException - {\\"error\\":{\\"message\\":\\"Insufficient credits\\"',
		],
		['upstream-key', 'create', 401, 'Incorrect API key provided.'],
		[
			'upstream-403',
			'create',
			403,
			'Your organization must be verified to use the model `sora-2`.',
		],
		[
			'upstream-model',
			'create',
			404,
			'The model `sora-2` does not exist or you do not have access to it.',
		],
		['safety', 'create', 400, 'Your current safety filter threshold prohibited it.'],
		['not-video', 'create', 400, 'video generation is not supported for anthropic'],
		['unsupported', 'remix', 500, 'Video remix is not supported by Google Veo.'],
		['unsupported', 'edit', 500, 'video edit is not supported for Gemini'],
		['unsupported', 'extend', 500, 'video extension is not supported for Gemini'],
		['upstream-overloaded', 'create', 503, 'The engine is currently overloaded'],
		['upstream-500', 'create', 500, 'Internal error after acceptance'],
		['upstream-drop', 'create', 500, 'OpenAIException - Server disconnected\\n\\nLiteLLM'],
		[
			'upstream-empty',
			'create',
			500,
			'3 validation errors for VideoObject\\nid\\n  Field required [type=missing',
		],
		['upstream-page', 'create', 500, 'Expecting value: line 1 column 1 (char 0)'],
		['upstream-502', 'create', 502, 'OpenAIException - <html><head><title>502 Bad Gateway'],
		[
			'no-response-data',
			'content',
			500,
			'litellm.APIConnectionError: No response data in completed operation',
		],
	],
	sglang: [
		['cloud-storage', 'content', 400, 'Please use the cloud URL: http://127.0.0.1'],
		['dead-worker', 'create', 503, '{"error":"Scheduler worker exited; restart the server."}'],
		['restarted', 'status', 404, '{"detail":"Video not found"}'],
		['restarted', 'content', 404, '{"detail":"Video not found"}'],
		['restarted', 'list', 200, '"data":[]'],
		['two-servers', 'status', 409, '{"detail":'],
		['two-servers', 'list', 409, '{"detail":'],
		['out-of-memory', 'failed', 200, '"error":{"message":"CUDA out of memory.'],
		['damaged-model', 'failed', 200, '"error":{"message":"<path> is damaged: load it again"}'],
	],
	vllm: [
		['dead-engine', 'failed', 503, '"status":"failed"'],
		[
			'restarted',
			'status',
			404,
			'{"error":{"message":"Video not found","type":"Not Found","param":null,"code":404}}',
		],
		['restarted', 'list', 200, '"data":[]'],
		['two-servers', 'status', 409, '"code":409'],
		['out-of-memory', 'failed', 500, '"message":"CUDA out of memory.'],
		['damaged-model', 'failed', 500, '"message":"<path> is damaged: load it again"'],
	],
	llmgateway: [
		[
			'archived',
			'status',
			410,
			'{"error":{"message":"Project has been archived and is no longer accessible","type":"invalid_request_error","param":null,"code":null}}',
		],
		['archived', 'create', 410, 'Project has been archived'],
		['overloaded', 'create', 529, '{"type":"overloaded"'],
		['spend-limit', 'create', 429, '"code":"rate_limit_exceeded"'],
		['usage-limit', 'create', 401, 'API key reached its usage limit'],
		['no-credit', 'create', 402, '"code":"billing_error"'],
		[
			'vendor-balance',
			'create',
			502,
			'{"error":{"message":"MiniMax video API error: insufficient balance (code 1008)","type":"api_error"',
		],
		['overdue-balance', 'create', 403, 'overdue balance'],
		['under-review', 'create', 403, 'account is under review'],
		['deactivated-model', 'create', 410, 'has been deactivated'],
		['not-activated', 'create', 404, 'Your account has not activated the model'],
		['sensitive-prompt', 'create', 400, 'input text may contain sensitive information'],
		['sensitive-output', 'failed', 200, '"error":{"code":"OutputVideoSensitiveContentDetected"'],
		['provider-down', 'create', 500, 'Internal Server Error'],
		['job-expired', 'status', 200, '"status":"expired"'],
		['job-expired', 'content', 409, 'Video is not ready yet. Current status: expired'],
		['file-missing', 'content', 502, 'Failed to fetch video content from upstream provider'],
	],
	cliproxyapi: [
		['no-account', 'create', 503, 'auth_unavailable: no auth available (providers=xai, '],
		['connection-refused', 'create', 500, 'dial tcp 127.0.0.1:9: connect: connection refused'],
		['eof', 'create', 500, ': EOF'],
		['cooldown', 'create', 429, '"reset_seconds":1'],
		['no-credit', 'create', 403, "doesn't have any credits or licenses yet"],
		['not-video', 'create', 400, 'is not a video model'],
		[
			'moderated-on-poll',
			'status',
			400,
			'{"code":"Client specified an invalid argument","error":"Generated video rejected by content moderation."}',
		],
		['no-url', 'content', 502, 'xAI video response did not include video.url'],
		['no-status', 'status', 200, '"video_url":"http'],
	],
	grok2api: [
		['no-account', 'models', 200, '{"object":"list","data":[]}'],
		[
			'no-account',
			'failed',
			200,
			'{"code":"video_generation_failed","message":"No available accounts"}',
		],
		['upstream-429', 'failed', 200, 'Upstream returned 429'],
		['restarted', 'status', 400, ' not found"'],
		['restarted', 'content', 400, ' not found"'],
	],
};

const rows = Object.entries(ANSWERS).flatMap(([name, each]) =>
	each.map((row) => [name, ...row] as const),
);

describe('The faults of one server in the sandbox', () => {
	it.each(rows)(
		'at /%s/%s/v1, %s is answered with %d and %s',
		async (name, fault, request, status, body) => {
			const sandbox = await startTestSandbox({ renderSeconds: 0 });
			const id = await sandbox.client(name).startVideo();
			const before = sandbox.videos.size;
			const response = await REQUESTS[request]({ client: sandbox.client(`${name}/${fault}`), id });
			expect(response.status).toBe(status);
			if (body) expect(response.bytes.toString()).toContain(body);
			else expect(response.bytes).toHaveLength(0);
			const { once, videosMade, failure } = familyFor(name).faults[fault];
			if (request === 'create') expect(sandbox.videos.size).toBe(before + (videosMade?.({}) ?? 0));
			if (failure) return;
			const retry = await REQUESTS[request]({ client: sandbox.client(`${name}/${fault}`), id });
			expect(retry.status).toBe(once ? 200 : status);
		},
	);

	it('are each tested above, or below', () => {
		const existing = namedDialects.flatMap(({ name, faults }) =>
			Object.keys(faults).map((fault) => `${name}/${fault}`),
		);
		const tested = rows.map(([name, fault]) => `${name}/${fault}`);
		expect([...new Set(tested), 'newapi/cut-at-60-seconds'].sort()).toEqual(existing.sort());
	});

	it('are all told on the page on the sandbox, and no others', () => {
		const section = readPage('docs/sandbox.md').split('## Faults of one server')[1];
		const told = section
			.split('\n')
			.filter((line) => line.startsWith('| `'))
			.flatMap((line) => {
				const [, name, faults] = line.split('|');
				return [...faults.matchAll(/`([a-z0-9-]+)`/g)].map(
					([, fault]) => `${name.replace(/[` ]/g, '')}/${fault}`,
				);
			});
		expect(told).toEqual(
			namedDialects.flatMap(({ name, faults }) =>
				Object.keys(faults).map((fault) => `${name}/${fault}`),
			),
		);
	});

	it('are unknown at the other servers', async () => {
		const sandbox = await startTestSandbox();
		const { baseUrl, apiKey } = sandbox;
		for (const words of ['litellm/token-quota', 'token-quota']) {
			const url = baseUrl.replace('/v1', `/${words}/v1/models`);
			const { status, json } = await sendRequest('GET', url, apiKey);
			expect([status, json.error.message]).toEqual([
				404,
				expect.stringContaining("unknown word 'token-quota'"),
			]);
		}
	});

	it('can be requested by the header', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('litellm', { 'x-sandbox-fault': 'budget' });
		expect((await client.postVideo()).status).toBe(422);
	});

	it('can be chosen by faultFor, in the middle of a wait', async () => {
		const answers = [undefined, 'restarted' as const];
		const sandbox = await startTestSandbox({
			faultFor: ({ kind }) => (kind === 'status' ? answers.shift() : undefined),
		});
		const { startVideo, getVideo } = sandbox.client('sglang');
		const id = await startVideo();
		const statuses = [await getVideo(id), await getVideo(id), await getVideo(id)];
		expect(statuses.map(({ status }) => status)).toEqual([200, 404, 200]);
	});

	it.each([
		['upstream-500', 3, 1],
		['upstream-drop', 3, 1],
		['upstream-empty', 3, 1],
		['hidden-429', 1, 0],
	])(
		'LiteLLM makes with %s %i videos by itself, and %i with the header',
		async (fault, without, withHeader) => {
			const header = { 'x-litellm-num-retries': '0' };
			for (const [headers, made] of [
				[{}, without],
				[header, withHeader],
			] as const) {
				const sandbox = await startTestSandbox();
				await sandbox.client(`litellm/${fault}`, headers).postVideo();
				expect(sandbox.videos.size).toBe(made);
			}
		},
	);

	it('have the waiting times of the real answers', async () => {
		const sandbox = await startTestSandbox();
		const header = async (segments: string, name: string) =>
			(await sandbox.client(segments).postVideo()).headers.get(name);
		expect(await header('litellm/parallel-limit', 'retry-after')).toBe('60');
		expect(await header('litellm/upstream-429', 'llm_provider-retry-after')).toBe('2');
		expect(await header('llmgateway/overloaded', 'retry-after')).toBe('1');
		expect(await header('llmgateway/spend-limit', 'retry-after')).toBe('55147');
		expect(await header('newapi/saturated', 'retry-after')).toBeNull();
		expect(await header('cliproxyapi/cooldown', 'retry-after')).toBeNull();
	});

	it('cut each download of new-api when it is a minute old, with cut-at-60-seconds', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0, slowMs: 5, fileBytes: 1_000_000 });
		const client = sandbox.client('newapi/cut-at-60-seconds');
		const id = await client.startVideo();
		for (let count = 0; count < 2; count++) {
			const startedAt = performance.now();
			await expect(client.getContent(id)).rejects.toThrow();
			expect(performance.now() - startedAt).toBeGreaterThan(90);
		}
	});
});

describe('Answers of single servers', () => {
	it('new-api tells in Chinese that no channel has the model, if asked in Chinese', async () => {
		const sandbox = await startTestSandbox();
		const client = sandbox.client('newapi', { 'accept-language': 'zh-CN' });
		const { status, json } = await client.postVideo({ model: 'nope-1' });
		expect([status, json.error]).toMatchObject([503, { code: 'model_not_found' }]);
		expect(json.error.message).toMatch(/^分组 default 下模型 nope-1 无可用渠道/);
	});

	it('new-api names itself in its headers', async () => {
		const sandbox = await startTestSandbox();
		const { headers } = await sandbox.client('newapi').postVideo();
		for (const name of ['x-new-api-version', 'x-oneapi-request-id', 'x-new-api-other-ratios']) {
			expect(headers.has(name)).toBe(true);
		}
	});

	it('LiteLLM tells a missing key from a wrong one', async () => {
		const sandbox = await startTestSandbox();
		const response = await fetch(`${sandbox.client('litellm').baseUrl}/models`);
		expect([response.status, await response.json()]).toEqual([
			401,
			{
				error: {
					message: 'Authentication Error, No api key passed in.',
					type: 'auth_error',
					param: 'None',
					code: '401',
				},
			},
		]);
	});

	it.each([
		['/videos/edits', {}, 'model'],
		['/videos/extensions', { seconds: '4' }, 'video'],
	])('LiteLLM loses a field of %s with a file', async (path, fields, lost) => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { id } = await sandbox.createVideo();
		const bytes = new Uint8Array(await sandbox.expectedFile(id));
		const video = new File([bytes], 'source.mp4', { type: 'video/mp4' });
		const body = formData({ ...minimalFields, ...fields, video });
		const { status, json } = await sandbox.client('litellm').call('POST', path, body);
		expect([status, json.error.message]).toEqual([
			400,
			expect.stringContaining(`Missing required parameter: '${lost}'.`),
		]);
	});

	it('LiteLLM asks the vendor’s own address for a list, whatever its configuration', async () => {
		const { call } = (await startTestSandbox()).client('litellm');
		const { status, json } = await call('GET', '/videos?custom_llm_provider=openai&limit=50');
		expect([status, json.error.message]).toEqual([
			500,
			expect.stringContaining('Cannot connect to host'),
		]);
	});

	it.each(['sglang', 'vllm', 'grok2api'])('%s has no Edit and no Extend: 405', async (name) => {
		const { call } = (await startTestSandbox()).client(name);
		for (const path of ['/videos/edits', '/videos/extensions']) {
			const { status, json } = await call('POST', path, { prompt: 'x' });
			expect([status, json]).toEqual([405, { detail: 'Method Not Allowed' }]);
		}
	});

	it.each(['sglang', 'vllm'])('%s deletes a video that is being made', async (name) => {
		const sandbox = await startTestSandbox();
		const { call, startVideo } = sandbox.client(name);
		expect((await call('DELETE', `/videos/${await startVideo()}`)).status).toBe(200);
	});

	it('SGLang checks no key, and serves the file itself', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { baseUrl, startVideo, getVideo, getContent } = sandbox.client('sglang');
		expect((await fetch(`${baseUrl}/models`)).status).toBe(200);
		const id = await startVideo();
		expect((await getVideo(id)).json).toMatchObject({ url: null, file_path: `outputs/${id}.mp4` });
		expect((await getContent(id)).bytes.equals(await sandbox.expectedFile(id))).toBe(true);
		sandbox.advance(3600);
		expect((await getContent(id)).status).toBe(404);
	});

	it.each(['sglang', 'vllm'])('%s continues a download, and answers no HEAD', async (name) => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const id = await sandbox.client(name).startVideo();
		const client = sandbox.client(name, { range: 'bytes=100-' });
		const { status, headers, bytes } = await client.getContent(id);
		const file = await sandbox.expectedFile(id);
		expect(status).toBe(206);
		expect(headers.get('content-range')).toBe(`bytes 100-${file.length - 1}/${file.length}`);
		expect(bytes.equals(file.subarray(100))).toBe(true);
		for (const header of ['etag', 'last-modified', 'content-disposition']) {
			expect(headers.has(header)).toBe(true);
		}
		expect((await client.call('HEAD', `/videos/${id}/content`)).status).toBe(405);
	});

	it('SGLang refuses an image for a model that takes text only', async () => {
		const { call } = (await startTestSandbox()).client('sglang');
		const body = { ...minimalFields, model: 'Wan-AI/Wan2.2-T2V-A14B', input_reference: 'cat.png' };
		const { status, json } = await call('POST', '/videos', body);
		expect([status, json]).toEqual([
			400,
			{ detail: 'input_reference is not supported for T2V models.' },
		]);
	});

	it.each([
		[
			{ size: '1080p' },
			String.raw`1 validation error: {'type': 'string_pattern_mismatch', 'loc': 'body.size', 'msg': "String should match pattern '^\\d+x\\d+$'", 'input': '1080p', 'ctx': {'pattern': '^\\d+x\\d+$'}}`,
		],
		[
			{ num_inference_steps: '300' },
			expect.stringMatching(
				/^1 validation error for VideoGenerationRequest\nnum_inference_steps\n {2}Input .* 200 \[type=less_than_equal, .*\]\n {4}For further information visit https/,
			),
		],
		[{ quality: 'best' }, expect.stringContaining("Input should be 'lossless' or 'high' [type=")],
	])('vLLM-Omni words field errors as Python does: %j', async (fields, message) => {
		const { postVideo } = (await startTestSandbox()).client('vllm');
		const { status, json } = await postVideo(fields as unknown as Record<string, string>);
		expect([status, json.error.message]).toEqual([400, message]);
	});

	it('vLLM-Omni tells when a failed video ended, and lists all without a limit', async () => {
		const sandbox = await startTestSandbox({ renderSeconds: 0 });
		const { startVideo, getVideo, call } = sandbox.client('vllm');
		const id = await startVideo({ model: 'sandbox-always-fails' });
		expect((await getVideo(id)).json.completed_at).toBe(Date.UTC(2026, 10, 1) / 1000);
		for (let count = 0; count < 21; count++) await startVideo();
		expect((await call('GET', '/videos')).json.data).toHaveLength(22);
	});

	it('LLM Gateway looks at the kind of body, then at its fields, then at the key', async () => {
		const sandbox = await startTestSandbox();
		const { baseUrl } = sandbox.client('llmgateway');
		const post = async (type: string, body: string, path = '/videos') =>
			(await fetch(baseUrl + path, { method: 'POST', headers: { 'content-type': type }, body }))
				.status;
		const fields = { ...minimalFields, seconds: 5 };
		expect([
			await post('text/plain', 'x'),
			await post('text/plain', 'x', '/videos/edits'),
			await post('application/json', JSON.stringify({ ...fields, seconds: '5' })),
			await post('application/json', JSON.stringify(fields)),
			await post('application/json', '{}', '/videos/1/remix'),
		]).toEqual([415, 415, 400, 401, 401]);
	});

	it('LLM Gateway lists its models to anyone, with what they put out', async () => {
		const { baseUrl } = (await startTestSandbox()).client('llmgateway');
		const { data } = (await (await fetch(`${baseUrl}/models`)).json()) as { data: any[] };
		expect(data.map(({ architecture }) => architecture.output_modalities[0])).toEqual([
			'text',
			...['video', 'video', 'video'],
		]);
	});

	it('LLM Gateway names an unknown model, and the status of an unfinished video', async () => {
		const { postVideo, startVideo, getContent } = (await startTestSandbox()).client('llmgateway');
		const unknown = await postVideo({ model: 'nope-1' });
		expect([unknown.status, unknown.json.error]).toMatchObject([
			400,
			{ message: 'Unsupported video model: nope-1', code: null },
		]);
		const early = await getContent(await startVideo());
		expect([early.status, early.json.error.message]).toEqual([
			409,
			'Video is not ready yet. Current status: queued',
		]);
	});

	it('CLIProxyAPI refuses a model in a failed video that names it', async () => {
		const { postVideo } = (await startTestSandbox()).client('cliproxyapi');
		const { status, json } = await postVideo({ model: 'veo-3' });
		expect([status, json]).toEqual([
			400,
			{
				object: 'video',
				status: 'failed',
				progress: 0,
				id: expect.stringMatching(/^video_/),
				model: 'veo-3',
				error: {
					code: 'invalid_request_error',
					message: 'Model veo-3 is not supported on /openai/v1/videos. Use sora-2.',
				},
			},
		]);
	});

	it('CLIProxyAPI has no list of models and no thumbnails, and answers too early with 502', async () => {
		const { call, startVideo, getContent } = (await startTestSandbox()).client('cliproxyapi');
		const models = await call('GET', '/models');
		expect([models.status, models.bytes.length]).toEqual([404, 0]);
		const id = await startVideo();
		const early = await getContent(id);
		expect([early.status, early.json.error]).toEqual([
			502,
			'xAI video response did not include video.url',
		]);
		expect((await call('GET', `/videos/${id}/content?variant=thumbnail`)).status).toBe(400);
	});

	it.each(['cliproxyapi', 'grok2api'])(
		'%s does not look at the key where it has no route',
		async (name) => {
			const { baseUrl } = (await startTestSandbox()).client(name);
			const remix = await fetch(`${baseUrl}/videos/1/remix`, { method: 'POST' });
			const look = await fetch(`${baseUrl}/videos/1`);
			expect([remix.status, [401, 403].includes(look.status)]).toEqual([404, true]);
		},
	);

	it('grok2api does not know a video with 400, and has neither list nor deletion: 405', async () => {
		const { call, getVideo } = (await startTestSandbox()).client('grok2api');
		const { status, json } = await getVideo('video_0');
		expect([status, json.error.message]).toEqual([400, "Video 'video_0' not found"]);
		expect((await call('GET', '/videos')).status).toBe(405);
		expect((await call('DELETE', '/videos/video_0')).status).toBe(405);
	});
});
