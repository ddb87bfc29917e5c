import { missingField, readAnyModel, readChoice, readPrompt } from '../fields.mts';
import { readLenientImage } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { renderFastApiError } from './fastapi.mts';
import { openAiStatus } from './formatting.mts';

const SIZES = ['720x1280', '1280x720', '1024x1024', '1024x1792', '1792x1024'];
const SECONDS = ['6', '10', '12', '16', '20'];

/** grok2api, the branch of jiujiu532. */
export const grok2api: Dialect = {
	...contract,
	name: 'grok2api',
	summary: 'grok2api: a form only, 6, 10, 12, 16 or 20 seconds, the image is input_reference[]',
	credential: {
		apiStyle: 'custom',
		createPath: '/videos',
		bodyFormat: 'multipart',
		sizeAs: 'size',
		secondsAs: 'seconds',
		imageField: 'input_reference[]',
		imageAs: 'file',
	},
	supports: [],
	validateCreate(form, isMultipart) {
		if (!isMultipart) throw missingField('model');
		const prompt = readPrompt(form);
		const model = readAnyModel(form);
		const size = readChoice(form, 'size', SIZES);
		const seconds = readChoice(form, 'seconds', SECONDS);
		return { model, prompt, size, seconds, ...readLenientImage(form, 'input_reference[]') };
	},
	renderVideo({ video }) {
		return { ...video, status: openAiStatus(video), quality: 'standard' };
	},
	readVariant: () => 'video',
	renderError(error) {
		const { code, param, message } = error;
		if (code === 'invalid_api_key') return { status: 403, body: { detail: 'Invalid API key.' } };
		if (code === 'not_found') return { status: 400, body: { error: { message, code } } };
		if (code === 'video_not_ready') return { status: 409, body: { error: { message, code } } };
		if (param === 'seconds') return { status: 400, body: { error: { message, param } } };
		return renderFastApiError(error);
	},
};
