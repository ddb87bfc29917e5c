import { randomUUID } from 'node:crypto';

import { fieldError } from '../errors.mts';
import { readModel, readPrompt, readText, readValue } from '../fields.mts';
import type { Form } from '../form.mts';
import {
	type ImageInput,
	imageFromBase64,
	readLenientSeconds,
	readRatioSize,
	readSides,
} from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus, requireJson } from './formatting.mts';

/** Together AI's own videos API. */
export const together: Dialect = {
	...contract,
	name: 'together',
	summary: 'Together: JSON only, width and height, media.frame_images, no model list',
	credential: { apiStyle: 'together' },
	supports: [],
	hasContent: false,
	modelLists: [],
	createId: () => randomUUID(),
	// A short link, open to everybody.
	checkFileRequest: () => {},
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 400, 'Failed to parse the request body as JSON');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = form.has('ratio')
			? readRatioSize(
					form,
					{ ratio: '16:9', resolution: '720P' },
					{ ratio: 'ratio', resolution: 'resolution' },
				)
			: readSides(form, ['width', 'height'], [1366, 768]);
		readText(form, 'seconds', 'a string');
		const seconds = readLenientSeconds(form, 'seconds', '5');
		return { model, prompt, size, seconds, ...readFrame(form) };
	},
	renderVideo({ video, sameHostFileUrl }) {
		const { id, object, model, status, created_at, completed_at, size, seconds, error } = video;
		return {
			id,
			object,
			model,
			status: openAiStatus(video),
			created_at,
			...(completed_at && { completed_at }),
			size,
			seconds,
			...(status === 'completed' && { outputs: { cost: 0.28, video_url: sameHostFileUrl } }),
			...(error && { error: { code: error.code, message: error.message } }),
		};
	},
};

/** `media.frame_images`, or the older top-level field, each with one `{input_image, frame}`. */
function readFrame(form: Form): ImageInput {
	const media = readValue(form, 'media') as { frame_images?: unknown } | undefined;
	const frames = media?.frame_images ?? readValue(form, 'frame_images');
	if (frames === undefined) return {};
	const [first] = Array.isArray(frames) ? (frames as Array<{ input_image?: unknown }>) : [];
	if (first) return imageFromBase64(first.input_image, 'media.frame_images');
	throw fieldError(
		'media.frame_images',
		'invalid_type',
		"Invalid 'media.frame_images': expected a list of {input_image, frame}",
	);
}
