import type { ApiError } from '../errors.mts';
import type { Video, VideoError } from '../videos.mts';

/** The status in OpenAI's terms, which has `queued` instead of `pending`. */
export const openAiStatus = ({ status }: Video) => (status === 'pending' ? 'queued' : status);

/** For error shapes without a field for the code: `The file … has expired. (video_expired)` */
export const withCode = ({ message, code }: ApiError | VideoError) =>
	code ? `${message} (${code})` : message;
