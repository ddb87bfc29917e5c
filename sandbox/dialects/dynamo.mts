import { readModel, readPrompt } from '../fields.mts';
import { readImageText, readIntegerSeconds, readLenientSize } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { requireJson, withCode } from './formatting.mts';

/** NVIDIA Dynamo, which answers a Create when the video is there. */
export const dynamo: Dialect = {
	...contract,
	name: 'dynamo',
	summary:
		'Dynamo: JSON only, Create answers with the completed video, which is at no other address',
	supports: [],
	isSynchronous: true,
	hasContent: false,
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 415, 'Expected request with `Content-Type: application/json`');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '832x480');
		const seconds = readIntegerSeconds(form, 'seconds', 5);
		return { model, prompt, size, seconds, ...readImageText(form, 'input_reference') };
	},
	renderVideo({ video, fileUrl }) {
		const { id, object, model, status, progress, created_at, error } = video;
		return {
			id,
			object,
			model,
			status,
			progress,
			created: created_at,
			data: status === 'completed' ? [{ output_format: 'mp4', url: fileUrl() }] : [],
			...(error && { error: withCode(error) }),
		};
	},
};
