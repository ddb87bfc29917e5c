import type { Context } from '../api/problems/problem';
import type { Request } from '../api/requests/send';
import type { CreateFields } from '../api/uploads/body';
import { fetchReference, readReference, requirePictureUrl } from '../api/uploads/reference';
import { requireChoice } from './choice';
import { readSize, sizeFor } from './createSize';
import { readExtraFields } from './extraFields';
import { readModel } from './model';
import { readPrompt } from './prompt';
import { readSeconds } from './seconds';

export const readBodyFormat = (context: Context) =>
	requireChoice(context, { name: 'options.bodyFormat', label: 'Body Format' }, [
		'multipart',
		'json',
	]);

/** Reads and checks everything that can be known to be wrong before money is spent. */
export async function readCreateFields(context: Context, request: Request): Promise<CreateFields> {
	const isJson = readBodyFormat(context) === 'json';
	const fields: CreateFields = {
		model: readModel(context),
		prompt: readPrompt(context),
		size: readSize(context),
		seconds: readSeconds(context),
		extra: readExtraFields(context),
		input_reference: await readReferenceImage(context, request, isJson),
	};
	return { ...fields, size: await sizeFor(context, request, fields) };
}

async function readReferenceImage(
	context: Context,
	request: Request,
	isJson: boolean,
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
			return isJson ? url : await fetchReference(context, request, url);
		}
		case 'none':
			return undefined;
	}
}
