import { randomUUID } from 'node:crypto';

/** How long a completed file can be downloaded, in seconds. */
export const EXPIRY_SECONDS = 3600;

/** The fraction of the render time in which a video is pending. */
const PENDING_FRACTION = 0.1;

export type VideoStatus = 'pending' | 'in_progress' | 'completed' | 'failed';

export interface VideoError {
	code: string;
	message: string;
	type: string;
}

/** A reference image or a source video, exactly as it was uploaded. */
export interface UploadedFile {
	name: string;
	type: string;
	bytes: Buffer;
}

/** The stored state of a video; everything that changes over time is computed from it. */
export interface VideoRecord {
	id: string;
	/** The server family that created it; the others do not know it. */
	dialect: string;
	/** Unix time in milliseconds. */
	createdAt: number;
	/** From creation to completion, in milliseconds. */
	renderMs: number;
	model: string;
	prompt: string;
	/** `WIDTHxHEIGHT` in pixels. */
	size: string;
	seconds: string;
	remixedFrom?: string;
	/** What it was made from, for the log: "an edit of video_...". */
	sourceLabel?: string;
	reference?: UploadedFile;
	/** Set if the reference was given as a URL instead. */
	referenceUrl?: string;
	/** If set, the video fails with this error once its render time is over. */
	failure?: VideoError;
	/** If set, it stays at 99 %. */
	neverDone?: boolean;
	/** Progress by the elapsed fraction (0..1) of its render time; linear by default. */
	progressAt?: (fraction: number) => number | undefined;
	/** The `Idempotency-Key` it was created with. */
	idempotencyKey?: string;
	/** Deleted videos stay on record, because they were paid for. */
	isDeleted?: boolean;
}

/** What `outcomeFor` can set for a video. */
export type RenderOutcome = Partial<Pick<VideoRecord, 'renderMs' | 'progressAt'>>;

/** The video object of the spec; times are Unix seconds, unknown values are absent. */
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

export function createVideoId(): string {
	return `video_${randomUUID().replaceAll('-', '')}`;
}

/** When the video completes, in Unix seconds. */
export const completedAt = ({ createdAt, renderMs }: VideoRecord) =>
	Math.floor((createdAt + renderMs) / 1000);

/** The video at the time `now` (Unix milliseconds). */
export function videoAt(record: VideoRecord, now: number): Video {
	const { id, model, seconds, size, prompt, remixedFrom, failure } = record;
	const completed = completedAt(record);
	const { status, progress } = stateAt(record, now);
	return {
		id,
		object: 'video',
		created_at: Math.floor(record.createdAt / 1000),
		...(status === 'completed' && {
			completed_at: completed,
			expires_at: completed + EXPIRY_SECONDS,
		}),
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

/** Whether the file of a completed video has expired at `now` (Unix milliseconds). */
export function isExpired(video: Video, now: number): boolean {
	return video.expires_at !== undefined && now >= video.expires_at * 1000;
}

function stateAt(
	{ createdAt, renderMs, failure, neverDone, progressAt }: VideoRecord,
	now: number,
): { status: VideoStatus; progress?: number } {
	const fraction = renderMs > 0 ? (now - createdAt) / renderMs : 1;
	if (fraction < 1 || neverDone) {
		const linear = Math.floor(((fraction - PENDING_FRACTION) / (1 - PENDING_FRACTION)) * 100);
		return {
			status: fraction < PENDING_FRACTION ? 'pending' : 'in_progress',
			progress: progressAt ? progressAt(fraction) : Math.max(0, Math.min(99, linear)),
		};
	}
	return failure ? { status: 'failed', progress: 99 } : { status: 'completed', progress: 100 };
}
