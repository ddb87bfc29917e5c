import { fieldError } from './errors.mts';
import { missingField, readValue, validateImage } from './fields.mts';
import type { Form } from './form.mts';
import type { UploadedFile } from './videos.mts';

/** In pixels; larger videos take the encoder too long. */
export const SIDE_LIMITS = { min: 64, max: 1920 };
const MAX_SECONDS = 20;

/** Whether the encoder can make a video of this size in reasonable time; H.264 needs even sides. */
export const canEncode = (sides: number[]) =>
	sides.every((side) => side >= SIDE_LIMITS.min && side <= SIDE_LIMITS.max && side % 2 === 0);

/** Any size that can be encoded; default 720x1280. */
export function readLenientSize(form: Form): string {
	const size = readLenientText(form, 'size') ?? '720x1280';
	if (!/^\d+x\d+$/.test(size)) {
		throw fieldError(
			'size',
			'invalid_value',
			`String should match pattern '^\\d+x\\d+$': '${size}'`,
		);
	}
	const sides = size.split('x').map(Number);
	if (canEncode(sides)) return sides.join('x');
	throw fieldError(
		'size',
		'invalid_value',
		`Width and height must be even numbers from ${SIDE_LIMITS.min} to ${SIDE_LIMITS.max}, not '${size}'`,
	);
}

/** Whole seconds, as a string or a number; default 4. */
export function readLenientSeconds(form: Form, name = 'seconds'): string {
	const seconds = readLenientText(form, name) ?? '4';
	if (!/^[1-9]\d*$/.test(seconds)) {
		throw fieldError(
			name,
			'invalid_value',
			`String should match pattern '^[1-9]\\d*$': '${seconds}'`,
		);
	}
	if (Number(seconds) <= MAX_SECONDS) return seconds;
	throw fieldError(name, 'invalid_value', `At most ${MAX_SECONDS} seconds, not '${seconds}'`);
}

/** Throws if one of these fields is not an integer. */
export function requireIntegers(form: Form, names: string[]): void {
	for (const name of names) {
		const text = readLenientText(form, name);
		if (text === undefined || /^-?\d+$/.test(text)) continue;
		throw fieldError(name, 'int_parsing', 'Input should be a valid integer');
	}
}

/** An image, uploaded or given by its URL. */
export interface ImageInput {
	reference?: UploadedFile;
	/** Never fetched: the sandbox sends no requests. */
	referenceUrl?: string;
}

/**
 * An image as a file, a URL or `{image_url}`; a `data:` URL counts as a file.
 * If a size is given, an image file must have that size.
 */
export function readLenientImage(form: Form, name = 'input_reference', size?: string): ImageInput {
	const sent = form.get(name)?.[0];
	if (!sent) return {};
	if ('file' in sent) return { reference: validateImage(sent.file, size, name) };
	const url = imageUrlIn(sent.value);
	const [, type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url ?? '') ?? [];
	if (type) {
		const file = { name: '', type, bytes: Buffer.from(data, 'base64') };
		return { reference: validateImage(file, size, name) };
	}
	if (url && /^https?:\/\//i.test(url) && URL.canParse(url)) return { referenceUrl: url };
	throw fieldError(name, 'invalid_value', `'${name}' must be a picture, or the URL of one.`);
}

function imageUrlIn(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value !== 'object' || value === null) return undefined;
	const { image_url: image, url } = value as { image_url?: unknown; url?: unknown };
	return imageUrlIn(image ?? url);
}

function readLenientText(form: Form, name: string): string | undefined {
	if (!form.has(name)) return undefined;
	const value = readValue(form, name);
	if (value === undefined || value === null) throw missingField(name);
	return String(value);
}
