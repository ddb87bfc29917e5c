import type { Context } from './problem';
import { problem } from './problem';
import { fileNameFor, sniffMedia } from './media';

/** What Create sends; a field that is undefined is left out. */
export interface CreateFields {
	model: string;
	prompt: string;
	/** `<width>x<height>`, or a name the server knows. */
	size?: string;
	/** A string by the contract: servers refuse a number. */
	seconds?: string;
	input_reference?: Reference;
}

export interface Reference {
	bytes: Buffer;
	fileName: string;
	mimeType: string;
}

/**
 * The contract's body. Node's own form is used, not the `form-data` package: n8n allows no run-time
 * dependency, and this one has a known length and can be sent again.
 */
export function multipart(fields: CreateFields): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) {
		if (value === undefined) continue;
		if (typeof value === 'string') {
			form.append(name, value);
		} else {
			const { bytes, fileName, mimeType } = value as Reference;
			form.append(name, new Blob([bytes], { type: mimeType }), fileName);
		}
	}
	return form;
}

/**
 * The picture in a binary field, typed by its bytes: n8n often knows no more than octet-stream, which
 * servers refuse. Throws before anything is sent when the field is missing or holds no picture.
 */
export async function readReference(context: Context, binaryField: string): Promise<Reference> {
	// Newer n8n also takes the binary object itself, from an expression, so it is passed on as it is.
	const { fileName, mimeType } = context.helpers.assertBinaryData(binaryField);
	const bytes = await context.helpers.getBinaryDataBuffer(binaryField);
	const type = sniffMedia(bytes);
	if (!type?.mimeType.startsWith('image/')) {
		throw problem(context, {
			message: `The reference in binary field '${binaryField}' is not a picture (${type?.mimeType ?? mimeType})`,
			next: "Use a PNG, JPEG or WebP file, or set 'Reference Image' to 'None'.",
		});
	}
	return { bytes, fileName: fileNameFor(fileName || 'reference', type), mimeType: type.mimeType };
}
