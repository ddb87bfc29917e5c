import type { IDataObject } from 'n8n-workflow';

import type { CreateFields } from '../api/body';
import { isObject } from '../api/object';
import { problem } from '../api/problem';
import type { Context } from '../api/problem';
import { fetchReference, readReference, requirePictureUrl } from '../api/reference';
import type { Request } from '../api/send';
import { readChoice, requireChoice } from './choice';
import { readSize, sizeFor } from './createSize';

export type BodyFormat = 'multipart' | 'json';

export const readBodyFormat = (context: Context): BodyFormat =>
	context.getNodeParameter('options.bodyFormat', 'multipart') as BodyFormat;

/** Reads and checks everything that can be known to be wrong before money is spent. */
export async function readCreateFields(context: Context, request: Request): Promise<CreateFields> {
	const fields: CreateFields = {
		model: readModel(context),
		prompt: readPrompt(context),
		size: readSize(context),
		seconds: readSeconds(context),
		extra: readExtraFields(context),
		input_reference: await readReferenceImage(context, request),
	};
	return { ...fields, size: await sizeFor(context, request, fields) };
}

function readModel(context: Context): string {
	const model = String(context.getNodeParameter('model', '', { extractValue: true }) ?? '').trim();
	if (model === '') {
		throw problem(context, {
			message: "'Model' is empty",
			next: "Pick a model from the list, or choose 'By ID' and enter the name that the server uses.",
		});
	}
	return model;
}

export function readPrompt(context: Context): string {
	const prompt = String(context.getNodeParameter('prompt', '') ?? '');
	if (prompt.trim() === '') {
		throw problem(context, {
			message: "'Prompt' is empty",
			next: 'Describe the video, or check the expression that should give the prompt.',
		});
	}
	return prompt;
}

function readSeconds(context: Context): string | undefined {
	const seconds = readChoice(context, 'seconds', 'customSeconds');
	if (seconds !== undefined && !(/^\d+(\.\d+)?$/.test(seconds) && Number(seconds) > 0)) {
		throw problem(context, {
			message: `'Seconds' is not a length of time: ${seconds || '(empty)'}`,
			next: 'Enter a number above 0, for example 6.',
		});
	}
	return seconds;
}

/** A JSON object, as text or, from an expression, as it is. */
function readExtraFields(context: Context): IDataObject {
	const given = context.getNodeParameter('options.extraFields', {}) as unknown;
	if (typeof given === 'string' && given.trim() === '') return {};
	let fields: unknown = given;
	let fault = '';
	try {
		if (typeof given === 'string') fields = JSON.parse(given);
	} catch (error) {
		fault = ` (${(error as Error).message})`;
	}
	if (fault === '' && isObject(fields)) return fields;
	throw problem(context, {
		message: `'Extra Fields' is not a JSON object${fault}`,
		next: 'Enter names and values in braces, for example { "seed": 42 }.',
	});
}

async function readReferenceImage(
	context: Context,
	request: Request,
): Promise<CreateFields['input_reference']> {
	const parameter = { name: 'referenceImage', label: 'Reference Image' };
	switch (requireChoice(context, parameter, ['none', 'binary', 'url'])) {
		case 'binary':
			return await readReference(
				context,
				context.getNodeParameter('referenceBinaryField', 'data') as string,
			);
		case 'url': {
			const url = requirePictureUrl(context, context.getNodeParameter('referenceUrl', ''));
			return readBodyFormat(context) === 'json' ? url : await fetchReference(context, request, url);
		}
		case 'none':
			return undefined;
	}
}
