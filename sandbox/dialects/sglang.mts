import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { readModel, readPrompt } from '../fields.mts';
import { readLenientImage, readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import { MODELS } from '../models.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { renderFastApiError } from './fastapi.mts';
import { withCode } from './formatting.mts';

/** SGLang's diffusion server, configured with cloud storage. */
export const sglang: Dialect = {
	...contract,
	name: 'sglang',
	summary: 'SGLang: multipart only with a picture, never "in_progress", the file is at the url',
	supports: ['list', 'delete'],
	createId: () => randomUUID(),
	validateCreate(form, isMultipart) {
		if (isMultipart && !form.has('input_reference')) {
			throw new ApiError(400, 'input_reference file is required');
		}
		const prompt = readPrompt(form);
		const model = form.has('model') ? readModel(form) : MODELS[0];
		const size = readLenientSize(form);
		const seconds = readLenientSeconds(form);
		const image = readLenientImage(form, isMultipart ? 'input_reference' : 'reference_url');
		return { model, prompt, size, seconds, ...image };
	},
	renderVideo: videoObject,
	renderDeleted: (context) => ({ ...videoObject(context), status: 'deleted' }),
	readVariant(requested = 'video') {
		if (requested === 'video') return 'video';
		throw new ApiError(400, 'Only variant=video is supported');
	},
	deliverFile({ fileUrl }) {
		throw new ApiError(
			400,
			`Video has been uploaded to cloud storage. Please use the cloud URL: ${fileUrl()}`,
		);
	},
	renderError: renderFastApiError,
};

function videoObject({ video, record, fileUrl }: RenderContext) {
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
