import { ApiError } from '../errors.mts';
import { readPrompt, readValue } from '../fields.mts';
import { validateCreateLeniently } from '../validation.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus } from './formatting.mts';

/** APIYI and LaoZhang. */
export const apiyi: Dialect = {
	...contract,
	name: 'apiyi',
	summary: 'APIYI: seconds a text, an image in a form only, the first download comes too early',
	supports: [],
	validateCreate(form, isMultipart) {
		readPrompt(form);
		const seconds = readValue(form, 'seconds');
		if (seconds !== undefined && typeof seconds !== 'string') {
			throw new ApiError(
				400,
				'json: cannot unmarshal number into Go struct field .seconds of type string',
				{ code: 'parse_request_failed' },
			);
		}
		if (!isMultipart) form.delete('input_reference');
		return validateCreateLeniently(form);
	},
	renderVideo({ video }) {
		const { error: _error, prompt: _prompt, ...rest } = video;
		const progress = { pending: 0, in_progress: 50, completed: 100, failed: 100 }[video.status];
		return { ...rest, status: openAiStatus(video), progress };
	},
	readVariant: () => 'video',
	deliverFile(context, variant, isFirst) {
		if (!isFirst) return contract.deliverFile(context, variant, isFirst);
		throw new ApiError(400, 'Video is not ready yet', { code: 'invalid_request' });
	},
};
