import { ApiError } from '../errors.mts';
import { readModel, readPrompt, readValue } from '../fields.mts';
import { readIntegerSeconds, readLenientImage, readLenientSize } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus, requireJson } from './formatting.mts';

/** Gateways written in Go or Rust: one after the other, their refusals say what they want. */
export const jsonnumber: Dialect = {
	...contract,
	name: 'jsonnumber',
	summary: 'a gateway in Go or Rust: refuses a form, then a text in seconds, each with 400',
	supports: ['list'],
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 400, 'Failed to parse the request body: expected JSON');
		if (typeof readValue(form, 'seconds') === 'string') {
			throw new ApiError(
				400,
				'json: cannot unmarshal string into Go struct field VideoRequest.seconds of type int64',
				{ code: 'invalid_request' },
			);
		}
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '1024x1024');
		const seconds = readIntegerSeconds(form, 'seconds', 5);
		return { model, prompt, size, seconds, ...readLenientImage(form) };
	},
	renderVideo: ({ video }) => ({
		...video,
		status: openAiStatus(video),
		seconds: Number(video.seconds),
	}),
	readVariant: () => 'video',
};
