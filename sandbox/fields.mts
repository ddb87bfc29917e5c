import { imageSize } from 'image-size';

import { badField } from './errors.mts';
import type { FieldValue, Form } from './form.mts';
import { type Model, models } from './models.mts';
import type { Reference } from './videos.mts';

const MAX_PROMPT_LENGTH = 32_000;
const IMAGE_TYPES = ['png', 'jpg', 'webp'];

/** The text of a field, `undefined` when it was not sent; any other type is refused. */
export function textOf(form: Form, name: string, expected: string): string | undefined {
	const sent = form.get(name)?.[0];
	if (!sent) return undefined;
	if ('value' in sent && typeof sent.value === 'string') return sent.value;
	throw wrongType(name, expected, sent);
}

/** The first value of a field, as it was sent; undefined for a file. */
export function valueOf(form: Form, name: string): unknown {
	const sent = form.get(name)?.[0];
	return sent && 'value' in sent ? sent.value : undefined;
}

export function modelOf(form: Form): Model {
	const id = textOf(form, 'model', 'a string');
	if (!id) throw missing('model');
	const model = models.find((candidate) => candidate.id === id);
	if (model) return model;
	throw badField('model', 'model_not_found', `The model '${id}' does not exist.`);
}

export function promptOf(form: Form): string {
	const prompt = textOf(form, 'prompt', 'a string');
	if (!prompt?.trim()) throw missing('prompt');
	const length = [...prompt].length;
	if (length <= MAX_PROMPT_LENGTH) return prompt;
	throw badField(
		'prompt',
		'string_above_max_length',
		`Invalid 'prompt': string too long. Expected a string with maximum length ${MAX_PROMPT_LENGTH}, but got a string with length ${length} instead.`,
	);
}

/** The first choice is the default. */
export function choiceOf(form: Form, name: string, choices: string[]): string {
	const quoted = choices.map((choice) => `'${choice}'`);
	const comma = choices.length > 2 ? ',' : '';
	const list = (word: string) =>
		`${quoted.slice(0, -1).join(', ')}${comma} ${word} ${quoted.at(-1)}`;
	const value = textOf(form, name, `one of ${list('or')}`) ?? choices[0];
	if (choices.includes(value)) return value;
	throw badField(
		name,
		'invalid_value',
		`Invalid value: '${value}'. Supported values are: ${list('and')}.`,
	);
}

/** An uploaded picture; where a size is given, it must have that size (`WIDTHxHEIGHT`). */
export function referenceOf(form: Form, size?: string): Reference | undefined {
	const sent = form.get('input_reference')?.[0];
	if (!sent) return undefined;
	if (!('file' in sent)) throw wrongType('input_reference', 'a file', sent);
	return checkedPicture(sent.file, size);
}

export function checkedPicture(
	file: Reference,
	size?: string,
	name = 'input_reference',
): Reference {
	if (!/^image\//i.test(file.type)) throw badImage(name, `unsupported mimetype ('${file.type}')`);
	const image = readImage(file.bytes);
	if (!image || !IMAGE_TYPES.includes(image.type ?? '')) {
		throw badImage(name, `the bytes are no such image, though labelled '${file.type}'`);
	}
	if (size !== undefined && `${image.width}x${image.height}` !== size) {
		throw badField(
			name,
			'invalid_value',
			'Inpaint image must match the requested width and height',
		);
	}
	return file;
}

function readImage(bytes: Buffer) {
	try {
		return imageSize(bytes);
	} catch {
		return undefined;
	}
}

function badImage(name: string, reason: string) {
	return badField(
		name,
		'invalid_file',
		`Invalid file '${name}': ${reason}. Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
	);
}

export function missing(name: string) {
	return badField(name, 'missing_required_parameter', `Missing required parameter: '${name}'.`);
}

function wrongType(name: string, expected: string, sent: FieldValue) {
	return badField(
		name,
		'invalid_type',
		`Invalid type for '${name}': expected ${expected}, but got ${typeName(sent)} instead.`,
	);
}

function typeName(sent: FieldValue): string {
	if ('file' in sent) return 'a file';
	const { value } = sent;
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
