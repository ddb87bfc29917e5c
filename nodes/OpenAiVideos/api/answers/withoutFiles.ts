import type { IDataObject } from 'n8n-workflow';

import { DATA_URI } from '../files/place';
import { isObject } from './object';

/** The longest text that is an address; whatever is longer and has no spaces is a file. */
const LONGEST_SHOWN = 8_192;

/**
 * The same object without files in its text: a video as base64 in each row would fill n8n's database.
 * Download reads the video anew, so nothing is lost.
 */
export function withoutFiles(value: IDataObject): IDataObject {
	const shown = (each: unknown): unknown => {
		if (typeof each === 'string' && each.length > LONGEST_SHOWN && isFile(each)) {
			return `${each.slice(0, 40)}… (${each.length} characters; Download puts out the file)`;
		}
		if (Array.isArray(each)) return each.map(shown);
		return isObject(each) ? withoutFiles(each) : each;
	};
	return Object.fromEntries(
		Object.entries(value).map(([name, each]) => [name, shown(each)]),
	) as IDataObject;
}

const isFile = (text: string): boolean => DATA_URI.test(text) || /^[\w+/=\r\n-]+$/.test(text);
