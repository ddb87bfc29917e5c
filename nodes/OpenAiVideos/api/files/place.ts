import { isObject } from '../answers/object';

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
export const DATA_URI = /^data:[^,]*,/;
/** Beside a video it is but its preview. */
const PICTURE = /^data:image\/|^\S+\.(png|jpe?g|webp|avif|heic)([?#]\S*)?$/i;

/**
 * The places that a server's JSON names, wherever in it, in the order in which they are to be tried.
 * Relative addresses are taken from `baseUrl`.
 */
export function placesIn(body: unknown, baseUrl: string): Place[] {
	const texts = textsIn(body);
	const pictures = texts.filter(([, text]) => PICTURE.test(text));
	return [...texts.filter((each) => !pictures.includes(each)), ...pictures].flatMap(
		([name, text]) => placeOf(name, text.trim(), baseUrl) ?? [],
	);
}

/** All texts under names that may tell of a file, each with the last name that led to it. */
function textsIn(body: unknown, name = '', depth = 0): Array<[name: string, text: string]> {
	if (typeof body === 'string') return [[name, body]];
	if (depth > DEEPEST) return [];
	if (Array.isArray(body)) return body.flatMap((each) => textsIn(each, name, depth + 1));
	if (!isObject(body)) return [];
	return NAMES.flatMap((each) => textsIn(body[each], each, depth + 1));
}

function placeOf(name: string, text: string, baseUrl: string): Place | undefined {
	if (DATA_URI.test(text)) return { bytes: Buffer.from(text.replace(DATA_URI, ''), 'base64') };
	if (name === 'b64_json') return { bytes: Buffer.from(text, 'base64') };
	const isAddress = /^(https?:\/)?\/\S+$/i.test(text);
	// Only under a name that says so can a path without a slash be told from a word.
	const isPath = /urls?$/.test(name) && /^[\w.%~-]+\/\S+$/.test(text);
	if (!(isAddress || isPath) || !URL.canParse(text, `${baseUrl}/`)) return undefined;
	return { url: new URL(text, `${baseUrl}/`).href };
}
