import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';

import { ApiError, fieldError } from '../errors.mts';
import { missingField, readPrompt, readReferenceImage, readText, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import { readLenientSeconds, readLenientSize, requireIntegers } from '../lenientFields.mts';
import { MODELS, type Model } from '../models.mts';
import { type VideoError, completedAt } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, DialectResponse, RenderContext } from './dialect.mts';
import { NOT_ALLOWED, diskFileHeaders, fastApiDetail, fastApiText } from './fastapi.mts';
import { vllmFaults } from './faults/selfHosted.mts';
import { openAiStatus, withCode } from './formatting.mts';

const INTEGER_FIELDS = ['fps', 'seed', 'num_frames', 'num_inference_steps', 'width', 'height'];

/** vLLM-Omni, a self-hosted server. */
export const vllm: Dialect = {
	...contract,
	name: 'vllm',
	summary:
		'vLLM-Omni: multipart only, free sizes, progress 0 until done, a failure is an HTTP error',
	supports: ['list', 'delete'],
	faults: vllmFaults,
	fixedRoutes: NOT_ALLOWED,
	pageSize: Infinity,
	deletesUnfinished: true,
	createId: () => `video_gen_${randomUUID().replaceAll('-', '')}`,
	validateCreate(form, isMultipart) {
		if (!isMultipart) throw missingField('prompt');
		const prompt = readPrompt(form);
		const model = readServedModel(form);
		const size = readLenientSize(form);
		const seconds = readLenientSeconds(form);
		requireIntegers(form, INTEGER_FIELDS);
		requireServable(form);
		const reference = readReferenceImage(form);
		return { model, prompt, size, seconds, ...(reference && { reference }) };
	},
	renderVideo: videoObject,
	renderStatus(context) {
		const body = videoObject(context);
		return { status: body.error?.code ?? 200, body };
	},
	readVariant: () => 'video',
	deliverFile: (context, variant) => ({ variant, headers: diskFileHeaders(context) }),
	renderError,
};

function videoObject({ video, record }: RenderContext) {
	const { id, status, completed_at, error } = video;
	const isDone = status === 'completed';
	return {
		...video,
		status: openAiStatus(video),
		progress: isDone ? 100 : 0,
		completed_at: completed_at ?? (error ? completedAt(record) : null),
		expires_at: null,
		quality: 'standard',
		error: error ? { code: numericCode(error), message: withCode(error) } : null,
		media_type: 'video/mp4',
		file_name: isDone ? `${id}.mp4` : null,
		inference_time_s: isDone ? record.renderMs / 1000 : null,
		fps: null,
		num_frames: null,
		duration_s: null,
		metrics: {},
		action: null,
		stage_durations: {},
		peak_memory_mb: isDone ? 0 : null,
	};
}

function renderError(error: ApiError): DialectResponse {
	const { code, param } = error;
	if (code === 'invalid_api_key') return { status: 401, body: { error: 'Unauthorized' } };
	if (code === 'unknown_url') return { status: 404, body: { detail: 'Not Found' } };
	const status = param === null ? error.status : 400;
	const text = code === 'pydantic' ? error.message : fieldErrorText(error);
	const body = {
		message: param === null ? fastApiText(error) : text,
		type: STATUS_CODES[status],
		param: param && `body.${param}`,
		code: status,
	};
	return { status, body: { error: body } };
}

/** A field error as Python prints it. */
function fieldErrorText(error: ApiError): string {
	const { loc, ...detail } = fastApiDetail(error);
	const { type, ...rest } = detail;
	const fields = Object.entries({ type, loc: loc.join('.'), ...rest });
	return `1 validation error: {${fields.map(([name, value]) => `'${name}': ${pythonText(value)}`).join(', ')}}`;
}

function pythonText(value: unknown): string {
	if (value === null || value === undefined) return 'None';
	if (typeof value === 'object') {
		const fields = Object.entries(value).map(([name, each]) => `'${name}': ${pythonText(each)}`);
		return `{${fields.join(', ')}}`;
	}
	const text = String(value).replaceAll('\\', '\\\\');
	return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/** What its request class refuses, in the words of that class. */
function requireServable(form: Form): void {
	const refuse = (name: string, rule: string, type: string, input: string) => {
		throw fieldError(
			name,
			'pydantic',
			`1 validation error for VideoGenerationRequest\n${name}\n  ${rule} [type=${type}, input_value=${input}]\n    For further information visit https://errors.pydantic.dev/2.12/v/${type}`,
		);
	};
	const steps = readValue(form, 'num_inference_steps');
	if (Number(steps) > 200) {
		const rule = 'Input should be less than or equal to 200';
		refuse('num_inference_steps', rule, 'less_than_equal', `${steps as string}, input_type=int`);
	}
	const quality = readValue(form, 'quality');
	if (quality !== undefined && quality !== 'lossless' && quality !== 'high') {
		const rule = "Input should be 'lossless' or 'high'";
		refuse('quality', rule, 'literal_error', `'${quality as string}', input_type=str`);
	}
}

/** vLLM-Omni's error code is a number, not a string. */
const numericCode = ({ code }: VideoError) =>
	({ moderation_blocked: 400, engine_dead: 503 })[code] ?? 500;

function readServedModel(form: Form): Model {
	const name = readText(form, 'model', 'a string') || MODELS[0].id;
	const model = MODELS.find(({ id }) => id === name);
	if (model) return model;
	throw new ApiError(
		400,
		`Model mismatch: request specifies '${name}' but server is running '${MODELS[0].id}'.`,
	);
}
