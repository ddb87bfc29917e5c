import type { IDataObject } from 'n8n-workflow';

import { DATA_URI, isInlineFile, isObject, isTruncatedFile, normalizeKey } from './values';

/** Where a file is: a URL, or the file itself. */
export type FileLocation = { url: string } | { base64: string };

/** A key leads to a file if it has no other words: `task_result`, `generatedSamples`, `unsigned_urls`. */
const FILE_KEY =
	/^(?:(?:video|output|result|content|(?:meta)?data|file|media|asset|object|list|info|artifact|clip|mp4|download|playback|play|final|origin|generated|direct|remote|public|cdn|s3|oss|cos|gcs|storage|cloud|temp|temporary|permanent|access|hd|raw|full|nowatermark|(?:un|pre)?signed|mirror|backup|url|uri|link|href|src|location|bytes|b64|base64|json|encoded)s?)+$/;
/** Further keys of what is around a file. */
const CONTAINER_KEY =
	/^(task(result|info|output)?|response|generatevideoresponse|generation|generatedsample|sample|creation|item|work|job|prediction|choice|message|part|payload|inlinedata)s?$/;
const URL_KEY = /(url|uri|link|href)s?$/;
const BASE64_KEY = /b64|base64|bytes/;
/** Further copies of files that other keys name. */
const MIRROR_KEY = /^(mirror|backup|origin)/;
/** Files of one video by their quality: `{"720p": "https://…", "1080p": "https://…"}`. */
const QUALITY_KEY = /^(\d{3,4}p|[248]k|original|uhd|fhd|hd|high|medium|standard|default|sd|low)$/;
/** Such a key names the result itself, whatever else is beside it. */
const RESULT_KEY = /^(final|output|result)?(video)?(url|uri|link)$/;
/** What is under such a key is made, not a URL of the API. */
const VIDEO_KEY = /video|clip|mp4|output|generat|artifact|creation|sample/;
const VIDEO_EXTENSION = /\.(mp4|m4v|mov|webm|mkv|avi|gif)$/i;
/** Agnes AI puts the URL there. */
const MISUSED_KEY = 'remixedfromvideoid';

/** What an object beside a video says of itself, under any of these keys. */
const TYPE_KEYS = [
	'type',
	'kind',
	'role',
	'mime_type',
	'mimeType',
	'media_type',
	'mediaType',
	'content_type',
	'contentType',
];
const OTHER_TYPE =
	/thumb|cover|preview|poster|sprite|^(reference|input|source|first|last)($|[_-]?(video|image|frame|file|url))|^(audio|text|application\/json)(?=$|\/|_url)/i;
const IMAGE_TYPE = /^(image|picture|photo)s?(?=$|\/|_url)/i;
/** Next to a video, such a file is only its preview or a supplement. */
const PREVIEW_EXTENSION =
	/\.(png|jpe?g|webp|avif|heic|json|txt|srt|vtt|mp3|wav|m4a|aac|zip|m3u8)$/i;

const MAX_DEPTH = 8;
/** More would hold up n8n, and nobody wants that many videos of one request. */
const MAX_ELEMENTS = 100;
const MAX_LOCATIONS_PER_OUTPUT = 20;

/** Text that is a file or names one. */
interface Candidate {
	/** The last key that led to it, normalized. */
	key: string;
	text: string;
	isPreview: boolean;
	/** Whether the keys or the text say that it is a video, not any other URL. */
	isSure: boolean;
}

/** The results that one part of the JSON names, each with the texts that name it. */
type Results = Candidate[][];

/**
 * The locations of each output that a server's JSON names, in the order in which to try them; empty if
 * it names none. Relative URLs are resolved against `baseUrl`.
 */
export function findOutputs(body: unknown, baseUrl: string): FileLocation[][] {
	const parts = findResults(body);
	const originals = parts.filter((part) => isVideo(part[0]) && !MIRROR_KEY.test(part[0][0].key));
	const main = (originals.length > 0 ? originals : parts).find((part) => part.length > 1);
	if (!main) return [toLocations(parts.flat(2), baseUrl)].filter(({ length }) => length > 0);

	// Another array names the same outputs once more; anything else can only be the first one.
	const rest = parts.filter((part) => part !== main);
	const parallel = rest.filter(({ length }) => length === main.length);
	const single = rest.filter(({ length }) => length !== main.length).flatMap(([first]) => first);
	const later = new Set(main.slice(1).flatMap((result) => result.map(({ text }) => pathOf(text))));
	const others = single.filter(({ text }) => !later.has(pathOf(text)));
	return main
		.map((result, index) => {
			const same = [...result, ...parallel.flatMap((part) => part[index])];
			const ofFirst = [...same, ...others];
			const candidates = index === 0 ? ofFirst : same.filter(({ isPreview }) => !isPreview);
			return toLocations(candidates, baseUrl);
		})
		.filter(({ length }) => length > 0);
}

/** Whether a server's JSON holds or names a video file, other than by its address in the spec. */
export const namesFile = (body: unknown): boolean => findFiles(body).length > 0;

/** The same, if it cannot be another URL, such as the one to poll. */
export const surelyNamesFile = (body: unknown): boolean =>
	findFiles(body).some(({ isSure }) => isSure);

/** The fields of a video that hold or name its file. */
export const fileFieldsOf = (video: IDataObject): IDataObject =>
	Object.fromEntries(Object.entries(video).filter(([name, value]) => namesFile({ [name]: value })));

const findFiles = (body: unknown): Candidate[] =>
	findResults(body)
		.flat(2)
		.filter(({ text, isPreview }) => !isPreview && !isContentUrl(text));

const isContentUrl = (text: string): boolean =>
	text.length < 2_000 && /\/videos\/[^/]+\/content$/.test(text.split(/[?#]/, 1)[0]);

const isVideo = (result: Candidate[]): boolean => result.some(({ isPreview }) => !isPreview);

/** What is known of a part of the JSON by what is around it. */
interface Place {
	/** The last key that led to it, normalized. */
	key: string;
	isPreview: boolean;
	isSure: boolean;
	depth: number;
}

const ROOT: Place = { key: '', isPreview: false, isSure: false, depth: 0 };

/** Each array of two or more results, and all other files, in the order in which to try them. */
function findResults(value: unknown, place = ROOT): Results[] {
	const { key, depth } = place;
	if (typeof value === 'string') {
		const text = value.length < 10_000 ? value.trim() : value;
		if (!isLocation(key, text)) return [];
		const isPreview = place.isPreview || hasPreviewName(text);
		return [[[{ key, text, isPreview, isSure: place.isSure || isVideoFile(key, text) }]]];
	}
	if (depth > MAX_DEPTH) return [];
	const inside = { ...place, depth: depth + 1 };
	if (Array.isArray(value)) {
		const elements: unknown[] = value.slice(0, MAX_ELEMENTS);
		return asOneArray(elements.map((each) => findResults(each, { ...inside, isSure: true })));
	}
	if (!isObject(value)) return [];
	const types = depth === 0 ? [] : typesOf(value);
	if (types.some((type) => OTHER_TYPE.test(type))) return [];
	const isPreview = place.isPreview || types.some((type) => IMAGE_TYPE.test(type));
	const prefix = MIRROR_KEY.test(key) ? 'mirror' : '';
	const parts = fileKeys(value, key).map(([name, normalized]) => ({
		isResult: RESULT_KEY.test(normalized) && typeof value[name] === 'string',
		found: findResults(value[name], {
			...inside,
			// A quality says nothing of what has it.
			key: prefix + (QUALITY_KEY.test(normalized) ? key : normalized),
			isPreview,
			isSure: place.isSure || VIDEO_KEY.test(normalized),
		}),
	}));
	const [result] = parts.flatMap(({ isResult, found }) => (isResult ? found.flat(2) : []));
	const all = parts.flatMap(({ found }) => found);
	return result && !result.isPreview && !isContentUrl(result.text)
		? all.filter((part) => part.length === 1 || names(part, result))
		: all;
}

/**
 * Beside a single result, an array that does not name it, too, has what the result was made of: its parts,
 * or the inputs, which some servers repeat.
 */
const names = (array: Results, { text }: Candidate): boolean =>
	array.flat().some((each) => pathOf(each.text) === pathOf(text));

/** What remains of a URL if another host gives out or signs the same file. */
const pathOf = (text: string): string =>
	text.length < 10_000 ? text.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] : text;

/** What the elements of an array name: each is a result of its own if two of them differ. */
function asOneArray(elements: Results[][]): Results[] {
	const results = new Map<string, Candidate[]>();
	for (const element of elements) {
		const candidates = element.flat(2);
		const file = candidates.find(({ isPreview }) => !isPreview);
		if (file && !results.has(file.text)) results.set(file.text, candidates);
	}
	if (results.size < 2) return elements.flat();
	const previews = elements.flat().filter((part) => !part.some(isVideo));
	return [[...results.values()], ...previews];
}

/** The keys of an object that may lead to a file, as they are and normalized, best first. */
const fileKeys = (from: IDataObject, parent: string): Array<[name: string, normalized: string]> =>
	Object.keys(from)
		.map((name): [string, string] => [name, normalizeKey(name)])
		.filter(
			([, key]) =>
				FILE_KEY.test(key) ||
				CONTAINER_KEY.test(key) ||
				key === MISUSED_KEY ||
				(QUALITY_KEY.test(key) && /video|url/.test(parent)),
		)
		.sort(([, one], [, other]) => rank(one) - rank(other));

function rank(key: string): number {
	if (key === MISUSED_KEY) return 6;
	if (QUALITY_KEY.test(key)) return 3 - linesOf(key) / 10_000;
	if (MIRROR_KEY.test(key)) return 5;
	if (URL_KEY.test(key)) return key.endsWith('s') ? 2 : 0;
	if (BASE64_KEY.test(key)) return 1;
	// A gateway's own fields come before the response of its upstream.
	return key === 'data' ? 4 : 3;
}

/** How many lines a quality has, at least compared to another one. */
function linesOf(quality: string): number {
	const words = ['low', 'sd', 'default', 'standard', 'medium', 'high', 'hd', 'fhd', 'uhd'];
	if (quality === 'original') return 9_000;
	if (quality.endsWith('k')) return parseInt(quality, 10) * 540;
	return parseInt(quality, 10) || 100 * (words.indexOf(quality) + 2);
}

const typesOf = (from: IDataObject): string[] =>
	TYPE_KEYS.map((name) => from[name]).filter((type) => typeof type === 'string');

function isLocation(key: string, text: string): boolean {
	// A number under `bytes` is a size.
	if (/^\d{0,15}$/.test(text) || isTruncatedFile(text)) return false;
	if (DATA_URI.test(text) || BASE64_KEY.test(key) || isInlineFile(text)) return true;
	if (key === MISUSED_KEY) return /^https?:\/\/\S+$/i.test(text);
	// Without a leading slash, a path is recognized only under a key that names a URL.
	return /^(https?:\/)?\/\S+$/i.test(text) || (URL_KEY.test(key) && /^[\w.%~-]+\/\S+$/.test(text));
}

const isVideoFile = (key: string, text: string): boolean =>
	DATA_URI.test(text) ||
	BASE64_KEY.test(key) ||
	isInlineFile(text) ||
	VIDEO_EXTENSION.test(text.split(/[?#]/, 1)[0]);

const hasPreviewName = (text: string): boolean =>
	/^data:(image|audio|text)\//i.test(text) ||
	(!isInlineFile(text) && PREVIEW_EXTENSION.test(text.split(/[?#]/, 1)[0]));

/** Previews come last: some servers have nothing else. */
function toLocations(candidates: Candidate[], baseUrl: string): FileLocation[] {
	const [videos, previews] = [false, true].map((wanted) =>
		candidates.filter(({ isPreview }) => isPreview === wanted),
	);
	return [...videos, ...previews]
		.slice(0, MAX_LOCATIONS_PER_OUTPUT)
		.flatMap(({ key, text }) => toLocation(key, text, baseUrl) ?? []);
}

function toLocation(key: string, text: string, baseUrl: string): FileLocation | undefined {
	if (DATA_URI.test(text)) return { base64: text.replace(DATA_URI, '') };
	if (isInlineFile(text)) return { base64: text };
	const isUrl = /^https?:\/\//i.test(text) || !BASE64_KEY.test(key);
	if (!isUrl) return { base64: text };
	return URL.canParse(text, `${baseUrl}/`) ? { url: new URL(text, `${baseUrl}/`).href } : undefined;
}
