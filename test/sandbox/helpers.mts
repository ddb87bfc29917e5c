import { parseUrl } from '../../sandbox/baseUrl.mts';
import type { Dialect } from '../../sandbox/dialects/dialect.mts';
import { namedDialects } from '../../sandbox/dialects/index.mts';
import { type Variant, renderFile } from '../../sandbox/files.mts';
import { encodePng } from '../../sandbox/png.mts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';

/** The path segments before `/v1` that choose a server family; `''` is the contract. */
export const FAMILIES = ['', ...namedDialects.map(({ name }) => name)];

/** Those whose videos can be asked for. */
export const POLLED_FAMILIES = FAMILIES.filter((name) => name !== 'dynamo');

/** Those with the contract's route of the file. */
export const CONTENT_FAMILIES = [
	'',
	...namedDialects.filter(({ hasContent }) => hasContent).map(({ name }) => name),
];

/** A sandbox with its own clock and a minimal client. */
export interface TestSandbox extends Sandbox {
	/** Advances the sandbox's clock. */
	advance(seconds: number): void;
	/** `path` follows the base URL; objects are sent as JSON, forms as multipart. */
	call(method: string, path: string, body?: object): Promise<TestResponse>;
	/** Creates a video, expects success and returns the video object. */
	createVideo(fields?: Record<string, string>): Promise<any>;
	/** A client for the base URL with these path segments before `/v1`; `''` for none. */
	client(segments: string, headers?: Record<string, string>): Client;
	/** Requests a file, with the API key as its host wants it. */
	fetchFile(url: string): Promise<Response>;
	/** The bytes of a video's file, the same in every dialect. */
	expectedFile(id: string, variant?: Variant): Promise<Buffer>;
}

/** A client of one base URL. */
interface Client {
	baseUrl: string;
	call: TestSandbox['call'];
	/** Sends a Create in the body format that the server accepts, and returns any response. */
	postVideo(fields?: Record<string, string | File>): Promise<TestResponse>;
	/** Sends the same Create, expects success and returns the video ID. */
	startVideo(fields?: Record<string, string>): Promise<string>;
	/** Sends a Get Status. */
	getVideo(id: string): Promise<TestResponse>;
	/** Requests the file at the spec's path. */
	getContent(id: string): Promise<TestResponse>;
}

interface TestResponse {
	status: number;
	headers: Headers;
	bytes: Buffer;
	/** The body as JSON; throws on any other body. */
	readonly json: any;
}

const openSandboxes: Sandbox[] = [];

afterEach(async () => {
	await Promise.all(openSandboxes.splice(0).map((sandbox) => sandbox.close()));
});

/** Starts a sandbox that is closed after the test. Its clock only moves by `advance`. */
export async function startTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
	let time = Date.UTC(2026, 10, 1);
	const sandbox = await startSandbox({ now: () => time, ...options });
	openSandboxes.push(sandbox);
	const call: TestSandbox['call'] = async (method, path, body) =>
		await sendRequest(method, sandbox.baseUrl + path, sandbox.apiKey, body);
	return {
		...sandbox,
		call,
		client: (segments, headers) => createClient(sandbox, segments, headers),
		async fetchFile(url) {
			const { apiKey, baseUrl } = sandbox;
			const isOpen = !url.startsWith(new URL(baseUrl).origin) || url.includes('/presigned/files/');
			const headers: Record<string, string> = url.includes('/gemini/files/')
				? { 'x-goog-api-key': apiKey }
				: { authorization: `Bearer ${apiKey}` };
			return await fetch(url, { headers: isOpen ? undefined : headers });
		},
		async expectedFile(id, variant = 'video') {
			const { body } = await renderFile(sandbox.videos.get(id)!, variant, options.fileBytes ?? 0);
			return Buffer.concat(await body.toArray());
		},
		advance(seconds) {
			time += seconds * 1000;
		},
		async createVideo(fields = {}) {
			const { json } = await call('POST', '/videos', formData({ ...minimalFields, ...fields }));
			expect(json).toMatchObject({ object: 'video' });
			return json;
		},
	};
}

function createClient(sandbox: Sandbox, segments: string, headers = {}): Client {
	const { apiKey } = sandbox;
	const baseUrl = sandbox.baseUrl.replace(/\/v1$/, basePath(segments));
	const call: Client['call'] = async (method, path, body) =>
		await sendRequest(method, baseUrl + path, apiKey, body, headers);
	const postVideo: Client['postVideo'] = async (fields = {}) => {
		const family = familyFor(segments);
		const all = { ...minimalFields, ...fields };
		const body = requiresJson(family) ? { ...all, ...REQUIRED_FIELDS[family.name] } : formData(all);
		return await call('POST', family.createPath, body);
	};
	return {
		baseUrl,
		call,
		postVideo,
		async startVideo(fields) {
			const { status, json } = await postVideo(fields);
			expect([200, 202]).toContain(status);
			return videoIdIn(json);
		},
		getVideo: async (id) => await call('GET', `/videos/${encodeURIComponent(id)}`),
		getContent: async (id) => await call('GET', `/videos/${encodeURIComponent(id)}/content`),
	};
}

/** The URL of a completed video's file, obtained as each server family documents. */
export async function fileUrlOf(client: Client, family: string, id: string): Promise<string> {
	const { baseUrl, getVideo, getContent } = client;
	const fromVideo = FILE_URLS[family];
	if (fromVideo) return new URL(fromVideo((await getVideo(id)).json), baseUrl).href;
	switch (family) {
		case 'reseller':
			return (await getContent(id)).json.url;
		case 'aisix':
		case 'cdn':
			return (await getContent(id)).headers.get('location')!;
		case 'apiyi':
			await getContent(id); // the first download fails there
	}
	return `${baseUrl}/videos/${encodeURIComponent(id)}/content`;
}

/** What a Create needs besides a model and a prompt. */
const REQUIRED_FIELDS: Record<string, object> = { llmgateway: { seconds: 5 } };

/** The URL of the file in a completed video, where it is the only way to the file. */
const FILE_URLS: Record<string, (video: any) => string> = {
	agnes: ({ metadata }) => metadata.url,
	deepinfra: ({ data }) => data[0].url,
	gemini: ({ url }) => url,
	openrouter: ({ unsigned_urls }) => unsigned_urls[0],
	presigned: ({ data }) => data.urls[0],
	qiniu: ({ task_result }) => task_result.videos[0].url,
	together: ({ outputs }) => outputs.video_url,
	xai: ({ video }) => video.url,
};

/** The video ID in a response of any dialect to a Create. */
export const videoIdIn = (json: any): string =>
	json.id ?? json.request_id ?? json.data.taskId ?? json.data;

/** The status in a response of any dialect. */
export const statusIn = (json: any): string => json.data?.status ?? json.status;

const basePath = (segments: string) => `${segments && `/${segments}`}/v1`;

/** The server family that the path segments before `/v1` choose. */
export const familyFor = (segments: string): Dialect => parseUrl(basePath(segments))!.dialect;

/** Whether a family rejects a minimal Create as a form. */
export function requiresJson(family: Dialect): boolean {
	try {
		const form = new Map(Object.entries(minimalFields).map(([name, value]) => [name, [{ value }]]));
		family.validateCreate(form, true);
		return false;
	} catch {
		return true;
	}
}

/** Expects that the sandbox delays a response by 100 ms. */
export async function expectDelayed<T>(send: () => Promise<T>): Promise<T> {
	const startedAt = performance.now();
	const response = await send();
	// A timer may fire slightly early.
	expect(performance.now() - startedAt).toBeGreaterThan(90);
	return response;
}

/** The required fields of a Create. */
export const minimalFields = { model: 'sora-2', prompt: 'a calico cat plays the piano' };

export function formData(fields: Record<string, string | File>): FormData {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	return body;
}

export async function sendRequest(
	method: string,
	url: string,
	key: string,
	body?: object,
	headers: Record<string, string> = {},
): Promise<TestResponse> {
	const isForm = body instanceof FormData;
	const response = await fetch(url, {
		method,
		redirect: 'manual',
		headers: {
			...headers,
			authorization: `Bearer ${key}`,
			...(body && !isForm && { 'content-type': 'application/json' }),
		},
		body: body && !isForm ? JSON.stringify(body) : body,
	});
	const bytes = Buffer.from(await response.arrayBuffer());
	return {
		status: response.status,
		headers: response.headers,
		bytes,
		get json() {
			return JSON.parse(bytes.toString());
		},
	};
}

export function png(width: number, height: number): Buffer {
	return encodePng(width, height, Buffer.alloc(width * height * 3, 90));
}

export const PNG_DATA_URL = `data:image/png;base64,${png(720, 1280).toString('base64')}`;

/** A JPEG with only the headers that state its size. */
export function jpeg(width: number, height: number): Buffer {
	const bytes = Buffer.from(
		'ffd8ffe000104a46494600010100000100010000ffc00011080000000003012200021101031101ffd9',
		'hex',
	);
	bytes.writeUInt16BE(height, 25);
	bytes.writeUInt16BE(width, 27);
	return bytes;
}

/** A WebP with only the headers that state its size. */
export function webp(width: number, height: number): Buffer {
	const bytes = Buffer.from('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
	bytes.writeUIntLE(width - 1, 24, 3);
	bytes.writeUIntLE(height - 1, 27, 3);
	return bytes;
}

export function imageFile(bytes: Buffer, type = 'image/png', name = 'first-frame.png'): File {
	return new File([new Uint8Array(bytes)], name, { type });
}
