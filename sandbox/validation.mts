import { fieldError } from './errors.mts';
import { readChoice, readModel, readPrompt, readReferenceImage } from './fields.mts';
import type { Form } from './form.mts';
import { type ImageInput, readLenientImage } from './lenientFields.mts';
import type { Model } from './models.mts';

const SIZES = ['720x1280', '1280x720'];
const SECONDS = ['4', '8', '12'];

export interface CreateInput extends ImageInput {
	model: Model;
	prompt: string;
	size: string;
	seconds: string;
}

/** Validates the body of `POST /videos` by the spec; an error names the field. */
export function validateCreate(form: Form): CreateInput {
	rejectUnknownFields(form, ['model', 'prompt', 'size', 'seconds', 'input_reference']);
	const fields = readContractFields(form);
	const reference = readReferenceImage(form, fields.size);
	return { ...fields, ...(reference && { reference }) };
}

/** Like `validateCreate`, but ignores unknown fields, and the image may be a URL. */
export function validateCreateLeniently(form: Form): CreateInput {
	const fields = readContractFields(form);
	return { ...fields, ...readLenientImage(form, 'input_reference', fields.size) };
}

/** Validates the body of `POST /videos/{id}/remix`. */
export function validateRemix(form: Form): { prompt: string } {
	rejectUnknownFields(form, ['prompt']);
	return { prompt: readPrompt(form) };
}

function readContractFields(form: Form) {
	const model = readModel(form);
	const prompt = readPrompt(form);
	const size = readChoice(form, 'size', SIZES);
	const seconds = readChoice(form, 'seconds', SECONDS);
	return { model, prompt, size, seconds };
}

/** Throws on unknown and duplicate fields. */
export function rejectUnknownFields(form: Form, known: string[]): void {
	for (const [name, values] of form) {
		if (!known.includes(name)) {
			throw fieldError(name, 'unknown_parameter', `Unknown parameter: '${name}'.`);
		}
		if (values.length > 1) {
			throw fieldError(name, 'duplicate_parameter', `Parameter '${name}' was sent more than once.`);
		}
	}
}
