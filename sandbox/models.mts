import type { VideoError } from './videos.mts';

/** A model the sandbox offers; `failure` is how every video made with it ends. */
export interface Model {
	id: string;
	failure?: VideoError;
}

export const models: Model[] = [
	{ id: 'sora-2' },
	{ id: 'sora-2-pro' },
	{
		id: 'sandbox-always-fails',
		failure: {
			code: 'generation_failed',
			message:
				"Every video made with the model 'sandbox-always-fails' fails, to rehearse what a workflow does then.",
			type: 'video_generation_error',
		},
	},
];

/** How every video ends that is made while the fault `moderation` stands. */
export const MODERATED: VideoError = {
	code: 'moderation_blocked',
	message: 'Your request was blocked by our moderation system.',
	type: 'video_generation_error',
};

/** `GET /models` as the API words it; the same answer for the whole life of a server. */
export function modelList(created: number) {
	return {
		object: 'list',
		data: models.map(({ id }) => ({ id, object: 'model', created, owned_by: 'sandbox' })),
	};
}
