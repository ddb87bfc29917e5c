import type { VideoError } from './videos.mts';

/** A model of the sandbox; with `failure`, every video of it fails like that. */
export interface Model {
	id: string;
	failure?: VideoError;
}

export const MODELS: Model[] = [
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

/** The error of videos created with the fault `moderation`. */
export const MODERATION_ERROR: VideoError = {
	code: 'moderation_blocked',
	message: 'Your request was blocked by our moderation system.',
	type: 'video_generation_error',
};

/** The response to `GET /models`. */
export const modelList = (created: number) => listOf(MODELS, created);

/** The same where the models that make videos are listed elsewhere. */
export const textModelList = (created: number) => listOf([{ id: 'sandbox-writes' }], created);

function listOf(models: Model[], created: number) {
	return {
		object: 'list',
		data: models.map(({ id }) => ({ id, object: 'model', created, owned_by: 'sandbox' })),
	};
}
