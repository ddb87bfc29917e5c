import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { isObject } from '../responses/values';

/** Shorter values are not secrets, and occur in words like "video". */
const MIN_LENGTH = 8;
/** Of a password, which is a secret where it stands alone. */
const MIN_PASSWORD_LENGTH = 4;
/** A header's value may be of any length; more parts than this are no secrets. */
const MAX_SECRETS = 200;
const MAX_DEPTH = 5;

/** All that must not be shown, the longest first, as it may contain another. */
export interface Secrets {
	texts: string[];
	passwords: string[];
}

/**
 * The key, the values of the headers and of the base URL's query, and what they consist of: `Bearer sk-1`,
 * `{"api_key":"sk-1"}` and a name and a password in base64 have a secret in them, and a server may
 * repeat that alone, in any usual encoding.
 */
export function secretsOf(credentials: ICredentialDataDecryptedObject): Secrets {
	const { apiKey, headerValue, headers, baseUrl } = credentials;
	const entries = isObject(headers) ? [headers.values ?? []].flat() : [];
	const url = URL.canParse(String(baseUrl)) ? new URL(String(baseUrl)) : undefined;
	const query = [...(url?.searchParams ?? [])].filter(([, value]) => !isVersion(value));
	const found: Found = { texts: new Set(), passwords: new Set() };
	const values = [
		apiKey,
		headerValue,
		...entries.map((each) => (isObject(each) ? each.value : '')),
		...query.map(([, value]) => value),
	];
	for (const value of values) collect(String(value ?? ''), found);
	// A word in the server's own address is no secret, and the address has to be told.
	const address = url ? url.origin + url.pathname : '';
	const texts = [...found.texts]
		.slice(0, MAX_SECRETS)
		.filter((text) => !(/^[a-z.-]+$/i.test(text) && address.includes(text)));
	return {
		texts: [...new Set(texts.flatMap(formsOf))].sort((one, other) => other.length - one.length),
		passwords: [...found.passwords],
	};
}

interface Found {
	texts: Set<string>;
	passwords: Set<string>;
}

/** A version of the API, such as 2025-04-01-preview, is what an error may be about. */
const isVersion = (value: string): boolean =>
	/^(?:v?\d{1,4}(?:[.-]\d{1,4}){0,3}(?:-?preview)?|preview|latest)$/i.test(value);

/** Adds a value, and the secrets inside of it. */
function collect(value: string, found: Found, depth = 0): void {
	const text = value.trim();
	if (text === '' || depth > MAX_DEPTH || found.texts.has(text)) return;
	add(text, found);
	const leaves = leavesOf(text);
	if (leaves) {
		for (const leaf of leaves) collect(leaf, found, depth + 1);
		return;
	}
	// The word of a scheme, such as Bearer, also with a colon behind it.
	const bare = text.replace(/^[\w-]{1,40}[\s:]\s{0,10}(?=\S)/, '');
	collect(bare, found, depth + 1);
	const decoded = decodeBase64(bare);
	if (decoded !== undefined) {
		const password = decoded.slice(decoded.indexOf(':') + 1);
		if (password.length >= MIN_PASSWORD_LENGTH && password.length < MIN_LENGTH) {
			found.passwords.add(password);
		}
		collect(decoded, found, depth + 1);
	}
	for (const pair of text.split(/[\s;,&]+/)) {
		const at = pair.indexOf('=');
		if (at > 0) collect(pair.slice(at + 1).replace(/^["']|["']$/g, ''), found, depth + 1);
	}
	// Words without a digit are what the value is made of otherwise.
	for (const part of text.split(/[\s;,="'{}:&]+/)) if (/\d/.test(part)) add(part, found);
}

function add(text: string, { texts }: Found): void {
	if (text.length >= MIN_LENGTH) texts.add(text);
}

/** The texts and numbers in JSON; undefined for other text. */
function leavesOf(text: string): string[] | undefined {
	if (!/^[{["]/.test(text)) return undefined;
	const leaves: string[] = [];
	try {
		JSON.parse(text, (_key, each: unknown) => {
			if (typeof each === 'string' || typeof each === 'number') leaves.push(String(each));
		});
		return leaves;
	} catch {
		return undefined;
	}
}

/** Readable text in base64, of either alphabet, such as a name and a password; undefined for anything else. */
function decodeBase64(text: string): string | undefined {
	if (text.length < MIN_LENGTH || !/^[\w+/-]+={0,2}$/.test(text)) return undefined;
	const decoded = Buffer.from(text, 'base64').toString();
	return /^[\x20-\x7e]+$/.test(decoded) ? decoded : undefined;
}

/** A secret in the encodings in which servers repeat it. */
function formsOf(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const url = encodeURIComponent(bytes.toString());
	const json = JSON.stringify(secret).slice(1, -1);
	return [
		secret,
		url,
		url.replace(/%20/g, '+'),
		url.replace(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase()),
		encodeURIComponent(url),
		json,
		json.replace(/\//g, '\\/'),
		JSON.stringify(json).slice(1, -1),
		...base64Forms(bytes),
	];
}

/** Also as a part of longer text in base64, at each of the three places where it may begin. */
function base64Forms(bytes: Buffer): string[] {
	const inside = [0, 1, 2].map((before) =>
		Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			// The first and the last characters depend on what stands beside it as well.
			.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
	);
	const whole = bytes.toString('base64');
	return [whole, whole.replace(/=+$/, ''), ...inside].flatMap((text) => [
		text,
		text.replace(/\+/g, '-').replace(/\//g, '_'),
	]);
}

const MASK = '***';
/** What a text may have at its end when it was cut off. */
const CUT_OFF = /(?:\s?(?:…|\.{3}))?$/;
/** No text that was cut off is longer. */
const MAX_TAIL = 1_000;

/** Also masks a secret of which the end was cut off with the text. */
export function maskSecrets(text: string, { texts, passwords }: Secrets): string {
	// Characters that nobody sees would hide a secret.
	let masked = text.replace(
		/(?![\s\u200c\u200d])[\p{Cc}\p{Cf}]|[\u200b\u200c\u200d](?=[!-~])/gu,
		'',
	);
	for (const secret of texts) masked = masked.split(secret).join(MASK);
	for (const password of passwords) masked = maskAlone(masked, password);
	const [end] = CUT_OFF.exec(masked.slice(-10)) ?? [''];
	const kept = masked.slice(0, masked.length - end.length);
	const tail = kept.slice(-MAX_TAIL);
	const cut = texts
		.map((secret) => cutOffLength(tail, secret))
		.reduce((longest, length) => Math.max(longest, length), 0);
	return cut > 0 ? `${kept.slice(0, -cut)}${MASK}${end}` : masked;
}

/** How many characters of a secret's beginning stand at the end of a text. */
function cutOffLength(tail: string, secret: string): number {
	const head = secret.slice(0, MIN_LENGTH);
	for (let at = tail.indexOf(head); at >= 0; at = tail.indexOf(head, at + 1)) {
		if (secret.startsWith(tail.slice(at))) return tail.length - at;
	}
	return 0;
}

/** Not inside of a longer word. */
function maskAlone(text: string, password: string): string {
	const pieces = text.split(password);
	return pieces.reduce((before, after) => {
		const isAlone = !/[a-z\d]$/i.test(before.slice(-1)) && !/^[a-z\d]/i.test(after);
		return before + (isAlone ? MASK : password) + after;
	});
}

/** A copy without secrets in any of its texts. */
export function maskStrings<T extends object>(value: T, secrets: Secrets): T {
	const json = JSON.stringify(value);
	// A video has many texts, and hardly ever a secret.
	const texts = secrets.texts.filter(
		(text) => json.includes(text) || json.includes(JSON.stringify(text).slice(1, -1)),
	);
	const cut = (text: string) => (CUT_OFF.exec(text.slice(-10))?.[0] ? secrets.texts : texts);
	return JSON.parse(json, (_key, each: unknown) =>
		typeof each === 'string' ? maskSecrets(each, { ...secrets, texts: cut(each) }) : each,
	) as T;
}
