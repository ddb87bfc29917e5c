import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { readModel, readPrompt } from '../fields.mts';
import type { Form } from '../form.mts';
import {
	type ImageInput,
	readLenientImage,
	readLenientSeconds,
	readLenientSize,
} from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { withCode } from './formatting.mts';

/** In US dollars, for `usage`. */
const PRICE_PER_SECOND = 0.1;

/** OpenRouter and its clones. */
export const openrouter: Dialect = {
	...contract,
	name: 'openrouter',
	summary: 'OpenRouter: JSON only, 202, the file is at unsigned_urls with the key, error is a text',
	supports: [],
	contentRoute: { path: '/videos/:id/files/0', kind: 'file' },
	createId: () => `vgen_${randomUUID().replaceAll('-', '')}`,
	validateCreate(form, isMultipart) {
		if (isMultipart) throw new ApiError(400, 'The body must be JSON.');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form);
		const seconds = readLenientSeconds(form, form.has('duration') ? 'duration' : 'seconds');
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
					unsigned_urls: [`${baseUrl}/videos/${id}/files/0`],
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

/** OpenRouter's own field is `frame_images`; clones also accept the spec's. */
function readFirstFrame(form: Form): ImageInput {
	const frames = form.get('frame_images')?.[0];
	const [first] = frames && 'value' in frames && Array.isArray(frames.value) ? frames.value : [];
	if (!first) return readLenientImage(form);
	return readLenientImage(
		new Map([['frame_images', [{ value: first as unknown }]]]),
		'frame_images',
	);
}
