/**
 * The fields of the style 'Custom' with their values, the default first: value, name, and what it sends.
 * All other styles are made of the same values.
 */
export const CUSTOM_STYLE = {
	bodyFormat: {
		label: 'Body Format',
		description: 'How the request is written',
		values: [
			['multipart', 'Form', 'multipart/form-data'],
			['json', 'JSON', 'application/json'],
		],
	},
	sizeAs: {
		label: 'Size As',
		description: 'How the size is sent; the examples are for 1280x720',
		values: [
			['size', 'Size', 'size: "1280x720"'],
			['sizeOrRatio', 'Size or Aspect Ratio', 'size: "1280x720"; aspect_ratio for a ratio'],
			['aspectRatio', 'Aspect Ratio', 'aspect_ratio: "16:9", resolution: "720p"'],
			['ratio', 'Ratio in Size', 'size: "16:9", resolution: "720p"'],
			['widthHeight', 'Width and Height', 'width: 1280, height: 720'],
			['none', 'Not Sent', 'The server chooses'],
		],
	},
	secondsAs: {
		label: 'Seconds As',
		description: 'How the length is sent; the examples are for 8 seconds',
		values: [
			['seconds', 'Seconds', 'seconds: "8"'],
			['secondsNumber', 'Seconds (Number)', 'seconds: 8'],
			['duration', 'Duration', 'duration: 8'],
			['durationSeconds', 'Duration Seconds', 'duration_seconds: 8'],
			['frames', 'Frames', 'num_frames: 193, frame_rate: 24'],
			['none', 'Not Sent', 'The server chooses'],
		],
	},
	imageAs: {
		label: 'Image As',
		description: 'What the image field holds; … stands for a URL or a data URI',
		values: [
			['file', 'File', 'A file in a form'],
			['imageUrlObject', 'Object With image_url', '{ "image_url": "…" }'],
			['urlObject', 'Object With url', '{ "url": "…" }'],
			['text', 'Text', '"…"'],
			['base64', 'Base64', 'A URL, or the bytes of the image as base64 text'],
			[
				'frameImages',
				'Frame Images',
				'[{ "type": "image_url", "image_url": { "url": "…" }, "frame_type": "first_frame" }]',
			],
			['inputImages', 'Input Images', '[{ "input_image": URL or base64, "frame": "first" }]'],
			['none', 'None', 'The server accepts no image'],
		],
	},
} as const;

type StyleValue<F extends keyof typeof CUSTOM_STYLE> =
	(typeof CUSTOM_STYLE)[F]['values'][number][0];
export type BodyFormat = StyleValue<'bodyFormat'>;
type SizeAs = StyleValue<'sizeAs'>;
type SecondsAs = StyleValue<'secondsAs'>;
export type ImageAs = StyleValue<'imageAs'>;

/** How a server wants to be asked; how it answers is read without it. */
export interface ApiStyle {
	/** As the credential shows it. */
	name: string;
	/** Where Create is sent, below the base URL. */
	createPath: string;
	bodyFormat: BodyFormat;
	sizeAs: SizeAs;
	/** The aspect ratios that the server knows; by default the usual ones. */
	ratios?: readonly string[];
	/** The resolutions that the server knows; by default the usual ones. */
	resolutions?: readonly string[];
	secondsAs: SecondsAs;
	imageField: string;
	imageAs: ImageAs;
	/** The lists of models, below the base URL; those that do not exist are ignored. */
	modelPaths: readonly string[];
	/** Whether it takes the bytes of an image only, so that n8n fetches one from the web. */
	fetchesImages?: boolean;
	/** The header that has the key for a file outside of the base URL's path, if it is no bearer token. */
	fileKeyHeader?: string;
}

const OPENAI: ApiStyle = {
	name: 'OpenAI (Form)',
	createPath: '/videos',
	bodyFormat: 'multipart',
	sizeAs: 'size',
	secondsAs: 'seconds',
	imageField: 'input_reference',
	imageAs: 'file',
	modelPaths: ['/models', '/videos/models'],
};

const OPENAI_JSON: ApiStyle = {
	...OPENAI,
	name: 'OpenAI (JSON)',
	bodyFormat: 'json',
	imageAs: 'imageUrlObject',
};

/** By the credential's values. A server is one row, with what differs from OpenAI's form or JSON. */
export const API_STYLES = {
	openai: OPENAI,
	openaiJson: OPENAI_JSON,
	openrouter: {
		...OPENAI_JSON,
		name: 'OpenRouter',
		sizeAs: 'sizeOrRatio',
		secondsAs: 'duration',
		imageField: 'frame_images',
		imageAs: 'frameImages',
	},
	xai: {
		...OPENAI_JSON,
		name: 'xAI',
		createPath: '/videos/generations',
		sizeAs: 'aspectRatio',
		ratios: ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'],
		resolutions: ['480p', '720p', '1080p'],
		secondsAs: 'duration',
		imageField: 'image',
		imageAs: 'urlObject',
		modelPaths: ['/video-generation-models', '/models'],
	},
	gemini: {
		...OPENAI,
		name: 'Google Gemini',
		sizeAs: 'aspectRatio',
		ratios: ['16:9', '9:16'],
		resolutions: ['720p', '1080p', '4k'],
		secondsAs: 'durationSeconds',
		imageField: 'image',
		imageAs: 'base64',
		fetchesImages: true,
		modelPaths: ['/models'],
		fileKeyHeader: 'x-goog-api-key',
	},
	together: {
		...OPENAI_JSON,
		name: 'Together AI',
		sizeAs: 'widthHeight',
		imageField: 'frame_images',
		imageAs: 'inputImages',
		// Its videos are at /v2, its models at /v1.
		modelPaths: ['/../v1/models'],
	},
	deepinfra: {
		...OPENAI_JSON,
		name: 'DeepInfra',
		sizeAs: 'sizeOrRatio',
		secondsAs: 'secondsNumber',
		imageField: 'image_url',
		imageAs: 'text',
	},
	llmgateway: {
		...OPENAI_JSON,
		name: 'LLM Gateway',
		secondsAs: 'secondsNumber',
		imageField: 'image',
	},
	merge: {
		...OPENAI_JSON,
		name: 'Merge Gateway',
		secondsAs: 'secondsNumber',
		// Its field for an image depends on the model, and another one is ignored.
		imageAs: 'none',
	},
	cometapi: { ...OPENAI, name: 'CometAPI', sizeAs: 'ratio' },
	agnes: {
		...OPENAI_JSON,
		name: 'Agnes AI',
		sizeAs: 'widthHeight',
		secondsAs: 'frames',
		imageField: 'image',
		// Without a data URI's beginning: https://github.com/AgnesAI-Labs/AgnesAI-Models/issues/91
		imageAs: 'base64',
	},
} as const satisfies Record<string, ApiStyle>;

export type ApiStyleName = keyof typeof API_STYLES;

/** A well-known server: how it is asked, and the path of its API. */
interface KnownHost {
	style: ApiStyle;
	path: string;
}

const QINIU: ApiStyle = { ...OPENAI_JSON, name: 'Qiniu', imageAs: 'text' };

/** For 'Automatic', and for a base URL without a path. Exact names only: others may merely look like them. */
const KNOWN_HOSTS = new Map<string, KnownHost>(
	Object.entries({
		'openrouter.ai': { style: API_STYLES.openrouter, path: '/api/v1' },
		'modelgates.ai': { style: API_STYLES.openrouter, path: '/api/v1' },
		'api.ofox.ai': { style: API_STYLES.openrouter, path: '/v1' },
		'gateway-api.mastra.ai': { style: API_STYLES.openrouter, path: '/v1' },
		'api.zveno.ai': { style: API_STYLES.openrouter, path: '/v1' },
		'api.x.ai': { style: API_STYLES.xai, path: '/v1' },
		'generativelanguage.googleapis.com': { style: API_STYLES.gemini, path: '/v1beta/openai' },
		'api.together.ai': { style: API_STYLES.together, path: '/v2' },
		'api.together.xyz': { style: API_STYLES.together, path: '/v2' },
		'api.deepinfra.com': { style: API_STYLES.deepinfra, path: '/v1/openai' },
		'api.llmgateway.io': { style: API_STYLES.llmgateway, path: '/v1' },
		'api-gateway.merge.dev': { style: API_STYLES.merge, path: '/v1' },
		'api.cometapi.com': { style: API_STYLES.cometapi, path: '/v1' },
		'apihub.agnes-ai.com': { style: API_STYLES.agnes, path: '/v1' },
		'api.qnaigc.com': { style: QINIU, path: '/v1' },
		'openai.sufy.com': { style: QINIU, path: '/v1' },
		'inference.do-ai.run': {
			style: { ...OPENAI_JSON, name: 'DigitalOcean', secondsAs: 'none', imageAs: 'none' },
			path: '/v1',
		},
	}),
);

/** The same style with the other kind of body: only a form has files. */
export function withBodyFormat(style: ApiStyle, bodyFormat: BodyFormat): ApiStyle {
	if (style === API_STYLES.openai && bodyFormat === 'json') return API_STYLES.openaiJson;
	if (style === API_STYLES.openaiJson && bodyFormat === 'multipart') return API_STYLES.openai;
	if (bodyFormat === 'json' && style.imageAs === 'file') {
		return { ...style, bodyFormat, imageAs: 'imageUrlObject' };
	}
	if (bodyFormat === 'multipart' && style.imageAs === 'imageUrlObject') {
		return { ...style, bodyFormat, imageAs: 'file' };
	}
	return { ...style, bodyFormat };
}

/** The style and the path of a well-known host. */
export const knownHost = (hostname: string): KnownHost | undefined => KNOWN_HOSTS.get(hostname);
