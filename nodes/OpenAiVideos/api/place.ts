import type { IDataObject } from 'n8n-workflow';

import { isObject } from './object';

/** Where a file is: an address, or the file itself. */
export type Place = { url: string } | { bytes: Buffer };

/** Names under which servers put a file or its address, the usual ones first. */
const NAMES = [
	'url',
	'video_url',
	'output_url',
	'download_url',
	'content_url',
	'result_url',
	'file_url',
	'b64_json',
	'metadata',
	'output',
	'outputs',
	'video',
	'videos',
	'result',
	'content',
	'urls',
	'unsigned_urls',
	'data',
];
const DEEPEST = 4;
const DATA_URI = /^data:[^,]*,/;
/** The longest address that is shown; whatever is longer is a file. */
const LONGEST_SHOWN = 8_192;

/** The place that a server's JSON names, wherever in it; relative addresses are taken from `baseUrl`. */
export function placeIn(body: unknown, baseUrl: string, depth = 0): Place | undefined {
	if (depth > DEEPEST) return undefined;
	if (typeof body === 'string') return placeOf(body.trim(), baseUrl);
	const values = Array.isArray(body)
		? body
		: isObject(body)
			? NAMES.map((name) => (name === 'b64_json' ? asDataUri(body[name]) : body[name]))
			: [];
	for (const value of values) {
		const place = placeIn(value, baseUrl, depth + 1);
		if (place) return place;
	}
	return undefined;
}

function placeOf(text: string, baseUrl: string): Place | undefined {
	if (DATA_URI.test(text)) {
		const data = text.replace(DATA_URI, '');
		return { bytes: Buffer.from(data, 'base64') };
	}
	if (!/^(https?:\/)?\/\S+$/i.test(text) || !URL.canParse(text, `${baseUrl}/`)) return undefined;
	return { url: new URL(text, `${baseUrl}/`).href };
}

const asDataUri = (value: unknown): unknown =>
	typeof value === 'string' && !DATA_URI.test(value) ? `data:;base64,${value}` : value;

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
