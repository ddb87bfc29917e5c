import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { modelOf, promptOf } from '../fields.mts';
import type { Form } from '../form.mts';
import { type Picture, freeSecondsOf, freeSizeOf, pictureOf } from '../freeFields.mts';
import { contract } from './contract.mts';
import type { Dialect, Scene } from './dialect.mts';
import { withCode } from './words.mts';

/** US dollars for a second of video, for `usage`. */
const PRICE = 0.1;

/** OpenRouter and its clones. */
export const openrouter: Dialect = {
	...contract,
	name: 'openrouter',
	tells: 'OpenRouter: JSON only, 202, the file is at unsigned_urls with the key, error is a text',
	offers: [],
	content: { path: '/videos/:id/files/0', kind: 'file' },
	newId: () => `vgen_${randomUUID().replaceAll('-', '')}`,
	judge(form, isMultipart) {
		if (isMultipart) throw new ApiError(400, 'The body must be JSON.');
		const model = modelOf(form);
		const prompt = promptOf(form);
		const size = freeSizeOf(form);
		const seconds = freeSecondsOf(form, form.has('duration') ? 'duration' : 'seconds');
		return { model, prompt, size, seconds, ...firstFrame(form) };
	},
	created: (scene) => ({ status: 202, body: jobOf(scene) }),
	video(scene) {
		const { video, base, isExpired } = scene;
		const { id, status, error, seconds } = video;
		return {
			...jobOf(scene),
			...(status === 'completed' &&
				!isExpired && {
					unsigned_urls: [`${base}/videos/${id}/files/0`],
					usage: { cost: Number((Number(seconds) * PRICE).toFixed(2)) },
				}),
			...(error && { error: withCode(error) }),
		};
	},
	variantIn: () => 'video',
	refuse(error) {
		const { status, code } = error;
		const message = code === 'video_expired' ? withCode(error) : error.message;
		return { status, body: { error: { code: status, message } } };
	},
};

function jobOf({ video: { id, status }, isExpired, base }: Scene) {
	const word = isExpired && status === 'completed' ? 'expired' : status;
	return { id, polling_url: `${base}/videos/${id}`, status: word };
}

/** `frame_images` is its own name for it; clones also take the contract's. */
function firstFrame(form: Form): Picture {
	const frames = form.get('frame_images')?.[0];
	const [first] = frames && 'value' in frames && Array.isArray(frames.value) ? frames.value : [];
	if (!first) return pictureOf(form);
	return pictureOf(new Map([['frame_images', [{ value: first as unknown }]]]), 'frame_images');
}
