import { randomUUID } from 'node:crypto';

import { fieldError } from '../errors.mts';
import { readModel, readPrompt, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import {
	type ImageInput,
	imageFromUrl,
	readIntegerSeconds,
	readLenientSize,
	readRatioSize,
} from '../lenientFields.mts';
import { MODELS, textModelList } from '../models.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { requireJson, withCode } from './formatting.mts';

/** In US dollars, for `usage`. */
const PRICE_PER_SECOND = 0.1;

/** OpenRouter, and ofox, Mastra, ModelGates and zveno, which copy it. */
export const openrouter: Dialect = {
	...contract,
	name: 'openrouter',
	summary: 'OpenRouter: JSON only, duration a number, frame_images, 202, models of its own list',
	credential: { apiStyle: 'openrouter' },
	supports: [],
	modelLists: [
		{ path: '/models', render: textModelList },
		{ path: '/videos/models', render: videoModelList },
	],
	createId: () => `vgen_${randomUUID().replaceAll('-', '')}`,
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 400, 'Invalid JSON in the request body');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = form.has('size')
			? readLenientSize(form)
			: readRatioSize(form, { ratio: '16:9', resolution: '480p' });
		const seconds = readIntegerSeconds(form, 'duration', 5);
		return { model, prompt, size, seconds, ...readFirstFrame(form) };
	},
	renderCreated: (context) => ({ status: 202, body: jobObject(context) }),
	renderVideo(context) {
		const { video, baseUrl, isExpired } = context;
		const { id, status, error, seconds } = video;
		return {
			...jobObject(context),
			...(status === 'completed' &&
				!isExpired && {
					unsigned_urls: [`${baseUrl}/videos/${id}/content?index=0`],
					usage: { cost: Number((Number(seconds) * PRICE_PER_SECOND).toFixed(2)) },
				}),
			...(error && { error: withCode(error) }),
		};
	},
	readVariant: () => 'video',
	renderError(error) {
		const { status, code } = error;
		const message = code === 'video_expired' ? withCode(error) : error.message;
		return { status, body: { error: { code: status, message } } };
	},
};

function jobObject({ video: { id, status }, isExpired, baseUrl }: RenderContext) {
	return {
		id,
		polling_url: `${baseUrl}/videos/${id}`,
		status: isExpired && status === 'completed' ? 'expired' : status,
	};
}

function videoModelList(created: number) {
	const data = MODELS.map(({ id }) => ({
		id,
		canonical_slug: id,
		name: id,
		created,
		supported_resolutions: ['480p', '720p', '1080p'],
		supported_aspect_ratios: ['16:9', '9:16', '1:1'],
		supported_sizes: null,
		supported_durations: [4, 5, 6, 8, 10, 12],
		supported_frame_images: ['first_frame'],
		generate_audio: null,
		seed: null,
	}));
	return { data };
}

interface Frame {
	type?: unknown;
	frame_type?: unknown;
	image_url?: { url?: unknown };
}

function readFirstFrame(form: Form): ImageInput {
	const frames = readValue(form, 'frame_images');
	if (frames === undefined) return {};
	const first = (Array.isArray(frames) ? (frames as Array<Frame | undefined>) : []).find(
		(frame) => frame?.type === 'image_url' && frame.frame_type === 'first_frame',
	);
	if (first) return imageFromUrl(first.image_url?.url, 'frame_images');
	throw fieldError(
		'frame_images',
		'invalid_type',
		'Invalid \'frame_images\': expected [{type: "image_url", image_url: {url}, frame_type: "first_frame"}]',
	);
}
