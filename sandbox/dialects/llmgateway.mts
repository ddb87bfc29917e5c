import { ApiError, fieldError } from '../errors.mts';
import { missingField, readModel, readPrompt } from '../fields.mts';
import { readIntegerSeconds, readLenientImage, readLenientSize } from '../lenientFields.mts';
import type { Form } from '../form.mts';
import { modelList, textModelList } from '../models.mts';
import { contract, requireFile } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { llmgatewayFaults } from './faults/llmgateway.mts';
import { openAiStatus, randomAlphanumerics, requireJson } from './formatting.mts';

const SIZES = [
	...['848x480', '854x480', '480x854', '1280x720', '1696x960', '720x1280', '1366x768', '768x1366'],
	...['1920x1080', '1080x1920', '3840x2160', '2160x3840', '1792x1024', '1024x1792'],
];

const CODES: Record<number, string> = {
	401: 'invalid_api_key',
	402: 'billing_error',
	403: 'permission_denied',
	404: 'not_found',
	415: 'unsupported_media_type',
	429: 'rate_limit_exceeded',
};

/** LLM Gateway, with a model that starts from a first frame and takes no reference images. */
export const llmgateway: Dialect = {
	...contract,
	name: 'llmgateway',
	summary: 'LLM Gateway: JSON only (415), seconds a number and required, errors as zod words them',
	credential: { apiStyle: 'llmgateway' },
	supports: [],
	faults: llmgatewayFaults,
	modelLists: [{ path: '/models', render: modelsByOutput }],
	needsApiKey: (kind) => kind !== 'models',
	checkRequest(method, { 'content-type': type = '' }) {
		if (method === 'POST') requireJson(!/^application\/json/i.test(type), 415, NO_JSON);
	},
	checkBody: readShape,
	createId: () => randomAlphanumerics(20),
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 415, NO_JSON);
		const { prompt, seconds, size } = readShape(form);
		const model = readModel(form);
		for (const name of ['input_reference', 'reference_images']) {
			if (!form.has(name)) continue;
			throw fieldError(
				name,
				'unsupported_by_model',
				`Model ${model.id} does not support reference images`,
			);
		}
		return { model, prompt, size, seconds, ...readLenientImage(form, 'image') };
	},
	checkDownload(context) {
		const { video, faults } = context;
		if (faults.has('job-expired')) throw notReady('expired');
		if (video.status === 'pending' || video.status === 'in_progress') {
			throw notReady(openAiStatus(video));
		}
		requireFile(context);
	},
	renderVideo({ video, faults, fileUrl }) {
		const isExpired = faults.has('job-expired');
		const { id, object, model, progress, status, created_at, completed_at, expires_at, error } =
			video;
		return {
			id,
			object,
			model,
			status: isExpired ? 'expired' : openAiStatus(video),
			progress,
			created_at,
			completed_at: completed_at ?? null,
			expires_at: expires_at ?? null,
			error: error ? { code: error.code, message: error.message, details: {} } : null,
			...(status === 'completed' &&
				!isExpired && {
					content: [{ type: 'video', url: fileUrl(), mime_type: 'video/mp4' }],
				}),
		};
	},
	readVariant: () => 'video',
	renderError(error) {
		const { code, param, message } = error;
		if (code === 'unknown_url') return { status: 404, body: '404 Not Found' };
		if (param !== null && !['model_not_found', 'unsupported_by_model'].includes(String(code))) {
			return { status: 400, body: zodError(error) };
		}
		const { status } = error;
		const text =
			code === 'model_not_found' ? `Unsupported video model: ${message.split("'")[1]}` : message;
		const type = status >= 500 ? 'api_error' : 'invalid_request_error';
		return {
			status,
			body: { error: { message: text, type, param: null, code: CODES[status] ?? null } },
		};
	},
};

const NO_JSON = 'Unsupported Media Type: expected Content-Type application/json';

const notReady = (status: string) =>
	new ApiError(409, `Video is not ready yet. Current status: ${status}`);

/** What is looked at before the key. */
function readShape(form: Form) {
	const prompt = readPrompt(form);
	if (!form.has('seconds')) throw missingField('seconds');
	const seconds = readIntegerSeconds(form, 'seconds', 0);
	const size = readLenientSize(form, '1280x720');
	if (SIZES.includes(size)) return { prompt, seconds, size };
	throw fieldError('size', 'invalid_value', `Invalid enum value, received '${size}'`);
}

/** Its list, for which it wants no key: of each model, what it puts out. */
function modelsByOutput(created: number) {
	const withOutput = (list: ReturnType<typeof modelList>, output: string) =>
		list.data.map((model) => ({
			...model,
			architecture: { input_modalities: ['text'], output_modalities: [output] },
		}));
	return {
		data: [
			...withOutput(textModelList(created), 'text'),
			...withOutput(modelList(created), 'video'),
		],
	};
}

function zodError({ code, param, message }: ApiError) {
	const isType = code === 'invalid_type';
	const isMissing = code === 'missing_required_parameter';
	const received = isMissing ? 'undefined' : 'string';
	const issue = {
		code: isType || isMissing ? 'invalid_type' : 'custom',
		...((isType || isMissing) && { expected: param === 'seconds' ? 'number' : 'string', received }),
		path: [param],
		message: isMissing ? 'Required' : isType ? 'Expected number, received string' : message,
	};
	return { success: false, error: { issues: [issue], name: 'ZodError' } };
}
