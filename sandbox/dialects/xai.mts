import { randomUUID } from 'node:crypto';

import { fieldError } from '../errors.mts';
import { readModel, readPrompt, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import {
	type ImageInput,
	imageFromUrl,
	readIntegerSeconds,
	readLenientSeconds,
	readRatioSize,
} from '../lenientFields.mts';
import { MODELS, textModelList } from '../models.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { requireJson } from './formatting.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'pending',
	in_progress: 'pending',
	completed: 'done',
	failed: 'failed',
};

const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3'];

/** xAI's own API, which makes Grok Imagine's videos. */
export const xai: Dialect = {
	...contract,
	name: 'xai',
	summary: 'xAI: Create is at /videos/generations, JSON only, request_id, 202 while pending, done',
	credential: { apiStyle: 'xai' },
	supports: [],
	createPath: '/videos/generations',
	hasContent: false,
	modelLists: [
		{ path: '/models', render: textModelList },
		{ path: '/video-generation-models', render: videoModelList },
	],
	createId: () => randomUUID(),
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 415, 'Expected request with `Content-Type: application/json`');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const ratio = readValue(form, 'aspect_ratio');
		if (ratio !== undefined && !RATIOS.includes(String(ratio))) {
			throw fieldError('aspect_ratio', 'invalid_value', `Invalid aspect_ratio '${ratio}'`);
		}
		const size = readRatioSize(form, { ratio: '16:9', resolution: '480p' });
		// It reads `seconds`, a number or a text, for OpenAI's clients.
		const seconds = form.has('duration')
			? readIntegerSeconds(form, 'duration', 8)
			: readLenientSeconds(form, 'seconds', '8');
		return { model, prompt, size, seconds, ...readImage(form) };
	},
	renderCreated: ({ record: { id } }) => ({ status: 200, body: { request_id: id } }),
	renderVideo: videoObject,
	renderStatus(context) {
		const body = videoObject(context);
		return { status: body.status === 'pending' ? 202 : 200, body };
	},
	renderError({ status, code, message }) {
		return { status, body: { code: code ?? 'invalid_argument', error: message } };
	},
};

function videoObject({ video, fileUrl }: RenderContext) {
	const { status, progress, model, seconds, error } = video;
	return {
		status: STATUSES[status],
		progress,
		model,
		...(status === 'completed' && {
			video: { url: fileUrl(), duration: Number(seconds), respect_moderation: true },
			usage: { cost_in_usd_ticks: 500_000_000 * Number(seconds) },
		}),
		...(error && { error: { code: error.code, message: error.message } }),
	};
}

function videoModelList(created: number) {
	const models = MODELS.map(({ id }) => ({
		id,
		created,
		object: 'model',
		owned_by: 'xai',
		input_modalities: ['text', 'image'],
		output_modalities: ['video'],
	}));
	return { models };
}

/** `{url}`; `input_reference` and, inside, `image_url` are taken for OpenAI's clients. */
function readImage(form: Form): ImageInput {
	const name = form.has('image') ? 'image' : 'input_reference';
	const value = readValue(form, name);
	if (value === undefined) return {};
	const { url, image_url: other } = Object(value) as { url?: unknown; image_url?: unknown };
	return imageFromUrl(url ?? other, name);
}
