import type { FastifyRequest } from 'fastify';

import { ApiError } from './errors.mts';
import type { UploadedFile } from './videos.mts';

/** The maximum size of an uploaded file, in bytes. */
export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

/** One field, not validated: a file, or a JSON value (always a string in a multipart body). */
export type FieldValue = { file: UploadedFile } | { value: unknown };

/** Fields by name, each with all its values. */
export type Form = Map<string, FieldValue[]>;

/** Reads a multipart or JSON body; the fields are validated elsewhere. */
export async function readForm(request: FastifyRequest): Promise<Form> {
	if (request.isMultipart()) return await readMultipart(request);
	const body = request.body ?? {};
	if (typeof body !== 'object' || Array.isArray(body)) {
		throw new ApiError(400, 'The JSON body must be an object.');
	}
	return new Map(Object.entries(body).map(([name, value]) => [name, [{ value }]]));
}

/** Reads every part before any is validated: a client that is still uploading reads no response. */
async function readMultipart(request: FastifyRequest): Promise<Form> {
	const form: Form = new Map();
	const add = (name: string, value: FieldValue) => {
		form.set(name, [...(form.get(name) ?? []), value]);
	};
	try {
		for await (const part of request.parts()) {
			if (part.type === 'file') {
				const bytes = await part.toBuffer();
				add(part.fieldname, { file: { name: part.filename, type: part.mimetype, bytes } });
			} else {
				add(part.fieldname, { value: part.value });
			}
		}
	} catch (error) {
		throw toMultipartError(error);
	}
	return form;
}

function toMultipartError(error: unknown): unknown {
	const { code, statusCode, message, part } = error as {
		code?: string;
		statusCode?: number;
		message: string;
		part?: { fieldname: string };
	};
	if (code === 'FST_REQ_FILE_TOO_LARGE') {
		const param = part?.fieldname ?? null;
		return new ApiError(
			413,
			`The file '${param}' is too large: at most ${MAX_UPLOAD_BYTES} bytes (50 MB) are accepted.`,
			{ code: 'file_too_large', param },
		);
	}
	if (statusCode) return error;
	return new ApiError(400, `Could not read the multipart body: ${message}`);
}
