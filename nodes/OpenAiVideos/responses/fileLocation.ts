import { DATA_URI, isObject } from './values';

/** Where a file is: a URL, or the file itself. */
export type FileLocation = { url: string } | { bytes: Buffer };

/** Keys under which servers put a file or its URL, most common first. */
const LOCATION_KEYS = [
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
const MAX_DEPTH = 4;
/** Next to a video, an image is only its preview. */
const IMAGE_PATTERN = /^data:image\/|^\S+\.(png|jpe?g|webp|avif|heic)([?#]\S*)?$/i;

/**
 * The file locations anywhere in a server's JSON, in the order in which to try them.
 * Relative URLs are resolved against `baseUrl`.
 */
export function findFileLocations(body: unknown, baseUrl: string): FileLocation[] {
	const texts = collectStrings(body);
	const images = texts.filter(([, text]) => IMAGE_PATTERN.test(text));
	return [...texts.filter((entry) => !images.includes(entry)), ...images].flatMap(
		([key, text]) => parseLocation(key, text.trim(), baseUrl) ?? [],
	);
}

/** All strings under {@link LOCATION_KEYS}, each with the last key that led to it. */
function collectStrings(body: unknown, key = '', depth = 0): Array<[key: string, text: string]> {
	if (typeof body === 'string') return [[key, body]];
	if (depth > MAX_DEPTH) return [];
	if (Array.isArray(body))
		return body.flatMap((element) => collectStrings(element, key, depth + 1));
	if (!isObject(body)) return [];
	return LOCATION_KEYS.flatMap((name) => collectStrings(body[name], name, depth + 1));
}

function parseLocation(key: string, text: string, baseUrl: string): FileLocation | undefined {
	if (DATA_URI.test(text)) return { bytes: Buffer.from(text.replace(DATA_URI, ''), 'base64') };
	if (key === 'b64_json') return { bytes: Buffer.from(text, 'base64') };
	const isUrl = /^(https?:\/)?\/\S+$/i.test(text);
	// Without a leading slash, a path is recognized only under a key that names a URL.
	const isPath = /urls?$/.test(key) && /^[\w.%~-]+\/\S+$/.test(text);
	if (!(isUrl || isPath) || !URL.canParse(text, `${baseUrl}/`)) return undefined;
	return { url: new URL(text, `${baseUrl}/`).href };
}
