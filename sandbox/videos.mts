import { randomUUID } from 'node:crypto';

/** How long a finished file can be downloaded, in seconds. */
export const EXPIRY_SECONDS = 3600;

/** The part of the render that a video waits in line, 0..1. */
const PENDING_PART = 0.1;

export type VideoStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

export interface VideoError {
	code: string;
	message: string;
	type: string;
}

/** A reference image, or a video to start from, exactly as it arrived. */
export interface Reference {
	name: string;
	type: string;
	bytes: Buffer;
}

/** What is remembered of a video; all that changes with time is computed from it. */
export interface VideoRecord {
	id: string;
	/** The server family it was made under; no other one knows it. */
	dialect: string;
	/** Unix time in milliseconds. */
	createdAt: number;
	/** From creation to done, in milliseconds. */
	renderMs: number;
	model: string;
	prompt: string;
	/** `WIDTHxHEIGHT` in pixels. */
	size: string;
	seconds: string;
	remixedFrom?: string;
	/** What it was made out of, in words for the log. */
	origin?: string;
	reference?: Reference;
	/** Where the reference was told by its address instead. */
	referenceUrl?: string;
	/** Set when the video is doomed: why it fails once its render time is over. */
	failure?: VideoError;
	/** Set when it is never finished: it stays at 99 %. */
	neverDone?: boolean;
	/** The progress it shows when `part` (0..1) of its time is over; without it, an even rise. */
	progressAt?: (part: number) => number | undefined;
	/** The `Idempotency-Key` it was created with. */
	idempotencyKey?: string;
	/** Set once its owner deleted it; it is remembered, as what it cost is not undone. */
	isDeleted?: boolean;
}

/** What can be decided of a video when it is accepted. */
export type Fate = Partial<Pick<VideoRecord, 'renderMs' | 'progressAt'>>;

/** The video object of the API; times are Unix seconds, what is not known yet is left out. */
export interface Video {
	id: string;
	object: 'video';
	created_at: number;
	completed_at?: number;
	expires_at?: number;
	model: string;
	status: VideoStatus;
	progress?: number;
	seconds: string;
	size: string;
	prompt: string;
	remixed_from_video_id?: string;
	error?: VideoError;
}

export function newVideoId(): string {
	return `video_${randomUUID().replaceAll('-', '')}`;
}

/** When its render time is over, in Unix seconds. */
export const doneAt = ({ createdAt, renderMs }: VideoRecord) =>
	Math.floor((createdAt + renderMs) / 1000);

/** The video as it stands at `now` (Unix milliseconds). */
export function videoAt(record: VideoRecord, now: number): Video {
	const { id, model, seconds, size, prompt, remixedFrom, failure } = record;
	const done = doneAt(record);
	const { status, progress } = stageAt(record, now);
	return {
		id,
		object: 'video',
		created_at: Math.floor(record.createdAt / 1000),
		...(status === 'completed' && { completed_at: done, expires_at: done + EXPIRY_SECONDS }),
		model,
		status,
		progress,
		seconds,
		size,
		prompt,
		...(remixedFrom && { remixed_from_video_id: remixedFrom }),
		...(status === 'failed' && { error: failure }),
	};
}

/** Whether the file of a completed video is gone at `now` (Unix milliseconds). */
export function isExpired(video: Video, now: number): boolean {
	return video.expires_at !== undefined && now >= video.expires_at * 1000;
}

function stageAt(
	{ createdAt, renderMs, failure, neverDone, progressAt }: VideoRecord,
	now: number,
): { status: VideoStatus; progress?: number } {
	const part = renderMs > 0 ? (now - createdAt) / renderMs : 1;
	if (part < 1 || neverDone) {
		const even = Math.floor(((part - PENDING_PART) / (1 - PENDING_PART)) * 100);
		return {
			status: part < PENDING_PART ? 'pending' : 'in_progress',
			progress: progressAt ? progressAt(part) : Math.max(0, Math.min(99, even)),
		};
	}
	return failure ? { status: 'failed', progress: 99 } : { status: 'completed', progress: 100 };
}
