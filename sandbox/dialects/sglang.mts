import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { readAnyModel, readPrompt, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import { readLenientImage, readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { renderFastApiError } from './fastapi.mts';
import { openAiStatus, withCode } from './formatting.mts';

/** SGLang's diffusion server 0.5.23, configured with cloud storage. */
export const sglang: Dialect = {
	...contract,
	name: 'sglang',
	summary: 'SGLang: any model name and size, an image in a form only, the file is at the url',
	supports: ['list', 'delete'],
	createId: () => randomUUID(),
	validateCreate(form, isMultipart) {
		if (!isMultipart) requireTextReference(form);
		const prompt = readPrompt(form);
		const model = readAnyModel(form);
		const size = readLenientSize(form);
		const seconds = readLenientSeconds(form);
		const image = readLenientImage(form, isMultipart ? 'input_reference' : 'reference_url');
		return { model, prompt, size, seconds, ...image };
	},
	renderVideo: videoObject,
	renderDeleted: (context) => ({ ...videoObject(context), status: 'deleted' }),
	readVariant(requested) {
		if (requested === undefined) return 'video';
		throw new ApiError(404, `Video variant ${requested} not found`);
	},
	deliverFile({ fileUrl }) {
		throw new ApiError(
			400,
			`Video has been uploaded to cloud storage. Please use the cloud URL: ${fileUrl()}`,
		);
	},
	renderError(error, kind) {
		if (error.param === 'size') {
			return { status: 400, body: { detail: 'size must be formatted as positive WIDTHxHEIGHT' } };
		}
		if (kind === 'content' && error.status === 422) {
			return { status: 404, body: { detail: 'Video variant None not found' } };
		}
		return renderFastApiError(error);
	},
};

/** In JSON it is the path of a file on the server, so an object is none. */
function requireTextReference(form: Form): void {
	const reference = readValue(form, 'input_reference');
	if (reference === undefined || typeof reference === 'string') return;
	throw new ApiError(
		400,
		'Invalid request body: 1 validation error for VideoGenerationsRequest\ninput_reference\n  Input should be a valid string [type=string_type, input_value={...}, input_type=dict]',
	);
}

function videoObject({ video, record, fileUrl }: RenderContext) {
	const { id, object, model, status, progress, created_at, completed_at, size, seconds, error } =
		video;
	const isDone = status === 'completed';
	const url = isDone ? fileUrl() : null;
	return {
		id,
		object,
		model,
		status: openAiStatus(video),
		progress,
		created_at,
		completed_at: completed_at ?? null,
		expires_at: video.expires_at ?? null,
		size,
		seconds,
		quality: 'standard',
		url,
		urls: url && [url],
		remixed_from_video_id: null,
		file_path: null,
		file_paths: null,
		num_outputs: 1,
		error: error ? { message: withCode(error) } : null,
		inference_time_s: isDone ? record.renderMs / 1000 : null,
		peak_memory_mb: isDone ? 0 : null,
	};
}
