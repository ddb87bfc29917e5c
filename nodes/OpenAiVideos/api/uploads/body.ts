import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../answers/object';
import type { Upload } from '../files/media';
import { form } from './form';
import type { Part } from './form';
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

/** What a request carries; a form says what it is in a header. */
export interface Body {
	body: Buffer | IDataObject;
	headers?: IDataObject;
}

/** The contract's body. */
export function multipart<F extends Pick<CreateFields, 'extra'>>({ extra, ...fields }: F): Body {
	const all = Object.entries<unknown>({ ...fields, ...extra });
	const texts = all
		.filter(([, value]) => !isUpload(value))
		.flatMap(([name, value]) => textsOf(value).map((text): Part => [name, text]));
	// Last, as a server may want to know what a file is for.
	const files = all.filter((each): each is [string, Upload] => isUpload(each[1]));
	return form([...texts, ...files]);
}

/**
 * The same as JSON. A picture goes as a data URI in the object that OpenAI's description has for it:
 * https://github.com/openai/openai-openapi, schema ImageRefParam.
 */
export function json<F extends Pick<CreateFields, 'extra' | 'input_reference'>>({
	extra,
	input_reference: reference,
	...fields
}: F): Body {
	const url = isUpload(reference)
		? `data:${reference.mimeType};base64,${reference.bytes.toString('base64')}`
		: reference;
	const body = { ...fields, input_reference: url && { image_url: url }, ...extra };
	return {
		body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
	};
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
