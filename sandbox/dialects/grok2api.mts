import { missingField, readAnyModel, readChoice, readPrompt } from '../fields.mts';
import { readLenientImage } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { NOT_ALLOWED, renderFastApiError } from './fastapi.mts';
import { grok2apiFaults } from './faults/grok.mts';
import { openAiStatus, withCode } from './formatting.mts';

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
	faults: grok2apiFaults,
	fixedRoutes: [
		...NOT_ALLOWED,
		{ ...NOT_ALLOWED[0], method: 'GET', path: '/videos' },
		{ ...NOT_ALLOWED[0], method: 'DELETE', path: '/videos/:id' },
	],
	needsApiKey: (kind) => kind !== 'other',
	validateCreate(form, isMultipart) {
		if (!isMultipart) throw missingField('model');
		const prompt = readPrompt(form);
		const model = readAnyModel(form);
		const size = readChoice(form, 'size', SIZES);
		const seconds = readChoice(form, 'seconds', SECONDS);
		return { model, prompt, size, seconds, ...readLenientImage(form, 'input_reference[]') };
	},
	renderVideo({ video }) {
		const { error } = video;
		return {
			...video,
			status: openAiStatus(video),
			quality: 'standard',
			...(error && { error: { code: 'video_generation_failed', message: withCode(error) } }),
		};
	},
	readVariant: () => 'video',
	renderError(error) {
		const { code, param, message } = error;
		if (code === 'invalid_api_key') return { status: 403, body: { detail: 'Invalid API key.' } };
		if (code === 'not_found') {
			const text = message.replace(/^Video with id ('.*') not found\.$/s, 'Video $1 not found');
			const body = { message: text, type: 'invalid_request_error', param: 'video_id' };
			return { status: 400, body: { error: body } };
		}
		if (code === 'video_not_ready') return { status: 409, body: { error: { message, code } } };
		if (param !== null) {
			const text = code === 'missing_required_parameter' ? 'Field required' : message;
			return { status: 400, body: { error: { message: text, param } } };
		}
		return renderFastApiError(error);
	},
};
