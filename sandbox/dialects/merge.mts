import { readModel, readPrompt } from '../fields.mts';
import { readIntegerSeconds, readLenientSize } from '../lenientFields.mts';
import { contract } from './contract.mts';
import type { Dialect, RenderContext } from './dialect.mts';
import { renderFastApiError } from './fastapi.mts';
import { randomAlphanumerics, openAiStatus, requireJson } from './formatting.mts';

/** Merge Gateway, whose schema has no field for an image. */
export const merge: Dialect = {
	...contract,
	name: 'merge',
	summary:
		'Merge Gateway: JSON only, 202, seconds a number, no images, field errors as a list (422)',
	credential: { apiStyle: 'merge' },
	takesImages: false,
	supports: ['list', 'delete'],
	createId: () => `vid_${randomAlphanumerics(24)}`,
	validateCreate(form, isMultipart) {
		requireJson(
			isMultipart,
			422,
			'Input should be a valid dictionary or object to extract fields from',
		);
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '1366x768');
		const seconds = readIntegerSeconds(form, 'seconds', 5);
		return { model, prompt, size, seconds };
	},
	renderCreated: (context) => ({ status: 202, body: videoObject(context) }),
	renderVideo: videoObject,
	readVariant: () => 'video',
	renderError: renderFastApiError,
};

function videoObject({ video }: RenderContext) {
	const { id, object, model, status, progress, created_at, size, seconds, error } = video;
	return {
		id,
		object,
		model,
		status: openAiStatus(video),
		progress,
		created_at,
		size,
		seconds,
		error: error ? { code: error.code, message: error.message } : null,
		cost: status === 'completed' ? 0.1 * Number(seconds) : null,
	};
}
