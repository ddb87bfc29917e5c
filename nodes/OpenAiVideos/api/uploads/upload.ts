import type { IBinaryData } from 'n8n-workflow';

import { fileNameFor, sniffMedia } from '../files/media';
import type { Upload } from '../files/media';
import { isWhole } from '../files/whole';
import { problem } from '../problems/problem';
import type { Context } from '../problems/problem';
import { requireBinary } from './binary';

/** A form is held in memory while it is sent. */
const MOST_BYTES = 100_000_000;

/**
 * The video in a binary field, typed by its bytes. Throws before anything is sent when the field is
 * missing, too large, or holds no whole video; `instead` is what else the user can do.
 */
export async function readVideoFile(
	context: Context,
	binaryField: string,
	instead: string,
): Promise<Upload> {
	const file = requireBinary(context, binaryField);
	const refuse = (message: string, next: string) => problem(context, { message, next });
	if ((await sizeOf(context, file)) > MOST_BYTES) {
		throw refuse(
			`The file in binary field '${binaryField}' has more than 100 MB, which this node does not send`,
			`${instead} Or make the file smaller.`,
		);
	}
	const bytes = await context.helpers.getBinaryDataBuffer(binaryField);
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('video/')) {
		throw refuse(
			`The file in binary field '${binaryField}' is not a video (${file.mimeType})`,
			`Use a file such as Download puts out. ${instead}`,
		);
	}
	if (!isWhole(bytes, type.mimeType)) {
		throw refuse(
			`The video in binary field '${binaryField}' is cut off: its file ends too early`,
			`Get the file again. ${instead}`,
		);
	}
	return {
		bytes,
		fileName: fileNameFor(file.fileName || 'video', type),
		mimeType: type.mimeType,
	};
}

/** In bytes, without reading it where n8n keeps it in a store. */
const sizeOf = async ({ helpers }: Context, { id, data }: IBinaryData): Promise<number> =>
	id ? (await helpers.getBinaryMetadata(id)).fileSize : Buffer.byteLength(data, 'base64');
