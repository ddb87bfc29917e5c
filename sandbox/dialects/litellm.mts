import { createHash } from 'node:crypto';

import { validateCreateLeniently } from '../validation.mts';
import { createVideoId } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus } from './formatting.mts';

/** The LiteLLM proxy, in front of OpenAI's shape. */
export const litellm: Dialect = {
	...contract,
	name: 'litellm',
	summary: 'LiteLLM: very long ids, null for what is unknown, also takes x-litellm-api-key',
	supports: ['list', 'remix', 'edit', 'extend'],
	createId(model) {
		const deployment = createHash('sha256').update(model).digest('hex');
		const route = `litellm:custom_llm_provider:openai;model_id:${deployment};video_id:${createVideoId()}`;
		return `video_${Buffer.from(route).toString('base64')}`;
	},
	readApiKey(headers) {
		const key = headers['x-litellm-api-key'];
		if (typeof key === 'string') return key.replace(/^Bearer +/i, '');
		return contract.readApiKey(headers);
	},
	validateCreate: validateCreateLeniently,
	renderVideo({ video }) {
		const { error, seconds } = video;
		return {
			...video,
			status: openAiStatus(video),
			progress: video.progress || null,
			completed_at: video.completed_at ?? null,
			expires_at: video.expires_at ?? null,
			remixed_from_video_id: video.remixed_from_video_id ?? null,
			error: error ?? null,
			usage: { duration_seconds: Number(seconds) },
		};
	},
	// It ignores the variant and always returns the video.
	readVariant: () => 'video',
	deliverFile: ({ record: { id } }, variant) => ({
		variant,
		headers: { 'content-disposition': `attachment; filename=video_${id}.mp4` },
	}),
	renderError(error) {
		const body = error.toBody();
		return { status: error.status, body: { error: { ...body.error, code: `${error.status}` } } };
	},
};
