import type { CreateFields } from '../api/body';
import type { Context } from '../api/problem';
import { fetchReference, readReference, requirePictureUrl } from '../api/reference';
import type { Request } from '../api/send';
import { readSize, sizeFor } from './createSize';
import { readExtraFields } from './extraFields';
import { readModel } from './model';
import { readPrompt } from './prompt';
import { readSeconds } from './seconds';

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

async function readReferenceImage(
	context: Context,
	request: Request,
): Promise<CreateFields['input_reference']> {
	switch (context.getNodeParameter('referenceImage', 'none')) {
		case 'binary':
			return await readReference(
				context,
				context.getNodeParameter('referenceBinaryField', 'data') as string,
			);
		case 'url': {
			const url = requirePictureUrl(context, context.getNodeParameter('referenceUrl', ''));
			return readBodyFormat(context) === 'json' ? url : await fetchReference(context, request, url);
		}
		default:
			return undefined;
	}
}
