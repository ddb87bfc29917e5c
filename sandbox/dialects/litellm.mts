import { createHash } from 'node:crypto';

import { validateLeniently } from '../validation.mts';
import { newVideoId } from '../videos.mts';
import { contract } from './contract.mts';
import type { Dialect } from './dialect.mts';
import { openAiStatus } from './words.mts';

/** The LiteLLM proxy, in front of OpenAI's shape. */
export const litellm: Dialect = {
	...contract,
	name: 'litellm',
	tells: 'LiteLLM: very long ids, null for what is unknown, also takes x-litellm-api-key',
	offers: ['list', 'remix', 'edit', 'extend'],
	newId(model) {
		const deployment = createHash('sha256').update(model).digest('hex');
		const route = `litellm:custom_llm_provider:openai;model_id:${deployment};video_id:${newVideoId()}`;
		return `video_${Buffer.from(route).toString('base64')}`;
	},
	keyIn(headers) {
		const key = headers['x-litellm-api-key'];
		if (typeof key === 'string') return key.replace(/^Bearer +/i, '');
		return contract.keyIn(headers);
	},
	judge: validateLeniently,
	video({ video }) {
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
	// It knows no variants: whichever is asked for, the video comes.
	variantIn: () => 'video',
	deliver: ({ record: { id } }, variant) => ({
		variant,
		headers: { 'content-disposition': `attachment; filename=video_${id}.mp4` },
	}),
	refuse(error) {
		const body = error.toBody();
		return { status: error.status, body: { error: { ...body.error, code: `${error.status}` } } };
	},
};
