import { randomUUID } from 'crypto';

import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../responses/values';
import type { ReferenceImage } from './inputFile';
import type { UploadFile } from './mediaType';

/** What Create sends; undefined fields are left out. */
export interface CreateParams {
	model: string;
	prompt: string;
	/** `<width>x<height>`, or a name that the server knows. */
	size?: string;
	/** A string in the spec: servers reject a number. */
	seconds?: string;
	/** An image, or the URL of one (in JSON only). */
	input_reference?: ReferenceImage | string;
	/** Any other field that the server accepts; overrides the fields above. */
	extra: IDataObject;
}

/** A body; a form also has its Content-Type. */
export interface RequestBody {
	body: Buffer | IDataObject;
	headers?: IDataObject;
}

/** The body according to the spec. */
export function multipartBody<F extends Pick<CreateParams, 'extra'>>({
	extra,
	...fields
}: F): RequestBody {
	const all = Object.entries<unknown>({ ...fields, ...extra });
	const texts = all
		.filter(([, value]) => !isUpload(value))
		.flatMap(([name, value]) => toFormValues(value).map((text): FormPart => [name, text]));
	// Files come last: a server may need the other fields to handle them.
	const files = all.filter((field): field is [string, UploadFile] => isUpload(field[1]));
	return encodeMultipart([...texts, ...files]);
}

/**
 * The same as JSON. An image is sent as a data URI in the object that the spec has for it:
 * https://github.com/openai/openai-openapi, schema ImageRefParam.
 */
export function jsonBody<F extends Pick<CreateParams, 'extra' | 'input_reference'>>({
	extra,
	input_reference: reference,
	...fields
}: F): RequestBody {
	const url = isUpload(reference)
		? `data:${reference.mimeType};base64,${reference.bytes.toString('base64')}`
		: reference;
	const body = { ...fields, input_reference: url && { image_url: url }, ...extra };
	return {
		body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
	};
}

const isUpload = (value: unknown): value is UploadFile =>
	isObject(value) && Buffer.isBuffer(value.bytes);

/**
 * The form fields for a value: one per element for a list of plain values, as in HTML forms; one with JSON
 * for an object or a list with objects, which vLLM-Omni and SGLang read; none for null.
 */
function toFormValues(value: unknown): string[] {
	if (value === undefined || value === null) return [];
	if (Array.isArray(value) && !value.some((element) => typeof element === 'object')) {
		return value.map(String);
	}
	return [isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)];
}

/** A form field: its name, and its text or file. */
type FormPart = [name: string, value: string | UploadFile];

/**
 * A form as HTML and `fetch` encode it: RFC 7578, with names escaped and line breaks as CRLF, see
 * https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data.
 * Hand-written: passing a `FormData` with a file through n8n takes twice the memory and the time.
 */
export function encodeMultipart(parts: FormPart[]): {
	body: Buffer;
	headers: { 'Content-Type': string };
} {
	const boundary = `form-${randomUUID()}`;
	const pieces = parts.flatMap(([name, value]) => {
		const [attributes, content] =
			typeof value === 'string'
				? ['', normalizeNewlines(value)]
				: [
						`; filename="${escapeQuoted(value.fileName)}"\r\nContent-Type: ${value.mimeType}`,
						value.bytes,
					];
		const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeQuoted(normalizeNewlines(name))}"${attributes}\r\n\r\n`;
		return [head, content, '\r\n'];
	});
	const bytes = [...pieces, `--${boundary}--\r\n`].map((piece) =>
		typeof piece === 'string' ? Buffer.from(piece) : piece,
	);
	return {
		body: Buffer.concat(bytes),
		headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
	};
}

const normalizeNewlines = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n');

const escapeQuoted = (text: string): string =>
	text.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
