import { randomUUID } from 'node:crypto';

import { readModel, readPrompt, readValue } from '../fields.mts';
import { imageFromBase64, readFrameSeconds, readSides } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus, requireJson, withCode } from './formatting.mts';

/** Agnes AI with its model agnes-video-v2.0. */
export const agnes: Dialect = {
	...contract,
	name: 'agnes',
	summary: 'Agnes: JSON only, width, height, num_frames, an image as bare base64, metadata.url',
	credential: { apiStyle: 'agnes' },
	supports: [],
	hasContent: false,
	createId: () => `task_${randomUUID().replaceAll('-', '')}`,
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 400, "invalid character '-' in numeric literal");
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readSides(form, ['width', 'height'], [1152, 768]);
		const seconds = readFrameSeconds(form, { frames: 121, rate: 24 });
		const image = readValue(form, 'image');
		return {
			model,
			prompt,
			size,
			seconds,
			...(image !== undefined && imageFromBase64(image, 'image')),
		};
	},
	renderVideo({ video, fileUrl }) {
		const { id, object, model, status, progress, created_at, size, seconds, error } = video;
		return {
			id,
			task_id: id,
			video_id: `video_${id}`,
			object,
			model,
			status: openAiStatus(video),
			progress,
			created_at,
			size,
			seconds,
			...(status === 'completed' && { metadata: { url: fileUrl() } }),
			error: error ? withCode(error) : null,
		};
	},
};
