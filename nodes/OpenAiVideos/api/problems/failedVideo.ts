import { knownReason } from '../answers/known';
import type { Video } from '../answers/video';
import { expired } from './refused';
import type { Sentence } from './refused';

/** The sentence and next step for a video that the server says it will never finish. */
export function failedVideo(video: Video): Sentence {
	const { id, error, provider_status: word } = video;
	const words = error?.message ?? error?.code;
	switch (word?.toLowerCase()) {
		case 'expired':
			return { ...expired(id, video), words };
		case 'cancelled':
		case 'canceled':
			return {
				message: `Video '${id}' was cancelled on the server`,
				words,
				next: 'Create it again if you want it.',
			};
		case 'deleted':
			return {
				message: `Video '${id}' was deleted on the server`,
				words,
				next: 'Create it again if you want it.',
			};
		default:
			return {
				message: `The server could not make video '${id}'`,
				words: words ?? 'it gave no reason',
				next:
					knownReason({ error })?.next ??
					'Change the prompt or the reference image if the reason names them, then create the video again. Waiting longer does not help.',
			};
	}
}
