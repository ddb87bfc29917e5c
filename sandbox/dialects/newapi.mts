import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { validateLeniently } from '../validation.mts';
import { contract } from './contract.mts';
import type { Dialect, Scene } from './dialect.mts';
import { openAiStatus, withCode } from './words.mts';

/** The part of the wait in which a task has not yet been handed on, of the whole render, 0..1. */
const UNKNOWN_PART = 0.05;

/** new-api and its many resellers, on their newer routes. */
export const newapi: Dialect = {
	...contract,
	name: 'newapi',
	tells: 'new-api: task ids, first "unknown", the first download fails, no variants',
	offers: ['remix'],
	newId: () => `task_${randomUUID().replaceAll('-', '')}`,
	judge: validateLeniently,
	video(scene) {
		const { id, object, model, progress, created_at, completed_at, seconds, size, error } =
			scene.video;
		return {
			id,
			task_id: id,
			object,
			model,
			status: statusOf(scene),
			progress,
			created_at,
			...(completed_at && { completed_at }),
			seconds,
			size,
			...(error && { error: { message: withCode(error) } }),
			...(completed_at && { metadata: { url: `${scene.base}/videos/${id}/content` } }),
		};
	},
	variantIn(asked = 'video') {
		if (asked === 'video') return 'video';
		throw new ApiError(404, `No such file: variant '${asked}'`);
	},
	deliver(scene, variant, isFirst) {
		// The gateway hears "done" before its upstream hands the file out.
		if (isFirst) throw new ApiError(502, 'Failed to fetch video content');
		return contract.deliver(scene, variant, isFirst);
	},
	refuse(error, kind) {
		const { status, message, code } = error;
		if (code === 'invalid_api_key') {
			const inner = { message: `${message} (request id: ${randomUUID()})` };
			return { status, body: { error: { ...inner, type: 'new_api_error', code: '' } } };
		}
		if (code === 'unknown_url') {
			const url = message.replace(/^Unknown route: ([^?]*).*/, 'Invalid URL ($1)');
			return { status, body: { error: { ...error.toBody().error, message: url, code: '' } } };
		}
		if (kind === 'content') return refuseContent(error);
		if (code === 'not_found') return task(400, 'task_not_exist', 'task_not_exist');
		if (status === 429) return task(status, code, '当前分组上游负载已饱和，请稍后再试');
		return task(status, code, message);
	},
};

function statusOf({ video, record, now }: Scene): string {
	const isYoung = now - record.createdAt < record.renderMs * UNKNOWN_PART;
	return isYoung ? 'unknown' : openAiStatus(video);
}

function refuseContent(error: ApiError) {
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

/** How the gateway words trouble with a task. */
export function task(status: number, code: string | null, message: string) {
	return { status, body: { code: code ?? 'invalid_request', message, data: null } };
}
