import { readModel, readPrompt } from '../fields.mts';
import { readImageText, readIntegerSeconds, readLenientSize } from '../lenientFields.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { renderFastApiError } from './fastapi.mts';
import { randomAlphanumerics, requireJson, withCode } from './formatting.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'queued',
	in_progress: 'queued',
	completed: 'succeeded',
	failed: 'failed',
};

/** DeepInfra. */
export const deepinfra: Dialect = {
	...contract,
	name: 'deepinfra',
	summary: 'DeepInfra: JSON only, seconds a number, image_url, a file address without a host',
	credential: { apiStyle: 'deepinfra' },
	supports: [],
	hasContent: false,
	createId: () => randomAlphanumerics(22),
	checkFileRequest: () => {},
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 422, 'Input should be a valid dictionary');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '832x480');
		const seconds = readIntegerSeconds(form, 'seconds', 5);
		return { model, prompt, size, seconds, ...readImageText(form, 'image_url') };
	},
	renderVideo({ video, sameHostFileUrl }) {
		const { id, created_at, model, status, error } = video;
		return {
			id,
			object: 'video.generation.job',
			created_at,
			model,
			status: STATUSES[status],
			data: status === 'completed' ? [{ url: new URL(sameHostFileUrl).pathname }] : null,
			error: error ? withCode(error) : null,
		};
	},
	renderError: renderFastApiError,
};
