import { ApiError, fieldError } from '../errors.mts';
import { readPrompt, readText, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import {
	imageFromBase64,
	readIntegerSeconds,
	readLenientSeconds,
	readRatioSize,
} from '../lenientFields.mts';
import { MODELS, type Model } from '../models.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { randomAlphanumerics, withCode } from './formatting.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'processing',
	in_progress: 'processing',
	completed: 'completed',
	failed: 'failed',
};

const ERROR_STATUSES: Record<number, string> = {
	400: 'INVALID_ARGUMENT',
	401: 'UNAUTHENTICATED',
	403: 'PERMISSION_DENIED',
	404: 'NOT_FOUND',
	429: 'RESOURCE_EXHAUSTED',
	500: 'INTERNAL',
};

const KEY_HEADER = 'x-goog-api-key';
const SECONDS = ['4', '6', '8'];

/** The Gemini API's layer for OpenAI's clients; the file is outside it, and wants the key in another header. */
export const gemini: Dialect = {
	...contract,
	name: 'gemini',
	summary: `Gemini: duration_seconds, aspect_ratio, the file at files/… wants the header ${KEY_HEADER}`,
	credential: { apiStyle: 'gemini' },
	supports: [],
	hasContent: false,
	modelLists: [{ path: '/models', render: prefixedModelList }],
	createId: () => randomAlphanumerics(12).toLowerCase(),
	readApiKey(headers) {
		if (headers[KEY_HEADER] === undefined) return contract.readApiKey(headers);
		throw new ApiError(400, 'Multiple authentication credentials received. Please pass only one.');
	},
	checkFileRequest(headers, apiKey) {
		if (headers.authorization !== undefined) {
			throw new ApiError(
				401,
				'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
			);
		}
		if (headers[KEY_HEADER] !== apiKey) {
			throw new ApiError(403, "Method doesn't allow unregistered callers.");
		}
	},
	validateCreate(form, isMultipart) {
		const model = readPrefixedModel(form);
		const prompt = readPrompt(form);
		const size = readRatioSize(form, { ratio: ratioOfSize(form), resolution: '720p' });
		const seconds = isMultipart
			? readLenientSeconds(form, 'duration_seconds', '8')
			: readIntegerSeconds(form, 'duration_seconds', 8);
		if (!SECONDS.includes(seconds)) {
			throw fieldError(
				'duration_seconds',
				'invalid_value',
				`Unsupported duration_seconds ${seconds}: use 4, 6 or 8.`,
			);
		}
		const image = readValue(form, 'image');
		return {
			model,
			prompt,
			size,
			seconds,
			...(image !== undefined && imageFromBase64(image, 'image')),
		};
	},
	renderVideo({ video, sameHostFileUrl }: RenderContext) {
		const { id, object, created_at, model, status, error } = video;
		return {
			id,
			object,
			created_at,
			model: `models/${model}`,
			status: STATUSES[status],
			...(status === 'completed' && { url: `${sameHostFileUrl}?alt=media` }),
			...(error && { error: { code: 3, message: withCode(error) } }),
		};
	},
	renderError(error, kind) {
		const status = error.code === 'invalid_api_key' ? 400 : error.status;
		const message = error.code === 'video_expired' ? withCode(error) : error.message;
		const body = { error: { code: status, message, status: ERROR_STATUSES[status] ?? 'UNKNOWN' } };
		return { status, body: kind === 'file' ? body : [body] };
	},
};

/** Accepts a name with and without `models/`. */
function readPrefixedModel(form: Form): Model {
	const name = (readText(form, 'model', 'a string') ?? '').replace(/^models\//, '');
	const model = MODELS.find(({ id }) => id === name);
	if (model) return model;
	throw new ApiError(404, `models/${name} is not found for API version v1main`);
}

/** Where no aspect ratio is sent, it is that of `size`, of which nothing else is read. */
function ratioOfSize(form: Form): string {
	const [, width, height] =
		/^(\d+)x(\d+)$/.exec(String(readValue(form, 'size')))?.map(Number) ?? [];
	return height > width ? '9:16' : '16:9';
}

function prefixedModelList(created: number) {
	const data = MODELS.map(({ id }) => ({
		id: `models/${id}`,
		object: 'model',
		created,
		owned_by: 'google',
		display_name: id,
	}));
	return { object: 'list', data };
}
