import { clock } from '../waiting/clock';
import { isoTime, unixSeconds } from './values';
import type { Video } from './video';

/** When a video expired by what the server told of it, for a sentence; undefined before that time. */
export function expiredSince(video?: Partial<Video>): string | undefined {
	const seconds = unixSeconds(video?.expires_at);
	if (seconds === undefined || seconds * 1000 > clock.now()) return undefined;
	return isoTime(seconds)?.replace('T', ' ').replace('.000Z', ' UTC');
}
