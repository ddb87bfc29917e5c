import type { ApiError } from '../errors.mts';
import { readModel, readPrompt, readText } from '../fields.mts';
import { readImageText, readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import { createVideoId } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, DialectResponse } from './dialect.mts';
import { openAiStatus, requireJson } from './formatting.mts';

/** Bifrost at its own `/v1`, which needs no setting: its refusals say what it wants. Its `/openai/v1` takes forms. */
export const bifrost: Dialect = {
	...contract,
	name: 'bifrost',
	summary: 'Bifrost: JSON only, seconds and the image as text, lists only with ?provider=',
	supports: ['delete', 'remix'],
	fixedRoutes: [
		{
			method: 'GET',
			path: '/videos',
			...bifrostError(400, null, 'provider query parameter is required'),
		},
	],
	createId: () => `${createVideoId()}:openai`,
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 400, "Invalid request payload: invalid character '-'");
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '1024x1024');
		readText(form, 'seconds', 'a string');
		const seconds = readLenientSeconds(form, 'seconds', '5');
		return { model, prompt, size, seconds, ...readImageText(form, 'input_reference') };
	},
	renderVideo({ video, fileUrl }) {
		const videos = [{ type: 'url', url: fileUrl(), content_type: 'video/mp4' }];
		return {
			...video,
			status: openAiStatus(video),
			...(video.status === 'completed' && { videos }),
		};
	},
	readVariant: () => 'video',
	renderError: ({ status, code, message }: ApiError) => bifrostError(status, code, message),
};

function bifrostError(status: number, code: string | null, message: string): DialectResponse {
	const error = { code, message };
	return { status, body: { is_bifrost_error: false, status_code: status, error } };
}
