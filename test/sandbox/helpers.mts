import { readAddress } from '../../sandbox/address.mts';
import type { Dialect } from '../../sandbox/dialects/dialect.mts';
import { namedDialects } from '../../sandbox/dialects/index.mts';
import { type Variant, fileOf } from '../../sandbox/files.mts';
import { encodePng } from '../../sandbox/png.mts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';

/** The words before `/v1` that choose a server family, `''` being the contract. */
export const FAMILIES = ['', ...namedDialects.map(({ name }) => name)];

/** A sandbox with its own clock, and the plainest client for it. */
export interface Bench extends Sandbox {
	/** Moves the sandbox's clock. */
	pass(seconds: number): void;
	/** `path` follows the base URL; objects go as JSON, forms as multipart. */
	call(method: string, path: string, body?: object): Promise<Answer>;
	/** Creates a video that must be accepted, and returns its object. */
	create(fields?: Record<string, string>): Promise<any>;
	/** Asks under another base URL, `words` being what stands before `/v1`; `''` for none. */
	under(words: string, headers?: Record<string, string>): Client;
	/** The bytes of a video's file, as they must arrive under every dialect. */
	fileOf(id: string, variant?: Variant): Promise<Buffer>;
}

/** A client of one base URL. */
export interface Client {
	baseUrl: string;
	call: Bench['call'];
	/** Asks for a video in the body format that the server takes, whatever is answered. */
	order(fields?: Record<string, string | File>): Promise<Answer>;
	/** Starts a video in the same way, which must be accepted, and returns its id. */
	start(fields?: Record<string, string>): Promise<string>;
	/** Asks how a video stands. */
	look(id: string): Promise<Answer>;
	/** Asks for the file, by the contract's path. */
	content(id: string): Promise<Answer>;
}

export interface Answer {
	status: number;
	headers: Headers;
	bytes: Buffer;
	/** The body as JSON; reading it fails on any other body. */
	readonly json: any;
}

const open: Sandbox[] = [];

afterEach(async () => {
	await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

/** Starts a sandbox that lives until the end of the test. Its clock stands still until moved. */
export async function startBench(options: SandboxOptions = {}): Promise<Bench> {
	let time = Date.UTC(2026, 10, 1);
	const sandbox = await startSandbox({ now: () => time, ...options });
	open.push(sandbox);
	const call: Bench['call'] = async (method, path, body) =>
		await send(method, sandbox.baseUrl + path, sandbox.apiKey, body);
	return {
		...sandbox,
		call,
		under: (words, headers) => clientOf(sandbox, words, headers),
		async fileOf(id, variant = 'video') {
			const { body } = await fileOf(sandbox.videos.get(id)!, variant, options.fileBytes ?? 0);
			return Buffer.concat(await body.toArray());
		},
		pass(seconds) {
			time += seconds * 1000;
		},
		async create(fields = {}) {
			const answer = await call('POST', '/videos', form({ ...basics, ...fields }));
			expect(answer.json).toMatchObject({ object: 'video' });
			return answer.json;
		},
	};
}

function clientOf({ baseUrl: plain, apiKey }: Sandbox, words: string, headers = {}): Client {
	const baseUrl = plain.replace(/\/v1$/, pathOf(words));
	const call: Client['call'] = async (method, path, body) =>
		await send(method, baseUrl + path, apiKey, body, headers);
	const order: Client['order'] = async (fields = {}) => {
		const all = { ...basics, ...fields };
		return await call('POST', '/videos', wantsJson(familyAt(words)) ? all : form(all));
	};
	return {
		baseUrl,
		call,
		order,
		async start(fields) {
			const { status, json } = await order(fields);
			expect([200, 202]).toContain(status);
			return json.id ?? json.data.task_id;
		},
		look: async (id) => await call('GET', `/videos/${encodeURIComponent(id)}`),
		content: async (id) => await call('GET', `/videos/${encodeURIComponent(id)}/content`),
	};
}

const pathOf = (words: string) => `${words && `/${words}`}/v1`;

/** The server family that is chosen by the words before `/v1`. */
export const familyAt = (words: string): Dialect => readAddress(pathOf(words))!.dialect;

/** Whether a family refuses the plainest order as a form. */
export function wantsJson(family: Dialect): boolean {
	try {
		family.judge(new Map(Object.entries(basics).map(([name, value]) => [name, [{ value }]])), true);
		return false;
	} catch {
		return true;
	}
}

/** Brings an answer that the sandbox must have held back for 100 ms. */
export async function heldBack<T>(answer: () => Promise<T>): Promise<T> {
	const began = performance.now();
	const got = await answer();
	// A timer may be early by a little.
	expect(performance.now() - began).toBeGreaterThan(90);
	return got;
}

/** The least a create needs. */
export const basics = { model: 'sora-2', prompt: 'a calico cat plays the piano' };

export function form(fields: Record<string, string | File>): FormData {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	return body;
}

export async function send(
	method: string,
	url: string,
	key: string,
	body?: object,
	headers: Record<string, string> = {},
): Promise<Answer> {
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

/** The headers of a JPEG, as much as tells its size. */
export function jpeg(width: number, height: number): Buffer {
	const bytes = Buffer.from(
		'ffd8ffe000104a46494600010100000100010000ffc00011080000000003012200021101031101ffd9',
		'hex',
	);
	bytes.writeUInt16BE(height, 25);
	bytes.writeUInt16BE(width, 27);
	return bytes;
}

/** The headers of a WebP, as much as tells its size. */
export function webp(width: number, height: number): Buffer {
	const bytes = Buffer.from('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
	bytes.writeUIntLE(width - 1, 24, 3);
	bytes.writeUIntLE(height - 1, 27, 3);
	return bytes;
}

export function image(bytes: Buffer, type = 'image/png', name = 'first-frame.png'): File {
	return new File([new Uint8Array(bytes)], name, { type });
}
