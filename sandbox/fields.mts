import { imageSize } from 'image-size';

import { fieldError } from './errors.mts';
import type { FieldValue, Form } from './form.mts';
import { MODELS, type Model } from './models.mts';
import type { UploadedFile } from './videos.mts';

const MAX_PROMPT_LENGTH = 32_000;
const IMAGE_TYPES = ['png', 'jpg', 'webp'];

/** The string in a field, `undefined` if not sent; throws on any other type. */
export function readText(form: Form, name: string, expected: string): string | undefined {
	const sent = form.get(name)?.[0];
	if (!sent) return undefined;
	if ('value' in sent && typeof sent.value === 'string') return sent.value;
	throw wrongType(name, expected, sent);
}

/** The first value of a field, of any type; `undefined` for a file. */
export function readValue(form: Form, name: string): unknown {
	const sent = form.get(name)?.[0];
	return sent && 'value' in sent ? sent.value : undefined;
}

export function readModel(form: Form): Model {
	const id = readText(form, 'model', 'a string');
	if (!id) throw missingField('model');
	const model = MODELS.find((candidate) => candidate.id === id);
	if (model) return model;
	throw fieldError('model', 'model_not_found', `The model '${id}' does not exist.`);
}

/** On a server that accepts any name of a model. */
export function readAnyModel(form: Form): Model {
	const id = readText(form, 'model', 'a string') || MODELS[0].id;
	return MODELS.find((candidate) => candidate.id === id) ?? { id };
}

export function readPrompt(form: Form): string {
	const prompt = readText(form, 'prompt', 'a string');
	if (!prompt?.trim()) throw missingField('prompt');
	const length = [...prompt].length;
	if (length <= MAX_PROMPT_LENGTH) return prompt;
	throw fieldError(
		'prompt',
		'string_above_max_length',
		`Invalid 'prompt': string too long. Expected a string with maximum length ${MAX_PROMPT_LENGTH}, but got a string with length ${length} instead.`,
	);
}

/** The first choice is the default. */
export function readChoice(form: Form, name: string, choices: string[]): string {
	const quoted = choices.map((choice) => `'${choice}'`);
	const comma = choices.length > 2 ? ',' : '';
	const list = (conjunction: string) =>
		`${quoted.slice(0, -1).join(', ')}${comma} ${conjunction} ${quoted.at(-1)}`;
	const value = readText(form, name, `one of ${list('or')}`) ?? choices[0];
	if (choices.includes(value)) return value;
	throw fieldError(
		name,
		'invalid_value',
		`Invalid value: '${value}'. Supported values are: ${list('and')}.`,
	);
}

/** An uploaded image; if a size (`WIDTHxHEIGHT`) is given, it must have that size. */
export function readReferenceImage(form: Form, size?: string): UploadedFile | undefined {
	const sent = form.get('input_reference')?.[0];
	if (!sent) return undefined;
	if (!('file' in sent)) throw wrongType('input_reference', 'a file', sent);
	return validateImage(sent.file, size);
}

export function validateImage(
	file: UploadedFile,
	size?: string,
	name = 'input_reference',
): UploadedFile {
	if (!/^image\//i.test(file.type))
		throw invalidImage(name, `unsupported mimetype ('${file.type}')`);
	const image = parseImage(file.bytes);
	if (!image || !IMAGE_TYPES.includes(image.type ?? '')) {
		throw invalidImage(name, `the bytes are no such image, though labelled '${file.type}'`);
	}
	if (size !== undefined && `${image.width}x${image.height}` !== size) {
		throw fieldError(
			name,
			'invalid_value',
			'Inpaint image must match the requested width and height',
		);
	}
	return file;
}

function parseImage(bytes: Buffer) {
	try {
		return imageSize(bytes);
	} catch {
		return undefined;
	}
}

function invalidImage(name: string, reason: string) {
	return fieldError(
		name,
		'invalid_file',
		`Invalid file '${name}': ${reason}. Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
	);
}

export function missingField(name: string) {
	return fieldError(name, 'missing_required_parameter', `Missing required parameter: '${name}'.`);
}

/** A field of another type than the expected one. */
export function wrongType(name: string, expected: string, sent: FieldValue) {
	return fieldError(
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
