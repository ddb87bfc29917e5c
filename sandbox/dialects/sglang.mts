import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { readAnyModel, readPrompt, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import { readLenientImage, readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { NOT_ALLOWED, diskFileHeaders, renderFastApiError } from './fastapi.mts';
import { sglangFaults } from './faults/selfHosted.mts';
import { openAiStatus, withCode } from './formatting.mts';

/** SGLang's diffusion server 0.5.23. */
export const sglang: Dialect = {
	...contract,
	name: 'sglang',
	summary: 'SGLang: any key, model name and size, an image in a form only',
	supports: ['list', 'delete'],
	faults: sglangFaults,
	fixedRoutes: NOT_ALLOWED,
	deletesUnfinished: true,
	needsApiKey: () => false,
	createId: () => randomUUID(),
	validateCreate(form, isMultipart) {
		if (!isMultipart) requireTextReference(form);
		const prompt = readPrompt(form);
		const model = readAnyModel(form);
		if (/t2v/i.test(model.id) && form.has('input_reference')) {
			throw new ApiError(400, 'input_reference is not supported for T2V models.');
		}
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
	deliverFile(context, variant) {
		const { faults, fileUrl } = context;
		if (!faults.has('cloud-storage')) return { variant, headers: diskFileHeaders(context) };
		throw new ApiError(
			400,
			`Video has been uploaded to cloud storage. Please use the cloud URL: ${fileUrl()}`,
		);
	},
	renderError(error, kind) {
		if (error.param === 'size') {
			return { status: 400, body: { detail: 'size must be formatted as positive WIDTHxHEIGHT' } };
		}
		const { status, code } = error;
		if (kind === 'content' && (status === 422 || code === 'video_expired')) {
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

function videoObject({ video, record, faults, fileUrl }: RenderContext) {
	const { id, object, model, status, progress, created_at, completed_at, size, seconds, error } =
		video;
	const isDone = status === 'completed';
	const isInCloud = faults.has('cloud-storage');
	const url = isDone && isInCloud ? fileUrl() : null;
	const path = isDone && !isInCloud ? `outputs/${id}.mp4` : null;
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
		file_path: path,
		file_paths: path && [path],
		num_outputs: 1,
		revised_prompt: null,
		action: null,
		lidar: null,
		error: error ? { message: withCode(error) } : null,
		inference_time_s: isDone ? record.renderMs / 1000 : null,
		peak_memory_mb: isDone ? 0 : null,
	};
}
