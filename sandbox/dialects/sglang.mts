import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { modelOf, promptOf } from '../fields.mts';
import { freeSecondsOf, freeSizeOf, pictureOf } from '../freeFields.mts';
import { models } from '../models.mts';
import { contract } from './contract.mts';
import type { Dialect, Scene } from './dialect.mts';
import { refuseAsFastApi } from './fastapi.mts';
import { withCode } from './words.mts';

/** SGLang's diffusion server, set up with cloud storage. */
export const sglang: Dialect = {
	...contract,
	name: 'sglang',
	tells: 'SGLang: multipart only with a picture, never "in_progress", the file is at the url',
	offers: ['list', 'delete'],
	newId: () => randomUUID(),
	judge(form, isMultipart) {
		if (isMultipart && !form.has('input_reference')) {
			throw new ApiError(400, 'input_reference file is required');
		}
		const prompt = promptOf(form);
		const model = form.has('model') ? modelOf(form) : models[0];
		const size = freeSizeOf(form);
		const seconds = freeSecondsOf(form);
		const picture = pictureOf(form, isMultipart ? 'input_reference' : 'reference_url');
		return { model, prompt, size, seconds, ...picture };
	},
	video: videoObject,
	deleted: (scene) => ({ ...videoObject(scene), status: 'deleted' }),
	variantIn(asked = 'video') {
		if (asked === 'video') return 'video';
		throw new ApiError(400, 'Only variant=video is supported');
	},
	deliver({ fileUrl }) {
		throw new ApiError(
			400,
			`Video has been uploaded to cloud storage. Please use the cloud URL: ${fileUrl()}`,
		);
	},
	refuse: refuseAsFastApi,
};

function videoObject({ video, record, fileUrl }: Scene) {
	const { id, object, model, status, created_at, completed_at, size, seconds, error } = video;
	const isDone = status === 'completed';
	return {
		id,
		object,
		model,
		status: isDone || status === 'failed' ? status : 'queued',
		progress: isDone ? 100 : 0,
		created_at,
		completed_at: completed_at ?? null,
		size,
		seconds,
		quality: 'standard',
		url: isDone ? fileUrl() : null,
		file_path: null,
		num_outputs: 1,
		error: error ? { message: withCode(error) } : null,
		inference_time_s: isDone ? record.renderMs / 1000 : null,
		peak_memory_mb: isDone ? 0 : null,
	};
}
