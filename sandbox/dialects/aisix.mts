import { readModel, readPrompt } from '../fields.mts';
import { readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus, requireJson } from './formatting.mts';

/** AISIX; that it ignores an image only a setting can say. */
export const aisix: Dialect = {
	...contract,
	name: 'aisix',
	summary: 'AISIX: JSON only (415), an image is ignored, created_at is 0, download is a redirect',
	credential: { apiStyle: 'custom', bodyFormat: 'json', imageAs: 'none' },
	takesImages: false,
	supports: [],
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 415, 'Expected request with `Content-Type: application/json`');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '1024x1024');
		const seconds = readLenientSeconds(form, 'seconds', '5');
		return { model, prompt, size, seconds };
	},
	renderVideo: ({ video }) => ({ ...video, created_at: 0, status: openAiStatus(video) }),
	readVariant: () => 'video',
	deliverFile: ({ fileUrl }) => ({ redirect: fileUrl() }),
};
