import type { IDataObject } from 'n8n-workflow';

export type VideoStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

/** What every operation returns: the server's object with the contract's fields made canonical. */
export interface Video extends IDataObject {
	/** Verbatim as the server gave it. */
	id: string;
	object: 'video';
	status: VideoStatus;
	/** The server's own word, where it had to be translated. */
	provider_status?: string;
	/** 0 to 100; absent when unknown. */
	progress?: number;
	seconds?: string;
	/** Only on a failed video: n8n 1.x takes any `error` key for a failed node and would run it again. */
	error?: { code?: string; message?: string; type?: string };
}

/** The contract's words, and `queued` of OpenAI's own description. Any other word means: keep waiting. */
const STATUS_OF_WORD: Record<string, VideoStatus> = {
	pending: 'pending',
	queued: 'pending',
	in_progress: 'in_progress',
	completed: 'completed',
	failed: 'failed',
};

/** Reads a server's answer as a video; undefined when there is no video with an id in it. */
export function toVideo(body: unknown): Video | undefined {
	if (!isObject(body) || typeof body.id !== 'string' || body.id === '') return undefined;

	const { id, status: given, progress, seconds, error, ...rest } = body;
	const word = typeof given === 'string' ? given : '';
	const status = STATUS_OF_WORD[word] ?? 'pending';
	return {
		id,
		status,
		...(word !== status && word !== '' && { provider_status: word }),
		...(typeof progress === 'number' && { progress: Math.trunc(progress) }),
		...rest,
		object: 'video',
		...(seconds !== undefined && seconds !== null && { seconds: String(seconds) }),
		...(status === 'failed' && { error: isObject(error) ? error : {} }),
	};
}

export const isFinished = (video: Video): boolean =>
	video.status === 'completed' || video.status === 'failed';

/** How far a video is, in words for a sentence: "in_progress, 40 %". */
export function describeState({ status, provider_status: word, progress }: Video): string {
	return (word ?? status) + (progress === undefined ? '' : `, ${progress} %`);
}

export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
