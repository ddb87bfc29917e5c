import { badField } from './errors.mts';
import type { Form } from './form.mts';
import { SIDES, canBeMade } from './freeFields.mts';
import { inspectMedia } from './inspectMedia.mts';
import type { VideoRecord } from './videos.mts';

/** The longest that a video can be, made out of another. */
export const MOST_SECONDS = 120;

/** A video that came with a request. */
export type UploadedVideo = Required<Pick<VideoRecord, 'reference' | 'size' | 'seconds'>>;

/**
 * The file in the field `video`; refuses what is no MP4, whatever its label says, and what nothing
 * can be made out of here.
 */
export async function uploadedVideo(form: Form): Promise<UploadedVideo | undefined> {
	const [sent] = form.get('video') ?? [];
	if (!sent || !('file' in sent)) return undefined;
	const { file } = sent;
	if (file.type !== 'video/mp4') throw badVideo(`unsupported mimetype ('${file.type}')`);
	const { general, track } = await inspectMedia(file.bytes);
	if (general?.Format !== 'MPEG-4' || track?.['@type'] !== 'Video') {
		throw badVideo(`the bytes are no such video, though labelled '${file.type}'`);
	}
	const sides = [Number(track.Width), Number(track.Height)];
	const size = sides.join('x');
	if (!canBeMade(sides)) {
		throw badVideo(
			`its sides must be even and from ${SIDES.from} to ${SIDES.to} pixels, not ${size}`,
		);
	}
	const seconds = Math.max(1, Math.round(Number(track.Duration)));
	// Not "longer than": a file may not tell how long it is.
	if (!(seconds <= MOST_SECONDS)) {
		throw badVideo(`it must have at most ${MOST_SECONDS} seconds, not ${seconds}`);
	}
	return { reference: file, size, seconds: String(seconds) };
}

const badVideo = (reason: string) =>
	badField(
		'video',
		'invalid_file',
		`Invalid file 'video': ${reason}. The supported file format is 'video/mp4'.`,
	);
