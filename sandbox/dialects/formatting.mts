import { randomInt } from 'node:crypto';

import { ApiError } from '../errors.mts';
import type { Video, VideoError } from '../videos.mts';

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** For IDs. */
export const randomAlphanumerics = (length: number) =>
	Array.from({ length }, () => ALPHANUMERICS[randomInt(ALPHANUMERICS.length)]).join('');

/** The status in OpenAI's terms, which has `queued` instead of `pending`. */
export const openAiStatus = ({ status }: Video) => (status === 'pending' ? 'queued' : status);

/** For error shapes without a field for the code: `The file … has expired. (video_expired)` */
export const withCode = ({ message, code }: Pick<ApiError | VideoError, 'message' | 'code'>) =>
	code ? `${message} (${code})` : message;

/** For servers that read no form. */
export function requireJson(isMultipart: boolean, status: number, message: string): void {
	if (isMultipart) throw new ApiError(status, message, { code: 'unsupported_media_type' });
}
