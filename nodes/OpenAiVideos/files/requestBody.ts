import { randomUUID } from 'crypto';

import type { IDataObject } from 'n8n-workflow';

import type { ApiStyle, BodyFormat } from '../apiStyle';
import { isObject } from '../responses/values';
import { toFileFields, toSecondsFields, toSizeFields, toUrl } from './createFields';
import type { CreateParams } from './createFields';
import type { UploadFile } from './mediaType';

/** A body; a form also has its Content-Type. */
export interface RequestBody {
	body: Buffer | IDataObject;
	headers?: IDataObject;
}

/** The body of Create in a style; throws if the style cannot express what the user wants. */
export const createBody = (
	{ model, prompt, size, seconds, image, files, extra }: CreateParams,
	style: ApiStyle,
): RequestBody =>
	encodeBody(style.bodyFormat, {
		model,
		prompt,
		...toSizeFields(size, style),
		...toSecondsFields(seconds, style),
		...toFileFields({ image, files }, style),
		...extra,
	});

/** A body with these fields; undefined ones are left out, and files in JSON are data URIs. */
export function encodeBody(format: BodyFormat, fields: Record<string, unknown>): RequestBody {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	if (format === 'json') {
		return {
			body: Object.fromEntries(
				entries.map(([name, value]) => [name, toJson(value)]),
			) as IDataObject,
		};
	}
	const parts = entries.flatMap(([name, value]) =>
		toFormValues(value).map((part): FormPart => [name, part]),
	);
	const isFile = ([, value]: FormPart) => typeof value !== 'string';
	// Files come last: a server may need the other fields to handle them.
	return encodeMultipart([...parts.filter((part) => !isFile(part)), ...parts.filter(isFile)]);
}

/** One file is a text; several are a list. */
function toJson(value: unknown): unknown {
	if (isUpload(value)) return toUrl(value);
	if (!Array.isArray(value) || !value.some(isUpload)) return value;
	const urls = value.map(toJson);
	return urls.length === 1 ? urls[0] : urls;
}

const isUpload = (value: unknown): value is UploadFile =>
	isObject(value) && Buffer.isBuffer(value.bytes);

/**
 * The form fields for a value: one per element for a list of files or plain values, as in HTML forms; one with
 * JSON for an object or a list with objects, which vLLM-Omni and SGLang read; none for null.
 */
function toFormValues(value: unknown): Array<FormPart[1]> {
	if (value === null) return [];
	if (isUpload(value)) return [value];
	if (Array.isArray(value) && value.every((each) => typeof each !== 'object' || isUpload(each))) {
		return value.map((each) => (isUpload(each) ? each : String(each)));
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
