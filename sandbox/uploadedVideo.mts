import { badField } from './errors.mts';
import type { Form } from './form.mts';
import { inspectMedia } from './inspectMedia.mts';
import type { VideoRecord } from './videos.mts';

/** A video that came with a request. */
export type UploadedVideo = Required<Pick<VideoRecord, 'reference' | 'size' | 'seconds'>>;

/** The file in the field `video`; refuses what is no MP4, whatever its label says. */
export async function uploadedVideo(form: Form): Promise<UploadedVideo | undefined> {
	const [sent] = form.get('video') ?? [];
	if (!sent || !('file' in sent)) return undefined;
	const { file } = sent;
	if (file.type !== 'video/mp4') throw badVideo(`unsupported mimetype ('${file.type}')`);
	const { general, track } = await inspectMedia(file.bytes);
	if (general?.Format !== 'MPEG-4' || track?.['@type'] !== 'Video') {
		throw badVideo(`the bytes are no such video, though labelled '${file.type}'`);
	}
	return {
		reference: file,
		size: `${track.Width}x${track.Height}`,
		seconds: String(Math.max(1, Math.round(Number(track.Duration)))),
	};
}

const badVideo = (reason: string) =>
	badField(
		'video',
		'invalid_file',
		`Invalid file 'video': ${reason}. The supported file format is 'video/mp4'.`,
	);
