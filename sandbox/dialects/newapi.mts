import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { ApiError } from '../errors.mts';
import { readValue } from '../fields.mts';
import { validateCreateLeniently } from '../validation.mts';
import type { VideoStatus } from '../videos.mts';
import { contract, requireFile } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { newapiFaults } from './faults/newapi.mts';
import { openAiStatus, randomAlphanumerics, withCode } from './formatting.mts';

/** The fraction of the render time before the gateway has first asked its vendor. */
const UNKNOWN_FRACTION = 0.05;

const TASK_STATUSES: Record<VideoStatus, string> = {
	pending: 'QUEUED',
	in_progress: 'IN_PROGRESS',
	completed: 'SUCCESS',
	failed: 'FAILURE',
};

/** new-api and its many resellers, on their newer routes, in front of a vendor's own API. */
export const newapi: Dialect = {
	...contract,
	name: 'newapi',
	summary: 'new-api: task ids, "unknown" at first, an image in a form only, no variants',
	supports: [],
	fixedRoutes: [
		{
			method: 'POST',
			path: '/videos/:id/remix',
			status: 500,
			body: {
				error: {
					message:
						'Panic detected, error: runtime error: invalid memory address or nil pointer dereference.',
					type: 'new_api_panic',
				},
			},
		},
	],
	faults: newapiFaults,
	responseHeaders: (kind) => ({
		'x-new-api-version': 'v0.0.0',
		'x-oneapi-request-id': randomAlphanumerics(32),
		...(kind === 'create' && { 'x-new-api-other-ratios': '{}' }),
	}),
	createId: () => `task_${randomAlphanumerics(32)}`,
	validateCreate(form) {
		const image = readValue(form, 'input_reference');
		if (image !== undefined && typeof image !== 'string') {
			throw new ApiError(
				400,
				'json: cannot unmarshal object into Go struct field TaskSubmitReq.input_reference of type string',
				{ code: 'invalid_json' },
			);
		}
		return validateCreateLeniently(form);
	},
	renderCreated(context) {
		const { id } = context.record;
		return {
			status: 200,
			body: { ...videoObject(context), model: context.video.model, task_id: id, status: 'queued' },
		};
	},
	renderVideo: videoObject,
	readVariant: () => 'video',
	checkDownload(context) {
		if (isUnknown(context)) throw notCompleted('NOT_START');
		requireFile(context);
	},
	deliverFile: (_context, variant) => ({
		variant,
		headers: { 'cache-control': 'public, max-age=86400' },
	}),
	renderError(error, kind, headers) {
		const { status, message, code } = error;
		if (code === 'invalid_api_key') return gatewayError(401, '', 'Invalid token');
		if (code === 'model_not_found') {
			const reason = noChannel(message.split("'")[1], headers);
			return gatewayError(503, code, reason);
		}
		if (code === 'unknown_url') {
			const url = message.replace(/^Unknown route: ([^?]*).*/, 'Invalid URL ($1)');
			const type = 'invalid_request_error';
			return { status, body: { error: { message: url, type, param: '', code: '' } } };
		}
		if (kind === 'content') return contentError(error);
		return renderTaskError(withTaskCode(error));
	},
};

function videoObject(context: RenderContext) {
	const { video, fileUrl } = context;
	const { id, object, model, progress, created_at, completed_at, seconds, size, error } = video;
	return {
		id,
		object,
		model: isUnknown(context) ? '' : model,
		status: isUnknown(context) ? 'unknown' : openAiStatus(video),
		progress: error ? 100 : progress,
		created_at,
		// The vendors' channels have it from the start.
		completed_at: completed_at ?? created_at,
		seconds,
		size,
		...(error && { error: { message: withCode(error), code: '' } }),
		...(completed_at && { metadata: { url: fileUrl() } }),
	};
}

/** Before its first look at the vendor. */
const isUnknown = ({ record, now, faults }: RenderContext) =>
	now - record.createdAt < record.renderMs * UNKNOWN_FRACTION || faults.has('stays-unknown');

const noChannel = (model: string, headers: IncomingHttpHeaders = {}) =>
	/^zh/i.test(headers['accept-language'] ?? '')
		? `分组 default 下模型 ${model} 无可用渠道（distributor）`
		: `No available channel for model ${model} under group default (distributor)`;

const notCompleted = (word: string) =>
	new ApiError(400, `Task is not completed yet, current status: ${word}`);

/** What its middleware answers. */
function gatewayError(status: number, code: string, reason: string) {
	const message = `${reason} (request id: ${randomUUID()})`;
	return { status, body: { error: { code, message, type: 'new_api_error' } } };
}

function contentError({ status, code, message }: ApiError) {
	const body = (text: string, type = 'invalid_request_error') => ({
		error: { message: text, type },
	});
	if (code === 'not_found') return { status, body: body('Task not found') };
	if (code === 'video_expired') {
		return {
			status: 502,
			body: body(`Upstream service returned status ${status}`, 'server_error'),
		};
	}
	if (status === 422 || code === 'video_not_ready') {
		const [, word = 'failed'] = /current status: (.*)/.exec(message) ?? [];
		return { status: 400, body: body(notCompleted(TASK_STATUSES[word as VideoStatus]).message) };
	}
	return { status, body: body(message, status >= 500 ? 'server_error' : undefined) };
}

/** Its own words for what is wrong with a field. */
function withTaskCode(error: ApiError): ApiError {
	const { status, message, param } = error;
	if (param === null) return error;
	const code = param === 'size' ? 'invalid_size' : 'invalid_request';
	return new ApiError(status, message, { code, param });
}

/** The gateway's error shape for tasks. */
export function renderTaskError({ status, code, message }: ApiError) {
	const body = (text: string) => ({ code: code ?? 'invalid_request', message: text, data: null });
	if (code === 'not_found') {
		return { status: 400, body: { ...body('task_not_exist'), code: 'task_not_exist' } };
	}
	if (status === 429) return { status, body: body('当前分组上游负载已饱和，请稍后再试') };
	return { status, body: body(message) };
}
