import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';

import { ApiError } from '../errors.mts';
import { missingField, readPrompt, readReferenceImage, readText } from '../fields.mts';
import type { Form } from '../form.mts';
import { readLenientSeconds, readLenientSize, requireIntegers } from '../lenientFields.mts';
import { MODELS, type Model } from '../models.mts';
import type { VideoError } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, DialectResponse, RenderContext } from './dialect.mts';
import { fastApiDetail, fastApiText } from './fastapi.mts';
import { openAiStatus, withCode } from './formatting.mts';

const INTEGER_FIELDS = ['fps', 'seed', 'num_frames', 'num_inference_steps', 'width', 'height'];

/** vLLM-Omni, a self-hosted server. */
export const vllm: Dialect = {
	...contract,
	name: 'vllm',
	summary:
		'vLLM-Omni: multipart only, free sizes, progress 0 until done, a failure is an HTTP error',
	supports: ['list', 'delete'],
	createId: () => `video_gen_${randomUUID().replaceAll('-', '')}`,
	validateCreate(form, isMultipart) {
		if (!isMultipart) throw missingField('prompt');
		const prompt = readPrompt(form);
		const model = readServedModel(form);
		const size = readLenientSize(form);
		const seconds = readLenientSeconds(form);
		requireIntegers(form, INTEGER_FIELDS);
		const reference = readReferenceImage(form);
		return { model, prompt, size, seconds, ...(reference && { reference }) };
	},
	renderVideo: videoObject,
	renderStatus(context) {
		const body = videoObject(context);
		return { status: body.error?.code ?? 200, body };
	},
	readVariant: () => 'video',
	renderError,
};

function videoObject({ video, record }: RenderContext) {
	const { id, status, completed_at, error } = video;
	const isDone = status === 'completed';
	return {
		...video,
		status: openAiStatus(video),
		progress: isDone ? 100 : 0,
		completed_at: completed_at ?? null,
		expires_at: null,
		quality: 'standard',
		error: error ? { code: numericCode(error), message: withCode(error) } : null,
		media_type: 'video/mp4',
		file_name: isDone ? `${id}.mp4` : null,
		inference_time_s: isDone ? record.renderMs / 1000 : null,
		stage_durations: {},
		peak_memory_mb: isDone ? 0 : null,
	};
}

function renderError(error: ApiError): DialectResponse {
	const { code, param } = error;
	if (code === 'invalid_api_key') return { status: 401, body: { error: 'Unauthorized' } };
	if (code === 'unknown_url') return { status: 404, body: { detail: 'Not Found' } };
	const status = param === null ? error.status : 400;
	const { type, msg } = fastApiDetail(error);
	const text = `1 validation error: {'type': '${type}', 'loc': 'body.${param}', 'msg': "${msg}"}`;
	const body = {
		message: param === null ? fastApiText(error) : text,
		type: STATUS_CODES[status],
		param: param && `body.${param}`,
		code: status,
	};
	return { status, body: { error: body } };
}

/** vLLM-Omni's error code is a number, not a string. */
const numericCode = ({ code }: VideoError) => (code === 'moderation_blocked' ? 400 : 500);

function readServedModel(form: Form): Model {
	const name = readText(form, 'model', 'a string') || MODELS[0].id;
	const model = MODELS.find(({ id }) => id === name);
	if (model) return model;
	throw new ApiError(
		400,
		`Model mismatch: request specifies '${name}' but server is running '${MODELS[0].id}'.`,
	);
}
