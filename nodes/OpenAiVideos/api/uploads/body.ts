import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../answers/object';
import type { Upload } from '../files/media';
import type { Reference } from './reference';

/** What Create sends; a field that is undefined is left out. */
export interface CreateFields {
	model: string;
	prompt: string;
	/** `<width>x<height>`, or a name the server knows. */
	size?: string;
	/** A string by the contract: servers refuse a number. */
	seconds?: string;
	/** A picture, or the web address of one (in JSON only). */
	input_reference?: Reference | string;
	/** Whatever else the server takes; goes before the fields above. */
	extra: IDataObject;
}

/**
 * The contract's body. Node's own form is used, not the `form-data` package: n8n allows no run-time
 * dependency, and this one has a known length and can be sent again.
 */
export function multipart<F extends Pick<CreateFields, 'extra'>>({
	extra,
	...fields
}: F): FormData {
	const form = new FormData();
	const all = Object.entries<unknown>({ ...fields, ...extra });
	for (const [name, value] of all.filter(([, each]) => !isUpload(each))) {
		for (const text of textsOf(value)) form.append(name, text);
	}
	for (const [name, value] of all) {
		if (!isUpload(value)) continue;
		const { bytes, fileName, mimeType } = value;
		form.append(name, new Blob([bytes], { type: mimeType }), fileName);
	}
	return form;
}

/**
 * The same as JSON. A picture goes as a data URI in the object that OpenAI's description has for it:
 * https://github.com/openai/openai-openapi, schema ImageRefParam.
 */
export function json<F extends Pick<CreateFields, 'extra' | 'input_reference'>>({
	extra,
	input_reference: reference,
	...fields
}: F): IDataObject {
	const url = isUpload(reference)
		? `data:${reference.mimeType};base64,${reference.bytes.toString('base64')}`
		: reference;
	const body = { ...fields, input_reference: url && { image_url: url }, ...extra };
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

const isUpload = (value: unknown): value is Upload =>
	isObject(value) && Buffer.isBuffer(value.bytes);

/**
 * A value as a form can say it: a list of plain values as one field each, as HTML forms do; an object,
 * or a list with objects, as JSON, which is what vLLM-Omni and SGLang read; nothing for null.
 */
function textsOf(value: unknown): string[] {
	if (value === undefined || value === null) return [];
	if (Array.isArray(value) && !value.some((each) => typeof each === 'object')) {
		return value.map(String);
	}
	return [isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)];
}
