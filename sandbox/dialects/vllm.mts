import { randomUUID } from 'node:crypto';

import { ApiError } from '../errors.mts';
import { missing, promptOf, referenceOf, textOf } from '../fields.mts';
import type { Form } from '../form.mts';
import { freeSecondsOf, freeSizeOf, refuseNonIntegers } from '../freeFields.mts';
import { type Model, models } from '../models.mts';
import type { VideoError } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect, Scene } from './dialect.mts';
import { refuseAsFastApi } from './fastapi.mts';
import { openAiStatus, withCode } from './words.mts';

const NUMBERS = ['fps', 'seed', 'num_frames', 'num_inference_steps', 'width', 'height'];

/** vLLM-Omni, a server one runs oneself. */
export const vllm: Dialect = {
	...contract,
	name: 'vllm',
	tells:
		'vLLM-Omni: multipart only, free sizes, progress 0 until done, a failure comes as HTTP 500',
	offers: ['list', 'delete'],
	newId: () => `video_gen_${randomUUID().replaceAll('-', '')}`,
	judge(form, isMultipart) {
		if (!isMultipart) throw missing('prompt');
		const prompt = promptOf(form);
		const model = servedModel(form);
		const size = freeSizeOf(form);
		const seconds = freeSecondsOf(form);
		refuseNonIntegers(form, NUMBERS);
		const reference = referenceOf(form);
		return { model, prompt, size, seconds, ...(reference && { reference }) };
	},
	video: videoObject,
	found(scene) {
		return { status: scene.video.status === 'failed' ? 500 : 200, body: videoObject(scene) };
	},
	variantIn: () => 'video',
	refuse: refuseAsFastApi,
};

function videoObject({ video, record }: Scene) {
	const { id, status, completed_at, error } = video;
	const isDone = status === 'completed';
	return {
		...video,
		status: openAiStatus(video),
		progress: isDone ? 100 : 0,
		completed_at: completed_at ?? null,
		expires_at: null,
		quality: 'standard',
		error: error ? { code: codeOf(error), message: withCode(error) } : null,
		media_type: 'video/mp4',
		file_name: isDone ? `${id}.mp4` : null,
		inference_time_s: isDone ? record.renderMs / 1000 : null,
		stage_durations: {},
		peak_memory_mb: isDone ? 0 : null,
	};
}

/** A whole number here, not a word. */
const codeOf = ({ code }: VideoError) => (code === 'moderation_blocked' ? 400 : 500);

function servedModel(form: Form): Model {
	const name = textOf(form, 'model', 'a string') || models[0].id;
	const model = models.find(({ id }) => id === name);
	if (model) return model;
	throw new ApiError(400, `Model mismatch: the request names '${name}', not '${models[0].id}'.`);
}
