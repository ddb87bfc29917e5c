import { updateDisplayOptions } from 'n8n-workflow';
import type { INodeExecutionData } from 'n8n-workflow';

import { requireBaseUrl } from '../api/operation';
import { makeVideo } from '../api/orders/make';
import type { Context } from '../api/problems/problem';
import { refusal } from '../api/problems/refusal';
import type { Request } from '../api/requests/send';
import { json, multipart } from '../api/uploads/body';
import { createFields, createOptions } from './createFields';
import { readBodyFormat, readCreateFields } from './createInput';
import { optionsOf } from './options';

export const createDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['create'] } },
	[...createFields, optionsOf(...createOptions)],
);

/**
 * Creates one video per item. `checkMore` is for what the video is wanted for: it throws what would be
 * too late to find once the video is paid for.
 */
export const createVideo = async (
	context: Context,
	request: Request,
	checkMore: () => void = () => {},
): Promise<INodeExecutionData[]> => {
	const baseUrl = requireBaseUrl(context, request);
	return await makeVideo(context, request, {
		check: readCreateFields(context, request).then((fields) => {
			checkMore();
			return fields;
		}),
		bodyOf: (fields) => (readBodyFormat(context) === 'json' ? json(fields) : multipart(fields)),
		refusal: async (outcome) => await refusal(context, outcome, { baseUrl }),
	});
};
