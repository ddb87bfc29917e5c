import { imageSize } from 'image-size';

import { badField } from './errors.mts';
import type { FieldValue, Form } from './form.mts';
import { type Model, models } from './models.mts';
import type { Reference } from './videos.mts';

const SIZES = ['720x1280', '1280x720'];
const SECONDS = ['4', '8', '12'];
const MAX_PROMPT_LENGTH = 32_000;
const IMAGE_TYPES = ['png', 'jpg', 'webp'];

export interface CreateInput {
	model: Model;
	prompt: string;
	size: string;
	seconds: string;
	reference?: Reference;
}

/** The body of `POST /videos`, judged by the contract; refuses with the field's name. */
export function validateCreate(form: Form): CreateInput {
	refuseUnknown(form, ['model', 'prompt', 'size', 'seconds', 'input_reference']);
	const model = modelOf(form);
	const prompt = promptOf(form);
	const size = choiceOf(form, 'size', SIZES);
	const seconds = choiceOf(form, 'seconds', SECONDS);
	const reference = referenceOf(form, size);
	return { model, prompt, size, seconds, ...(reference && { reference }) };
}

/** The body of `POST /videos/{id}/remix`. */
export function validateRemix(form: Form): { prompt: string } {
	refuseUnknown(form, ['prompt']);
	return { prompt: promptOf(form) };
}

function refuseUnknown(form: Form, known: string[]): void {
	for (const [name, values] of form) {
		if (!known.includes(name)) {
			throw badField(name, 'unknown_parameter', `Unknown parameter: '${name}'.`);
		}
		if (values.length > 1) {
			throw badField(name, 'duplicate_parameter', `Parameter '${name}' was sent more than once.`);
		}
	}
}

function modelOf(form: Form): Model {
	const id = textOf(form, 'model', 'a string');
	if (!id) throw missing('model');
	const model = models.find((candidate) => candidate.id === id);
	if (model) return model;
	throw badField('model', 'model_not_found', `The model '${id}' does not exist.`);
}

function promptOf(form: Form): string {
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
function choiceOf(form: Form, name: string, choices: string[]): string {
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

function referenceOf(form: Form, size: string): Reference | undefined {
	const sent = form.get('input_reference')?.[0];
	if (!sent) return undefined;
	if (!('file' in sent)) throw wrongType('input_reference', 'a file', sent);
	if (!/^image\//i.test(sent.file.type)) {
		throw badImage(`unsupported mimetype ('${sent.file.type}')`);
	}
	const image = readImage(sent.file.bytes);
	if (!image || !IMAGE_TYPES.includes(image.type ?? '')) {
		throw badImage(`the bytes are no such image, though labelled '${sent.file.type}'`);
	}
	if (`${image.width}x${image.height}` !== size) {
		throw badField(
			'input_reference',
			'invalid_value',
			'Inpaint image must match the requested width and height',
		);
	}
	return sent.file;
}

function readImage(bytes: Buffer) {
	try {
		return imageSize(bytes);
	} catch {
		return undefined;
	}
}

function badImage(reason: string) {
	return badField(
		'input_reference',
		'invalid_file',
		`Invalid file 'input_reference': ${reason}. Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
	);
}

/** The text of a field, `undefined` when it was not sent; any other type is refused. */
function textOf(form: Form, name: string, expected: string): string | undefined {
	const sent = form.get(name)?.[0];
	if (!sent) return undefined;
	if ('value' in sent && typeof sent.value === 'string') return sent.value;
	throw wrongType(name, expected, sent);
}

function missing(name: string) {
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
