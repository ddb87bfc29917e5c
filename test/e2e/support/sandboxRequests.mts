import type { Sandbox } from '../../../sandbox/server.mts';

export const createsAt = ({ requests }: Sandbox) =>
	requests.filter(({ method }) => method === 'POST');

/** The IDs of all videos that were created for a prompt. */
export const videoIdsOf = ({ videos }: Sandbox, prompt: string): string[] =>
	[...videos.values()].filter((video) => video.prompt === prompt).map(({ id }) => id);
