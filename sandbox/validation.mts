import { badField } from './errors.mts';
import { choiceOf, modelOf, promptOf, referenceOf } from './fields.mts';
import type { Form } from './form.mts';
import { type Picture, pictureOf } from './freeFields.mts';
import type { Model } from './models.mts';

const SIZES = ['720x1280', '1280x720'];
const SECONDS = ['4', '8', '12'];

export interface CreateInput extends Picture {
	model: Model;
	prompt: string;
	size: string;
	seconds: string;
}

/** The body of `POST /videos`, judged by the contract; refuses with the field's name. */
export function validateCreate(form: Form): CreateInput {
	refuseUnknown(form, ['model', 'prompt', 'size', 'seconds', 'input_reference']);
	const fields = contractFields(form);
	const reference = referenceOf(form, fields.size);
	return { ...fields, ...(reference && { reference }) };
}

/** As the contract, but fields it does not know are ignored and a picture may be told by its URL. */
export function validateLeniently(form: Form): CreateInput {
	const fields = contractFields(form);
	return { ...fields, ...pictureOf(form, 'input_reference', fields.size) };
}

/** The body of `POST /videos/{id}/remix`. */
export function validateRemix(form: Form): { prompt: string } {
	refuseUnknown(form, ['prompt']);
	return { prompt: promptOf(form) };
}

function contractFields(form: Form) {
	const model = modelOf(form);
	const prompt = promptOf(form);
	const size = choiceOf(form, 'size', SIZES);
	const seconds = choiceOf(form, 'seconds', SECONDS);
	return { model, prompt, size, seconds };
}

/** Refuses fields that nobody asked for, or more than once. */
export function refuseUnknown(form: Form, known: string[]): void {
	for (const [name, values] of form) {
		if (!known.includes(name)) {
			throw badField(name, 'unknown_parameter', `Unknown parameter: '${name}'.`);
		}
		if (values.length > 1) {
			throw badField(name, 'duplicate_parameter', `Parameter '${name}' was sent more than once.`);
		}
	}
}
