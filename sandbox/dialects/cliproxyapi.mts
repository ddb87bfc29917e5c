import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { readModel, readPrompt } from '../fields.mts';
import { readLenientImage, readLenientSeconds, readLenientSize } from '../lenientFields.mts';
import { createVideoId } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { cliproxyapiFaults } from './faults/grok.mts';
import { openAiStatus } from './formatting.mts';

const MAX_SECONDS = 15;

/** CLIProxyAPI at its `/openai/v1`, in front of xAI. */
export const cliproxyapi: Dialect = {
	...contract,
	name: 'cliproxyapi',
	summary: 'CLIProxyAPI: the image of a form is dropped, a refused Create comes as a failed video',
	credential: { apiStyle: 'openaiJson' },
	supports: [],
	modelLists: [],
	faults: cliproxyapiFaults,
	// What it does not have is looked at before the key.
	needsApiKey: (kind) => kind !== 'other',
	createId: () => randomUUID(),
	validateCreate(form, isMultipart) {
		const model = readModel(form);
		const prompt = readPrompt(form);
		const size = readLenientSize(form);
		const seconds = Math.min(Number(readLenientSeconds(form)), MAX_SECONDS);
		const image = isMultipart ? {} : readLenientImage(form);
		return { model, prompt, size, seconds: String(seconds), ...image };
	},
	renderCreated({ video }) {
		const { object, id, model, prompt, seconds, size, created_at } = video;
		const status = 'queued';
		const body = { object, progress: 0, status, id, model, prompt, seconds, size, created_at };
		return { status: 200, body };
	},
	renderVideo({ video, faults, fileUrl }) {
		const { object, id, model, progress, seconds, status, error } = video;
		return {
			object,
			id,
			model,
			...(!faults.has('no-status') && { status: openAiStatus(video) }),
			progress,
			seconds,
			...(status === 'completed' && !faults.has('no-url') && { video_url: fileUrl() }),
			...(error && { error: { code: error.code, message: error.message } }),
		};
	},
	readVariant(requested) {
		if (requested === undefined || requested === 'video') return 'video';
		throw new ApiError(400, `variant ${requested} is not supported`, { code: 'bad_request' });
	},
	renderError({ status, code, message }, kind) {
		if (code === 'invalid_api_key') return { status, body: { error: 'Invalid API key' } };
		if (code === 'unknown_url') return { status, body: '' };
		if (kind === 'content' && code === 'video_not_ready') {
			return { status: 502, body: { code, error: 'xAI video response did not include video.url' } };
		}
		if (kind !== 'create') return { status, body: { code, error: message } };
		const model = code === 'model_not_found' ? message.split("'")[1] : undefined;
		const reason = model
			? `Model ${model} is not supported on /openai/v1/videos. Use sora-2.`
			: message;
		const error = { code: 'invalid_request_error', message: reason };
		const id = createVideoId();
		return {
			status,
			body: { object: 'video', status: 'failed', progress: 0, id, ...(model && { model }), error },
		};
	},
};
