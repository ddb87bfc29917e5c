import type { IBinaryData } from 'n8n-workflow';

import { problem } from '../problems/problem';
import type { Context } from '../problems/problem';

/**
 * What n8n knows of the file in a binary field; throws where there is none. Newer n8n also takes the
 * binary object itself, from an expression.
 */
export function requireBinary(context: Context, field: string): IBinaryData {
	try {
		return context.helpers.assertBinaryData(field);
	} catch (error) {
		throw problem(context, {
			message: `There is no file in binary field '${field}'`,
			// n8n's own words tell where it looked, which depends on the workflow's binary mode.
			next: `Set 'Input Binary Field' to the name that the step before shows under 'Binary', or put a step before this one that gives a file. (${(error as Error).message})`,
		});
	}
}
