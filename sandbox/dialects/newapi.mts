import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { validateCreateLeniently } from '../validation.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { openAiStatus, withCode } from './formatting.mts';

/** The fraction of the render time before the gateway has forwarded a task. */
const UNKNOWN_FRACTION = 0.05;

/** new-api and its many resellers, on their newer routes. */
export const newapi: Dialect = {
	...contract,
	name: 'newapi',
	summary: 'new-api: task ids, first "unknown", the first download fails, no variants',
	supports: ['remix'],
	createId: () => `task_${randomUUID().replaceAll('-', '')}`,
	validateCreate: validateCreateLeniently,
	renderVideo(context) {
		const { id, object, model, progress, created_at, completed_at, seconds, size, error } =
			context.video;
		return {
			id,
			task_id: id,
			object,
			model,
			status: statusOf(context),
			progress,
			created_at,
			...(completed_at && { completed_at }),
			seconds,
			size,
			...(error && { error: { message: withCode(error) } }),
			...(completed_at && { metadata: { url: `${context.baseUrl}/videos/${id}/content` } }),
		};
	},
	readVariant(requested = 'video') {
		if (requested === 'video') return 'video';
		throw new ApiError(404, `No such file: variant '${requested}'`);
	},
	deliverFile(context, variant, isFirst) {
		// The gateway reports "completed" before its upstream has the file.
		if (isFirst) throw new ApiError(502, 'Failed to fetch video content');
		return contract.deliverFile(context, variant, isFirst);
	},
	renderError(error, kind) {
		const { status, message, code } = error;
		if (code === 'invalid_api_key') {
			const inner = { message: `${message} (request id: ${randomUUID()})` };
			return { status, body: { error: { ...inner, type: 'new_api_error', code: '' } } };
		}
		if (code === 'unknown_url') {
			const url = message.replace(/^Unknown route: ([^?]*).*/, 'Invalid URL ($1)');
			return { status, body: { error: { ...error.toBody().error, message: url, code: '' } } };
		}
		if (kind === 'content') return renderContentError(error);
		if (code === 'not_found') return taskError(400, 'task_not_exist', 'task_not_exist');
		if (status === 429) return taskError(status, code, '当前分组上游负载已饱和，请稍后再试');
		return taskError(status, code, message);
	},
};

function statusOf({ video, record, now }: RenderContext): string {
	const isUnknown = now - record.createdAt < record.renderMs * UNKNOWN_FRACTION;
	return isUnknown ? 'unknown' : openAiStatus(video);
}

function renderContentError(error: ApiError) {
	const { status, code } = error;
	const body = (message: string) => ({
		error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error' },
	});
	if (code === 'not_found') return { status, body: body('Task not found') };
	if (code === 'video_not_ready') {
		const message = error.message.replace('Video is not ready', 'Task is not completed');
		return { status: 400, body: body(message) };
	}
	return { status: status === 422 ? 400 : status, body: body(withCode(error)) };
}

/** The gateway's error shape for tasks. */
export function taskError(status: number, code: string | null, message: string) {
	return { status, body: { code: code ?? 'invalid_request', message, data: null } };
}
