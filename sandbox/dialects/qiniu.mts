import { readModel, readPrompt, readText } from '../fields.mts';
import { readImageText, readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import type { VideoStatus } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { randomAlphanumerics, requireJson } from './formatting.mts';

const STATUSES: Record<VideoStatus, string> = {
	pending: 'initializing',
	in_progress: 'downloading',
	completed: 'completed',
	failed: 'failed',
};

/** Qiniu, with a Kling model. */
export const qiniu: Dialect = {
	...contract,
	name: 'qiniu',
	summary: 'Qiniu: JSON only, own words for the status, the file in task_result, no download route',
	supports: ['remix'],
	hasContent: false,
	createId: () => `qvideo-${randomAlphanumerics(20)}`,
	validateCreate(form, isMultipart) {
		requireJson(isMultipart, 400, 'invalid json body');
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form, '1920x1080');
		readText(form, 'seconds', 'a string');
		const seconds = readLenientSeconds(form, 'seconds', '5');
		return { model, prompt, size, seconds, ...readImageText(form, 'input_reference') };
	},
	renderVideo({ video, fileUrl }) {
		const { id, object, model, status, created_at, completed_at, size, seconds, error } = video;
		const videos = [{ id: `${id}-1`, url: fileUrl(), duration: seconds }];
		return {
			id,
			object,
			model,
			status: STATUSES[status],
			created_at,
			updated_at: completed_at ?? created_at,
			...(completed_at && { completed_at }),
			size,
			seconds,
			...(status === 'completed' && { task_result: { videos } }),
			...(error && { error: { code: error.code, message: error.message } }),
		};
	},
};
