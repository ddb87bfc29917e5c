import { updateDisplayOptions } from 'n8n-workflow';

import { json, multipart } from '../api/body';
import { makeVideo } from '../api/make';
import { requireBaseUrl } from '../api/operation';
import type { Work } from '../api/operation';
import { refusal } from '../api/refusal';
import { createFields } from './createFields';
import { readBodyFormat, readCreateFields } from './createInput';

export const createDescription = updateDisplayOptions(
	{ show: { resource: ['video'], operation: ['create'] } },
	createFields,
);

/** Creates one video per item. */
export const createVideo: Work = async (context, request) => {
	const baseUrl = requireBaseUrl(context, request);
	return await makeVideo(context, request, {
		check: readCreateFields(context, request),
		bodyOf: (fields) => (readBodyFormat(context) === 'json' ? json(fields) : multipart(fields)),
		refusal: async (outcome) => await refusal(context, outcome, { baseUrl }),
	});
};
