import { createHash } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { validateCreateLeniently } from '../validation.mts';
import { createVideoId } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { litellmFaults } from './faults/litellm.mts';
import { openAiStatus } from './formatting.mts';

/** How the proxy names an error of its upstream, and its type, by HTTP status. */
const EXCEPTIONS: Record<number, [name: string, type: string]> = {
	401: ['AuthenticationError: AuthenticationError', 'authentication_error'],
	429: ['RateLimitError: RateLimitError', 'throttling_error'],
	500: ['InternalServerError: InternalServerError', 'internal_server_error'],
};

/** The LiteLLM proxy 1.108, in front of OpenAI's shape. */
export const litellm: Dialect = {
	...contract,
	name: 'litellm',
	summary: 'LiteLLM: very long ids, an image in a form only, errors of upstream as text in text',
	supports: ['remix', 'edit', 'extend'],
	fixedRoutes: [
		{
			method: 'GET',
			path: '/videos',
			status: 400,
			body: proxyError(
				400,
				"litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You passed model=\n Pass model as E.g. For 'Huggingface' inference endpoints pass in `completion(model='huggingface/starcoder',..)` Learn more: https://docs.litellm.ai/docs/providers",
			),
			withQuery: {
				name: 'custom_llm_provider',
				status: 500,
				body: proxyError(
					500,
					"litellm.InternalServerError: InternalServerError: OpenAIException - Cannot connect to host upstream.example:9729 ssl:<ssl.SSLContext object at 0x7f976a9807a0> [Connect call failed ('upstream.example', 9729)]",
					'internal_server_error',
				),
			},
		},
		{
			method: 'DELETE',
			path: '/videos/:id',
			status: 405,
			body: { detail: 'Method Not Allowed' },
		},
	],
	faults: litellmFaults,
	lostOfUpload: { edit: 'model', extend: 'video' },
	responseHeaders: (kind) => ({
		'x-litellm-version': '1.108.7',
		...(kind === 'status' && { 'x-litellm-response-cost-original': '0.0' }),
	}),
	createId(model) {
		const deployment = createHash('sha256').update(model).digest('hex');
		const route = `litellm:custom_llm_provider:openai;model_id:${model};video_id:${createVideoId()};deployment_id:${deployment}`;
		return `video_${Buffer.from(route).toString('base64')}`;
	},
	readApiKey(headers) {
		const key = headers['x-litellm-api-key'];
		if (typeof key === 'string') return key.replace(/^Bearer +/i, '');
		return contract.readApiKey(headers);
	},
	validateCreate(form, isMultipart) {
		if (form.has('input_reference') && !isMultipart) {
			throw new ApiError(
				400,
				"Invalid request format: litellm.InternalServerError: InternalServerError: OpenAIException - Failed to send bytes into the underlying connection: AttributeError(\"'dict' object has no attribute 'read'\")",
				{ code: 'invalid_request_format' },
			);
		}
		return validateCreateLeniently(form);
	},
	renderCreated: (context) => ({
		status: 200,
		body: {
			...videoObject(context),
			usage: { duration_seconds: Number(context.video.seconds) },
		},
	}),
	renderVideo: videoObject,
	// It ignores the variant and always returns the video.
	readVariant: () => 'video',
	deliverFile: ({ record: { id } }, variant) => ({
		variant,
		headers: { 'content-disposition': `attachment; filename=video_${id}.mp4` },
	}),
	renderError(error) {
		const { status, code, message } = error;
		switch (code) {
			case 'invalid_api_key':
				if (message.startsWith('You did not')) {
					const reason = 'Authentication Error, No api key passed in.';
					return { status, body: proxyError(status, reason, 'auth_error', 'None') };
				}
				return {
					status,
					body: proxyError(
						status,
						'Authentication Error, Invalid API key provided.',
						'token_not_found_in_db',
						'key',
					),
				};
			case 'model_not_found': {
				const reason = `/videos: Invalid model name passed in model=${message.split("'")[1]}. Call \`/v1/models\` to view available models for your key.`;
				const { error: body } = proxyError(400, reason);
				return {
					status: 400,
					body: { error: { ...body, provider_specific_fields: { error: reason } } },
				};
			}
			case 'unknown_url':
				return { status, body: { detail: 'Not Found' } };
			case 'invalid_request_format':
				return { status, body: proxyError(status, message) };
			default:
				return upstreamError(error);
		}
	},
};

function videoObject({ video }: RenderContext) {
	const { prompt: _prompt, ...rest } = video;
	return {
		...rest,
		status: openAiStatus(video),
		completed_at: video.completed_at ?? null,
		expires_at: video.expires_at ?? null,
		remixed_from_video_id: video.remixed_from_video_id ?? null,
		error: video.error ?? null,
		usage: null,
	};
}

function upstreamError(error: ApiError) {
	const { status } = error;
	const [name, type] = EXCEPTIONS[status] ?? ['BadRequestError', undefined];
	const message = `litellm.${name}: OpenAIException - ${JSON.stringify(error.toBody())}\n\nLiteLLM: model group 'sora-2' failed with the error above. No fallback was attempted.`;
	return { status, body: proxyError(status, message, type) };
}

function proxyError(
	status: number,
	message: string,
	type = 'invalid_request_error',
	param: string | null = null,
) {
	return { error: { message, type, param, code: `${status}` } };
}
