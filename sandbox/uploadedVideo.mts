import { fieldError } from './errors.mts';
import type { Form } from './form.mts';
import { inspectMedia } from './inspectMedia.mts';
import { SIDE_LIMITS, canEncode } from './lenientFields.mts';
import type { VideoRecord } from './videos.mts';

/** The maximum length of a source video and of an extended video. */
export const MAX_TOTAL_SECONDS = 120;

/** A source video that was uploaded. */
export type UploadedVideo = Required<Pick<VideoRecord, 'reference' | 'size' | 'seconds'>>;

/** The file in the field `video`; throws unless it is an MP4 that the encoder could have made. */
export async function readUploadedVideo(form: Form): Promise<UploadedVideo | undefined> {
	const [sent] = form.get('video') ?? [];
	if (!sent || !('file' in sent)) return undefined;
	const { file } = sent;
	if (file.type !== 'video/mp4') throw invalidVideo(`unsupported mimetype ('${file.type}')`);
	const { general, track } = await inspectMedia(file.bytes);
	if (general?.Format !== 'MPEG-4' || track?.['@type'] !== 'Video') {
		throw invalidVideo(`the bytes are no such video, though labelled '${file.type}'`);
	}
	const sides = [Number(track.Width), Number(track.Height)];
	const size = sides.join('x');
	if (!canEncode(sides)) {
		throw invalidVideo(
			`its sides must be even and from ${SIDE_LIMITS.min} to ${SIDE_LIMITS.max} pixels, not ${size}`,
		);
	}
	const seconds = Math.max(1, Math.round(Number(track.Duration)));
	// Written so that NaN, a missing duration, is rejected as well.
	if (!(seconds <= MAX_TOTAL_SECONDS)) {
		throw invalidVideo(`it must have at most ${MAX_TOTAL_SECONDS} seconds, not ${seconds}`);
	}
	return { reference: file, size, seconds: String(seconds) };
}

const invalidVideo = (reason: string) =>
	fieldError(
		'video',
		'invalid_file',
		`Invalid file 'video': ${reason}. The supported file format is 'video/mp4'.`,
	);
